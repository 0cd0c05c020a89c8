import type * as Door from "downhill";
import type { DataArray } from "./question.ts";

export type Downhill = typeof Door;

export function loadDownhill(): Promise<Downhill> {
  return import("downhill");
}

export function downhillTensor({ tensor }: Downhill, { values, shape, dtype }: DataArray): Door.Tensor {
  return tensor(values, { shape, dtype });
}
