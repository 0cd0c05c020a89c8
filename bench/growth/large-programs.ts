/** Programs of thousands of equations: they must compile in little time and overflow no stack. */
import type { Tensor } from "downhill";
import type { Downhill } from "../harness/downhill.ts";

/** Gradients have more equations than their functions, which are made shorter accordingly. */
export interface LargeProgram {
  readonly name: string;
  readonly title: string;
  /** A function of about so many equations. */
  readonly make: (library: Downhill, equations: number) => (x: Tensor) => unknown;
}

/** What each must keep to. */
export const largeEquations = 5000;
export const largeLimit = 1;

const times = <T>(count: number, step: (value: T, i: number) => T, start: T): T => {
  let value = start;
  for (let i = 0; i < count; i++) value = step(value, i);
  return value;
};

const chain =
  (equations: number) =>
  (x: Tensor): Tensor =>
    times(equations / 2, (y: Tensor) => y.sin().mul(1.01), x).sum();

const wide =
  (equations: number) =>
  (x: Tensor): Tensor =>
    Array.from({ length: equations / 3 }, (_, i) => x.mul(i).sin())
      .reduce((sum, term) => sum.add(term))
      .sum();

export const largePrograms: readonly LargeProgram[] = [
  { name: "deep", title: "one operation after another", make: (_, equations) => chain(equations) },
  {
    name: "deep-gradient",
    title: "the gradient of such a chain",
    make: ({ grad }, equations) => grad(chain(equations / 2.5)),
  },
  { name: "wide", title: "operations beside each other, added up", make: (_, equations) => wide(equations) },
  {
    name: "wide-gradient",
    title: "the gradient of such a sum",
    make: ({ grad }, equations) => grad(wide(equations / 1.67)),
  },
  {
    name: "reductions",
    title: "sums that depend on each other",
    make: (_, equations) => (x) => times(equations / 3, (y: Tensor) => y.sub(y.sum()).mul(0.5), x),
  },
  {
    name: "products",
    title: "the gradient of a product of matrices, layer after layer",
    make: ({ grad }, equations) =>
      grad((x) => {
        const w = x.reshape([8, 8]);
        return times(equations / 8, (h: Tensor) => h.matmul(w).tanh(), w).sum();
      }),
  },
];
