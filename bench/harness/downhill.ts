import type * as Door from "downhill";
import type { DataArray } from "./question.ts";

interface Estimator {
  fit(x: Door.Tensor, y: Door.Tensor): this;
  readonly coef: Door.Tensor;
  readonly intercept: Door.Tensor;
}

/** What the programs use that the library does not export yet; goes when it does. */
interface Upcoming {
  readonly LinearRegression: new () => Estimator;
  readonly LogisticRegression: new () => Estimator;
}

export type Downhill = typeof Door & Upcoming;

export async function loadDownhill(): Promise<Downhill> {
  return (await import("downhill")) as Downhill;
}

export function downhillTensor({ tensor }: Downhill, { values, shape, dtype }: DataArray): Door.Tensor {
  return tensor(values, { shape, dtype });
}
