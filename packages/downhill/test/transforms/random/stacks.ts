/** Transforms as maps from functions to functions of the same arguments, so that they can be stacked in any order. */
import fc from "fast-check";
import * as d from "downhill";
import type { Tensor } from "downhill";
import { printProgram } from "downhill";
import { parseProgram } from "downhill/explain";
import { applyProgram } from "../../../src/program/trace.ts";
import { traceFunction } from "../../../src/transforms/trace-function.ts";
import { drawLike } from "./draw.ts";
import type { Function } from "./programs.ts";

/** What a transformed function is to be compared with. */
export type Meaning =
  /** The function itself. */
  | { readonly kind: "same" }
  /** The derivative along `directionOf`. */
  | { readonly kind: "along" }
  /** The gradient of the results' inner product with `cotangentsOf`. */
  | { readonly kind: "back" }
  /** The sum over a batch with `weights`: what a loop would give. */
  | { readonly kind: "batch"; readonly whole: boolean };

export interface Transform {
  readonly name: string;
  readonly meaning: Meaning;
  readonly apply: (f: Function) => Function;
  /** The function to which the meaning refers; the function below unless given. */
  readonly of?: (f: Function) => Function;
}

export const directionOf = (xs: readonly Tensor[], seed = "direction"): Tensor[] => drawLike(seed, xs);

export const cotangentsOf = (results: readonly Tensor[]): Tensor[] => drawLike("cotangent", results);

/** The examples of a batch: the arguments scaled and the indices moved, as one by one and as a whole. */
const scales = [1, 0.7, -0.4];
export const weights = [0.5, 1, -0.8];

/** Example number k: with `whole` only the first argument differs. */
export const example = (
  xs: readonly Tensor[],
  indices: Tensor,
  k: number,
  whole: boolean,
): [Tensor[], Tensor] => [
  xs.map((x, i) => (whole && i > 0 ? x : x.mul(scales[k]!))),
  whole ? indices : d.mod(indices.add(k), 6),
];

const weighted = (results: readonly Tensor[]): Tensor[] =>
  results.map((result) =>
    result
      .mul(d.tensor(weights, { dtype: result.dtype }).reshape(-1, ...result.shape.slice(1).map(() => 1)))
      .sum(0),
  );

/** A batch of all arguments along their first axes, or (`whole`) of the first argument alone along its last axis. */
const batch =
  (whole: boolean) =>
  (f: Function): Function =>
  (xs, indices) => {
    const examples = scales.map((_, k) => example(xs, indices, k, whole));
    const stacked = (i: number, axis: number): Tensor =>
      d.stack(
        examples.map(([list]) => list[i]!),
        axis,
      );
    if (whole) {
      const axis = xs[0]!.rank;
      const inAxes = [xs.map((_, i) => (i === 0 ? axis : null)), null];
      return weighted(d.vmap(f, { inAxes })([stacked(0, axis), ...xs.slice(1)], indices));
    }
    const all = xs.map((_, i) => stacked(i, 0));
    return weighted(d.vmap(f)(all, d.stack(examples.map(([, own]) => own))));
  };

const inner = (a: readonly Tensor[], b: readonly Tensor[]): Tensor =>
  a.map((x, i) => x.mul(b[i]!).sum()).reduce((sum, term) => sum.add(term));

/** The function of the float arguments alone. */
const ofFloats =
  (f: Function, indices: Tensor) =>
  (xs: readonly Tensor[]): Tensor[] =>
    f(xs, indices);

/** A block of a Jacobian applied to a direction. */
const contracted = (block: Tensor, direction: Tensor): Tensor => {
  const rank = block.rank - direction.rank;
  const lengths = block.shape.slice(0, rank);
  return block
    .reshape(...lengths, direction.size)
    .mul(direction.reshape(-1))
    .sum(-1);
};

/** The scalar of which `grad` is the gradient. */
const lossOf =
  (f: Function, indices: Tensor) =>
  (xs: readonly Tensor[]): Tensor => {
    const results = f(xs, indices);
    return inner(results, cotangentsOf(results));
  };

/** The gradient of the results' inner product with `cotangentsOf`. */
export const gradient =
  (f: Function): Function =>
  (xs, indices) => [...d.grad(lossOf(f, indices))(xs)];

