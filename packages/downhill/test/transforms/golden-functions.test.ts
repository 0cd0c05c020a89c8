/** Values, gradients and Hessians of scalar expressions, by every way of computing them. */
import {
  grad,
  hessian,
  hvp,
  jacfwd,
  jacrev,
  jit,
  stack,
  type Tensor,
  tensor,
  valueAndGrad,
  vmap,
} from "downhill";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseExpression } from "../golden-helpers/expression.ts";
import { expectGolden, readGolden } from "../golden-helpers/golden.ts";
import { setTarget, targetNames } from "../targets/targets.ts";

interface GoldenFunction {
  readonly id: string;
  readonly expression: string;
  readonly variables: readonly string[];
  readonly points: readonly {
    readonly at: readonly number[];
    readonly value: number;
    readonly gradient: readonly number[];
    readonly hessian: readonly (readonly number[])[];
  }[];
}

const { functions } = readGolden<{ readonly functions: readonly GoldenFunction[] }>("functions");

test("the file has its functions", () => {
  expect(functions.length).toBe(72);
});

describe.each(targetNames)("golden functions on %s", (target) => {
  beforeAll(() => setTarget(target));
  afterAll(() => setTarget("wasm"));

  test.each(functions)("$id", ({ expression, variables, points }) => {
    const evaluate = parseExpression(expression);
    const n = variables.length;
    const ofScalars = (...scalars: Tensor[]): Tensor =>
      evaluate(Object.fromEntries(variables.map((name, i) => [name, scalars[i]!])));
    const ofPoint = (point: Tensor): Tensor => ofScalars(...variables.map((_, i) => point.take(i)));
    const argnums = variables.map((_, i) => i);

    const gradients: Readonly<Record<string, (x: Tensor) => Tensor>> = {
      grad: grad(ofPoint),
      "grad under jit": jit(grad(ofPoint)),
      "jit under grad": grad(jit(ofPoint)),
      jacfwd: jacfwd(ofPoint),
      jacrev: jacrev(ofPoint),
      "grad by several arguments": (x) =>
        stack(grad(ofScalars, { argnums })(...variables.map((_, i) => x.take(i)))),
    };
    const hessians: Readonly<Record<string, (x: Tensor) => Tensor>> = {
      hessian: hessian(ofPoint),
      "hessian under jit": jit(hessian(ofPoint)),
      "jacfwd(grad)": jacfwd(grad(ofPoint)),
      "jacrev(grad)": jacrev(grad(ofPoint)),
      "jacfwd(jacfwd)": jacfwd(jacfwd(ofPoint)),
      "jacrev(jacfwd)": jacrev(jacfwd(ofPoint)),
      "grad of each component of grad": (x) =>
        stack(argnums.map((i) => grad((y: Tensor) => grad(ofPoint)(y).take(i))(x))),
      "hvp with each unit vector": (x) =>
        vmap((v: Tensor) => hvp(ofPoint, [x], v))(tensor(identity(n), { dtype: "float64" })),
    };

    for (const { at, value, gradient, hessian: second } of points) {
      const x = tensor(at, { dtype: "float64" });
      const golden = { value: { shape: [], data: [value] }, gradient: { shape: [n], data: gradient } };
      expectGolden(ofPoint(x), golden.value, "value");
      const [valueToo, gradientToo] = jit(valueAndGrad(ofPoint))(x);
      expectGolden(valueToo, golden.value, "value under jit");
      expectGolden(gradientToo, golden.gradient, "gradient with the value");
      for (const [how, compute] of Object.entries(gradients))
        expectGolden(compute(x), golden.gradient, `gradient by ${how}`);
      for (const [how, compute] of Object.entries(hessians))
        expectGolden(compute(x), { shape: [n, n], data: second.flat() }, `Hessian by ${how}`);
    }
  });
});

const identity = (n: number): number[][] =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => Number(i === j)));
