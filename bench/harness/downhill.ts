import type * as Door from "downhill";
import type * as LearnDoor from "downhill/learn";
import type { DataArray } from "./question.ts";

export type Downhill = typeof Door;

/** Browsers have neither an environment nor a C compiler. */
const isNode = typeof process !== "undefined";

/** The library, on the target that the environment variable asks for. */
export async function loadDownhill(): Promise<Downhill> {
  const library = await import("downhill");
  if (isNode && process.env["DOWNHILL_TARGET"] === "native") {
    const { native } = await import("downhill/native");
    library.setTarget(native());
  }
  return library;
}

export function loadEstimators(): Promise<typeof LearnDoor> {
  return import("downhill/learn");
}

export function downhillTensor({ tensor }: Downhill, { values, shape, dtype }: DataArray): Door.Tensor {
  return tensor(values, { shape, dtype });
}