/** Blocks of derivatives, a row for each result, applied to a direction. */
const timesDirection = (blocks: unknown, xs: readonly Tensor[]): Tensor[] => {
  const direction = directionOf(xs);
  return (blocks as readonly (readonly Tensor[])[]).map((row) =>
    row.map((block, i) => contracted(block, direction[i]!)).reduce((sum, term) => sum.add(term)),
  );
};

const byJacobian =
  (jacobian: typeof d.jacfwd) =>
  (f: Function): Function =>
  (xs, indices) =>
    timesDirection(jacobian(ofFloats(f, indices))(xs), xs);

/** Ways to say the same function: with its own derivatives given back to it, in a choice, in a loop of one step. */
const disguises: Readonly<Record<string, (f: Function) => Function>> = {
  jit: (f) => d.jit(f),
  checkpoint: (f) => d.checkpoint(f),
  customJvp: (f) => d.customJvp(f, ([xs, indices], [dxs]) => d.jvp(ofFloats(f, indices), [xs], [dxs])[1]),
  customVjp: (f) =>
    d.customVjp(
      f,
      (xs, indices) => [f(xs, indices), { xs, indices }],
      ({ xs, indices }, cotangents) => [d.vjp(ofFloats(f, indices), xs)[1](cotangents)[0], null],
    ),
  cond: (f) => (xs, indices) =>
    d.cond(
      indices.sum().greaterEqual(0),
      f,
      (...other) => f(...other).map((result) => result.mul(2)),
      xs,
      indices,
    ),
  scan: (f) => (xs, indices) => {
    const [, results] = d.scan(
      (count: Tensor, own: Tensor) => [count.add(1), f(xs, own)] as const,
      d.tensor(0),
      indices.expandDims(0),
    );
    return results.map((result) => result.squeeze(0));
  },
};

export const transforms: readonly Transform[] = [
  ...Object.entries(disguises).map(([name, apply]): Transform => ({
    name,
    meaning: { kind: "same" },
    apply,
  })),
  {
    name: "print and parse",
    meaning: { kind: "same" },
    apply: (f) => (xs, indices) => {
      const { program, captured, leaves, resultStructure } = traceFunction("parse", f, [xs, indices], false);
      const parsed = parseProgram(printProgram(program));
      return resultStructure.unflatten(applyProgram(parsed, [...captured, ...leaves])) as unknown as Tensor[];
    },
  },
  {
    name: "jvp",
    meaning: { kind: "along" },
    apply: (f) => (xs, indices) => d.jvp(ofFloats(f, indices), [xs], [directionOf(xs)])[1],
  },
  {
    name: "linearize",
    meaning: { kind: "along" },
    apply: (f) => (xs, indices) => d.linearize(ofFloats(f, indices), xs)[1](directionOf(xs)),
  },
  {
    name: "vjp",
    meaning: { kind: "back" },
    apply: (f) => (xs, indices) => {
      const [results, pullback] = d.vjp(ofFloats(f, indices), xs);
      return [...pullback(cotangentsOf(results))[0]];
    },
  },
  {
    name: "grad",
    meaning: { kind: "back" },
    apply: gradient,
  },
  { name: "vmap", meaning: { kind: "batch", whole: false }, apply: batch(false) },
  { name: "vmap of one argument", meaning: { kind: "batch", whole: true }, apply: batch(true) },
  { name: "jacfwd", meaning: { kind: "along" }, apply: byJacobian(d.jacfwd) },
  { name: "jacrev", meaning: { kind: "along" }, apply: byJacobian(d.jacrev) },
  {
    name: "hessian",
    meaning: { kind: "along" },
    of: gradient,
    apply: (f) => (xs, indices) => timesDirection(d.hessian(lossOf(f, indices))(xs), xs),
  },
  {
    name: "hvp",
    meaning: { kind: "along" },
    of: gradient,
    apply: (f) => (xs, indices) => [...d.hvp(lossOf(f, indices), [xs], directionOf(xs))],
  },
];

/** Up to three transforms, the innermost first. */
export const randomStack: fc.Arbitrary<readonly Transform[]> = fc
  .array(fc.constantFrom(...transforms), { maxLength: 3 })
  .map((stack) => {
    const names = stack.map(({ name }) => name).join(" then ");
    return Object.assign([...stack], { [fc.toStringMethod]: () => `[${names}]` });
  });
