/** The very file that a table came from. */
import type { Source } from "../data/source.ts";
import { tables } from "../data/tables.ts";

export interface SourceFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export const fileOf = async (source: Source): Promise<SourceFile> => {
  if (source.kind === "file")
    return { name: source.file.name, bytes: new Uint8Array(await source.file.arrayBuffer()) };
  const { id, url } = tables.find((table) => table.id === source.id)!;
  return { name: `${id}.csv`, bytes: new Uint8Array(await (await fetch(url)).arrayBuffer()) };
};
