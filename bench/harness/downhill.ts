import type * as Door from "downhill";
import type * as LearnDoor from "downhill/learn";
import type { DataArray } from "./question.ts";

export type Downhill = typeof Door;

export function loadDownhill(): Promise<Downhill> {
  return import("downhill");
}

export function loadEstimators(): Promise<typeof LearnDoor> {
  return import("downhill/learn");
}

export function downhillTensor({ tensor }: Downhill, { values, shape, dtype }: DataArray): Door.Tensor {
  return tensor(values, { shape, dtype });
}
