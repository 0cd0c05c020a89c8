/** Values, pullbacks and directional derivatives of every operation, as PyTorch and JAX have them. */
import { jit, jvp, type Tensor, vjp } from "downhill";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectGolden, type GoldenArray, readGolden, toTensor } from "../golden-helpers/golden.ts";
import { type GoldenOperation, operations } from "./golden-ops.ts";
import { setTarget, targetNames } from "../targets/targets.ts";

type Results = GoldenArray | readonly GoldenArray[];

interface Derivatives {
  readonly vjp?: readonly (GoldenArray | null)[];
  readonly jvp?: Results;
}

interface Case extends Derivatives {
  readonly id: string;
  readonly op: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly inputs: readonly GoldenArray[];
  readonly output: Results;
  readonly cotangent?: Results;
  readonly tangents?: readonly (GoldenArray | null)[];
  readonly checked: "jax+torch" | "jax" | "differs";
  /** PyTorch's values of the fields in which it differs; they are the ones to follow. */
  readonly torch?: Derivatives & { readonly output?: Results };
}

/**
 * Where PyTorch is followed further than it goes itself: at the origin its reverse mode gives atan2 the slope 0,
 * its forward mode NaN. The two modes are one derivative here.
 */
const forward: Readonly<Record<string, GoldenArray>> = { "atan2/origin": { shape: [1], data: [0] } };

const { cases } = readGolden<{ readonly cases: readonly Case[] }>("ops");

const listOf = (results: Results): readonly GoldenArray[] =>
  Array.isArray(results) ? (results as readonly GoldenArray[]) : [results as GoldenArray];

const expectResults = (actual: Tensor | readonly Tensor[], expected: Results, what: string): void => {
  const tensors = Array.isArray(actual) ? (actual as readonly Tensor[]) : [actual as Tensor];
  const arrays = listOf(expected);
  expect(tensors.length, what).toBe(arrays.length);
  arrays.forEach((array, i) => expectGolden(tensors[i]!, array, `${what} ${i}`));
};

/** The operation as a function of the inputs that are differentiated. */
const ofDifferentiated = (
  operation: GoldenOperation,
  { inputs, params }: Case,
  isDifferentiated: readonly boolean[],
) => {
  const all = inputs.map((input) => toTensor(input));
  return (...given: Tensor[]): Tensor | Tensor[] => {
    let next = 0;
    return operation(
      all.map((input, i) => (isDifferentiated[i] ? given[next++]! : input)),
      params,
    );
  };
};

const checkDerivatives = (operation: GoldenOperation, given: Case): void => {
  const expected = { ...given, ...given.torch };
  if (expected.vjp === undefined) return;
  const isDifferentiated = expected.vjp.map((cotangent) => cotangent !== null);
  const f = ofDifferentiated(operation, given, isDifferentiated);
  const primals = given.inputs.filter((_, i) => isDifferentiated[i]).map((input) => toTensor(input));
  const cotangent = listOf(expected.cotangent!).map((array) => toTensor(array));
  const isList = Array.isArray(expected.cotangent);

  const [value, pullback] = vjp(f, ...primals);
  expectResults(value, expected.output, "value under vjp");
  const cotangents = pullback(isList ? cotangent : cotangent[0]!);
  const pulled = expected.vjp.filter((array) => array !== null);
  pulled.forEach((array, i) => expectGolden(cotangents[i]!, array, `vjp ${i}`));

  const tangents = expected.tangents!.filter((array) => array !== null).map((array) => toTensor(array));
  const [primal, tangent] = jvp(f, primals, tangents);
  expectResults(primal, expected.output, "value under jvp");
  expectResults(tangent, forward[given.id] ?? expected.jvp!, "jvp");
};

test("every operation of the file is tested", () => {
  const names = [...new Set(cases.map(({ op }) => op))].sort();
  expect(Object.keys(operations).sort()).toEqual(names);
});

describe.each(targetNames)("golden operations on %s", (target) => {
  beforeAll(() => setTarget(target));
  afterAll(() => setTarget("reference"));

  for (const given of cases) {
    const operation = operations[given.op]!;
    test(given.id, () => {
      const inputs = given.inputs.map((input) => toTensor(input));
      const output = given.torch?.output ?? given.output;
      expectResults(operation(inputs, given.params), output, "value");
      const compiled = jit((...args: Tensor[]) => operation(args, given.params));
      expectResults(compiled(...inputs), output, "value under jit");
      checkDerivatives(operation, given);
    });
  }
});
