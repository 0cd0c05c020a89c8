/** The reader's own table. It stays in this page: an address cannot hold it, only its name. */
import { fileSource, type Source } from "./data/source.ts";

let source = $state.raw<Source & { readonly kind: "file" }>();

export const dropped = {
  get source(): (Source & { readonly kind: "file" }) | undefined {
    return source;
  },
  take(file: File): void {
    const taken = fileSource(file);
    if (taken.kind === "file") source = taken;
  },
};
