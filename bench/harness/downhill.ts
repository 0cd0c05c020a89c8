import type * as Door from "downhill";
import type { DataArray } from "./question.ts";

type Params = Record<string, Door.Tensor>;

interface Estimator {
  fit(x: Door.Tensor, y: Door.Tensor): this;
  readonly coef: Door.Tensor;
  readonly intercept: Door.Tensor;
}

/** What the programs use that the library does not export yet; goes when it does. */
interface Upcoming {
  readonly optim: {
    adam(options: { learningRate: number }): {
      init<P extends Params>(params: P): Params;
      update<P extends Params>(gradient: P, state: Params): [updates: P, state: Params];
    };
    applyUpdates<P extends Params>(params: P, updates: P): P;
  };
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
