/** What must hold of a random function under a stack of transforms. */
import { jit, printProgram, setTarget, type Tensor } from "downhill";
import { parseProgram } from "downhill/explain";
import assert from "node:assert/strict";
import { stages } from "../../../src/compiler/passes.ts";
import type { Program } from "../../../src/program/program.ts";
import { evaluateProgram } from "../../../src/program/trace.ts";
import { verify } from "../../../src/program/verify.ts";
import { wrap } from "../../../src/tensor/create.ts";
import { sizeOf } from "../../../src/tensor/shape.ts";
import type { ConcreteTensor } from "../../../src/tensor/tensor.ts";
import { traceFunction } from "../../../src/transforms/trace-function.ts";
import { epsilon, magnitude } from "../../primitives/op-table/compare.ts";
import { drawLike, inDType } from "./draw.ts";
import { argumentsOf, functionOf, type Function, type RandomFunction } from "./programs.ts";
import { changesByRounding, largestValue } from "./roundings.ts";
import { slopeAtZero } from "./slopes.ts";
import { cotangentsOf, directionOf, example, gradient, type Transform, weights } from "./stacks.ts";

/** Elementary functions are within 1e-14 in float64 and 4 units in the last place in float32 on every target. */
const oneStep = { float64: 1e-14, float32: 4.5 * epsilon.float32 };

/** Roundings may all go the wrong way, which three random runs do not show. */
const unlucky = 16;

/** Beyond this, products overflow. */
const limit = { float64: 1e300, float32: 1e30 };

/** Values of a program all in all: more would take too long. */
const mostWork = 150_000;

interface Traced {
  readonly program: Program;
  readonly inputs: readonly ConcreteTensor[];
  /** The same program at other float arguments. */
  readonly at: (xs: readonly Tensor[], indices: Tensor) => ConcreteTensor[];
}

const traced = (f: Function, xs: readonly Tensor[], indices: Tensor): Traced => {
  const { program, captured } = traceFunction("random", f, [xs, indices], false);
  const given = (list: readonly Tensor[], own: Tensor): ConcreteTensor[] =>
    [...captured, ...list, own].map((input) => input.concrete("random"));
  return {
    program,
    inputs: given(xs, indices),
    at: (list, own) => evaluateProgram(program, given(list, own)),
  };
};

const workOf = ({ equations }: Program): number =>
  equations.reduce(
    (sum, { outputs }) => sum + outputs.reduce((size, { shape }) => size + sizeOf(shape), 1),
    0,
  );

const checkText = (program: Program): void => {
  const text = printProgram(verify(program, "tracing"));
  assert.equal(printProgram(verify(parseProgram(text), "parsing")), text);
  for (const { program: stage } of stages(program)) {
    const printed = printProgram(stage);
    assert.equal(printProgram(parseProgram(printed)), printed);
  }
};

/** Results that differ by roundings at most. */
const expectSame = (
  actual: readonly Tensor[],
  expected: readonly Tensor[],
  tolerances: readonly number[],
  what: string,
): void => {
  assert.deepEqual(
    actual.map(({ shape }) => shape),
    expected.map(({ shape }) => shape),
    `${what}: shapes`,
  );
  actual.forEach((tensor, k) => {
    const [a, b] = [tensor.data, expected[k]!.data];
    for (let i = 0; i < b.length; i++)
      if (!(Math.abs(a[i]! - b[i]!) <= tolerances[k]!))
        throw new Error(
          `${what}: element ${i} of result ${k} is ${a[i]!}, expected ${b[i]!} ± ${tolerances[k]!}`,
        );
  });
};

const flat = (tensors: readonly Tensor[]): Float64Array =>
  Float64Array.from(tensors.flatMap((tensor) => Array.from(tensor.data)));

const moved = (xs: readonly Tensor[], direction: readonly Tensor[], t: number): Tensor[] =>
  xs.map((x, k) =>
    wrap(
      Float64Array.from(x.data, (value, i) => value + t * direction[k]!.data[i]!),
      x.shape,
      x.dtype,
    ),
  );

const innerProduct = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/** How many slopes were compared with differences, and how many could not be. */
export const tally = { compared: 0, skipped: 0 };

/**
 * Slopes against differences. Where differences do not settle (a kink or a jump is near) there is nothing to compare
 * with. Differences are good to 1e-9 of the values they are made of where all is smooth; a wrong rule errs by far more.
 */
const expectSlopes = (
  actual: readonly number[] | Float64Array,
  { value, error }: { value: ArrayLike<number>; error: ArrayLike<number> },
  size: number,
  what: string,
): void => {
  for (let i = 0; i < value.length; i++) {
    const scale = Math.max(1, size, Math.abs(value[i]!));
    if (!(error[i]! <= 1e-5 * scale)) {
      tally.skipped++;
      continue;
    }
    tally.compared++;
    if (!(Math.abs(actual[i]! - value[i]!) <= 1e-8 * scale + 10 * error[i]!))
      throw new Error(`${what}: slope ${i} is ${actual[i]!}, differences give ${value[i]!} ± ${error[i]!}`);
  }
};

/** Compares a transform's results with what they mean for the function below. */
const checkMeaning = (
  { meaning, name }: Transform,
  below: Traced,
  actual: readonly Tensor[],
  tolerances: readonly number[],
  xs: readonly Tensor[],
  indices: Tensor,
): void => {
  const line =
    (direction: readonly Tensor[]) =>
    (t: number): Float64Array =>
      flat(below.at(moved(xs, direction, t), indices));
  const values = below.at(xs, indices);
  const size = Math.max(0, ...values.map(magnitude));
  switch (meaning.kind) {
    case "same":
      expectSame(actual, values, tolerances, name);
      return;
    case "batch": {
      const results = weights.map((_, k) => below.at(...example(xs, indices, k, meaning.whole)));
      const sums = values.map(({ shape, values: first }, i) =>
        wrap(
          Float64Array.from(first, (_, j) =>
            weights.reduce((sum, weight, k) => sum + weight * results[k]![i]!.values[j]!, 0),
          ),
          shape,
          "float64",
        ),
      );
      expectSame(actual, sums, tolerances, name);
      return;
    }
    case "along":
      expectSlopes(flat(actual), slopeAtZero(line(directionOf(xs))), size, name);
      return;
    case "back": {
      const cotangents = flat(cotangentsOf(values));
      for (const seed of ["one way", "another way"]) {
        const direction = drawLike(seed, xs);
        const { value, error } = slopeAtZero((t) =>
          Float64Array.of(innerProduct(cotangents, line(direction)(t))),
        );
        expectSlopes([innerProduct(flat(actual), flat(direction))], { value, error }, size, name);
      }
    }
  }
};

/** The function on the other target, compiled, in both dtypes, against its values in double precision. */
const checkTargets = (
  f: Function,
  { program, inputs, at }: Traced,
  xs: readonly Tensor[],
  indices: Tensor,
  names: string,
): void => {
  const results = at(xs, indices);
  const largest = largestValue(program, inputs);
  for (const dtype of ["float64", "float32"] as const) {
    if (!(largest <= limit[dtype])) return;
    const changes = changesByRounding(program, inputs, results, oneStep[dtype]);
    const tolerances = changes.map(
      (change, k) => unlucky * change + 8 * epsilon[dtype] * (1 + magnitude(results[k]!)),
    );
    const given = inDType(xs, dtype);
    const expected = results.map((result) => wrap(result.values, result.shape, "float64"));
    if (dtype === "float32") expectSame(f(given, indices), expected, tolerances, `${names} in float32`);
    setTarget("wasm");
    try {
      const compiled = jit(f)(given, indices);
      for (const result of compiled) assert.equal(result.dtype, dtype);
      expectSame(compiled, expected, tolerances, `${names} in ${dtype} on wasm`);
    } finally {
      setTarget("reference");
    }
  }
};

/**
 * Each transform is held against what it means for the function below it: differences, a loop, or the same values. The
 * whole is compared on every target and in both float dtypes. Every program on the way is verified, and prints and parses
 * back. To be called with the reference as the target.
 */
export const check = (random: RandomFunction, stack: readonly Transform[]): void => {
  const { xs, indices } = argumentsOf(random);
  let f = functionOf(random);
  let below = traced(f, xs, indices);
  let names = "function";
  checkText(below.program);
  for (const transform of stack) {
    const next = transform.apply(f);
    const above = traced(next, xs, indices);
    if (workOf(above.program) > mostWork) break;
    names = `${transform.name}(${names})`;
    const before = f;
    f = next;
    checkText(above.program);
    const results = f(xs, indices) as ConcreteTensor[];
    const changes = changesByRounding(above.program, above.inputs, results, epsilon.float64);
    const tolerances = changes.map(
      (change, k) => unlucky * change + 8 * epsilon.float64 * (1 + magnitude(results[k]!)),
    );
    expectSame(above.at(xs, indices), results, tolerances, `${names}, traced`);
    const meant = transform.of === undefined ? below : traced(transform.of(before), xs, indices);
    checkMeaning(transform, meant, results, tolerances, xs, indices);
    below = above;
  }
  checkTargets(f, below, xs, indices, names);
};

/** The function, and its gradient, on every target. To be called with the reference as the target. */
export const checkWide = (random: RandomFunction, isGradient: boolean): void => {
  const { xs, indices } = argumentsOf(random);
  const f = functionOf(random);
  const g = isGradient ? gradient(f) : f;
  const whole = traced(g, xs, indices);
  if (workOf(whole.program) <= mostWork)
    checkTargets(g, whole, xs, indices, isGradient ? "grad" : "function");
};
