/** What transforms refuse, and with which words. */
import {
  ArgumentError,
  DTypeError,
  grad,
  hessian,
  hvp,
  jacfwd,
  jacrev,
  jit,
  jvp,
  linearize,
  ones,
  ShapeError,
  tensor,
  type Tensor,
  valueAndGrad,
  vjp,
  vmap,
} from "downhill";
import { describe, expect, test } from "vitest";
import { doubles, integers } from "./model.ts";

describe("what is refused", () => {
  const x = doubles([1, 2]);
  const square = (z: Tensor): Tensor => z.square();
  const loss = (z: Tensor, _y?: Tensor): Tensor => z.square().sum();
  /** A function of a type that the transforms do not take. */
  const wrong = (f: (...args: never[]) => unknown) => f as unknown as (z: Tensor) => Tensor;

  test.each<[what: string, error: new (...args: never[]) => Error, message: string, run: () => unknown]>([
    [
      "a loss that is no scalar",
      ShapeError,
      "grad: the function returned shape [2], but a gradient is of a scalar\n  add .mean() or .sum()",
      () => grad(square)(x),
    ],
    [
      "an integer loss",
      DTypeError,
      "grad: the function returned int32, which has no slope",
      () => grad((z: Tensor) => z.sum().astype("int32"))(x),
    ],
    [
      "two losses",
      ArgumentError,
      "valueAndGrad: the function must return one scalar, not 2 tensors",
      () => valueAndGrad(wrong((z: Tensor) => [z.sum(), z.sum()]))(x),
    ],
    [
      "no loss",
      ArgumentError,
      "must return one scalar, not 0 tensors",
      () => grad(wrong(() => undefined))(x),
    ],
    [
      "a promise",
      ArgumentError,
      "grad: the function's result: the value is a Promise",
      () => grad(wrong(() => Promise.resolve(x)))(x),
    ],
    [
      "an integer argument",
      DTypeError,
      'grad: cannot differentiate by a tensor of dtype int32; make it a float with .astype("float32")',
      () => grad((z: Tensor) => z.mul(0.5).sum())(integers([1, 2])),
    ],
    [
      "an integer in a tree",
      DTypeError,
      "dtype bool",
      () => grad((z: { a: Tensor; b: Tensor }) => z.a.sum())({ a: x, b: tensor([true]) }),
    ],
    [
      "Jacobians by integers",
      DTypeError,
      "jacfwd: cannot differentiate by a tensor of dtype int32",
      () => jacfwd(square)(integers([1, 2])),
    ],
    [
      "Jacobians by integers, in reverse",
      DTypeError,
      "jacrev: cannot differentiate",
      () => jacrev(square)(integers([1, 2])),
    ],
    [
      "argnums beyond the arguments",
      ArgumentError,
      "grad: argnums 1, but the function was called with 1 argument",
      () => grad(loss, { argnums: 1 as never })(x),
    ],
    ["negative argnums", ArgumentError, "argnums -1, but", () => grad(loss, { argnums: -1 as never })(x)],
    [
      "argnums with a fraction",
      ArgumentError,
      "argnums 0.5, but",
      () => grad(loss, { argnums: 0.5 as never })(x),
    ],
    [
      "argnums twice",
      ArgumentError,
      "argnums [0, 0] name an argument twice",
      () => grad(loss, { argnums: [0, 0] })(x),
    ],
    [
      "argnums of a Jacobian",
      ArgumentError,
      "jacrev: argnums 2, but the function was called with 1 argument",
      () => jacrev(square, { argnums: 2 })(x),
    ],
    ["argnums of a Hessian", ArgumentError, "argnums 2, but", () => hessian(loss, { argnums: 2 })(x)],
    [
      "a text among the arguments",
      ArgumentError,
      "grad: [0].name is a string",
      () => grad(loss)({ w: x, name: "w" } as never),
    ],
    [
      "a Map among the arguments",
      ArgumentError,
      "jit: [0] is a Map",
      () => jit((z: unknown) => z)(new Map()),
    ],

    [
      "a tangent of another shape",
      ShapeError,
      "jvp: tangent of shape [3] for primal of shape [2]; they must be equal",
      () => jvp(square, [x], [ones([3], { dtype: "float64" })]),
    ],
    [
      "a number as tangent of a vector",
      ShapeError,
      "tangent of shape [] for primal of shape [2]",
      () => jvp(square, [x], [1]),
    ],
    [
      "a tangent of another dtype",
      DTypeError,
      'jvp: tangent of dtype float32 for primal of dtype float64; write .astype("float64")',
      () => jvp(square, [x], [ones([2])]),
    ],
    [
      "tangents nested otherwise",
      ArgumentError,
      "jvp: the tangents are nested otherwise than the primals (1 tensors for 1)",
      () => jvp(({ a }: { a: Tensor }) => a, [{ a: x }], [{ b: x }] as never),
    ],
    [
      "too few tangents",
      ArgumentError,
      "(1 tensors for 2)",
      () => jvp((a: Tensor, b: Tensor) => a.add(b), [x, x], [x] as never),
    ],
    [
      "a tangent of another shape, later",
      ShapeError,
      "linearize: tangent of shape [3]",
      () => linearize(square, x)[1](ones([3], { dtype: "float64" })),
    ],
    [
      "a vector of another shape",
      ShapeError,
      "jvp: tangent of shape [3]",
      () => hvp(loss, [x], ones([3], { dtype: "float64" })),
    ],
    [
      "a cotangent of another shape",
      ShapeError,
      "vjp: cotangent of shape [3] for output of shape [2]",
      () => vjp(square, x)[1](ones([3], { dtype: "float64" })),
    ],
    [
      "a cotangent of another dtype",
      DTypeError,
      "vjp: cotangent of dtype float32 for output of dtype float64",
      () => vjp(square, x)[1](ones([2])),
    ],
    [
      "cotangents nested otherwise",
      ArgumentError,
      "vjp: the cotangents are nested otherwise than the outputs",
      () => vjp((z: Tensor) => [z, z], x)[1]([x]),
    ],

    [
      "a tensor where JavaScript wants a number",
      ArgumentError,
      "stands where JavaScript wants a number (i < n, n * 2, Math.sqrt(n))\n  write item()",
      () =>
        grad((z: Tensor, n: number) => {
          let y = z;
          for (let i = 0; i < n; i++) y = y.mul(z);
          return y.sum();
        })(x, 3),
    ],
    [
      "no batch axis",
      ArgumentError,
      "vmap: no argument has a batch axis",
      () => vmap(square, { inAxes: null })(x),
    ],
    [
      "batch axes of different lengths",
      ShapeError,
      "vmap: batch axes differ in length: 2, 3, from shapes [2], [3]",
      () => vmap((a: Tensor, b: Tensor) => a.add(b))(x, ones([3])),
    ],
    [
      "a batch axis that is not there",
      ArgumentError,
      "vmap: axis 1 is out of range for rank 1",
      () => vmap(square, { inAxes: 1 })(x),
    ],
    ["a scalar to go along", ArgumentError, "vmap: axis 0 given for a scalar", () => vmap(square)(1)],
    [
      "too many axes",
      ArgumentError,
      "vmap: 2 axes given for 1 values",
      () => vmap(square, { inAxes: [0, 0] })(x),
    ],
    [
      "an axis without name",
      ArgumentError,
      'vmap: no axis given for "a"',
      () => vmap((z: { a: Tensor; b: Tensor }) => z.a, { inAxes: [{ b: 0 }] })({ a: x, b: x }),
    ],
    [
      "an axis for what is not there",
      ArgumentError,
      'vmap: an axis given for "b", but there are a',
      () => vmap((z: { a: Tensor }) => z.a, { inAxes: [{ a: 0, b: 0 }] })({ a: x }),
    ],
    [
      "axes by name without the list of arguments",
      ArgumentError,
      "vmap: axes by name (a) given for a list; write them nested as the values are, in inAxes within a list",
      () => vmap((z: { a: Tensor }) => z.a, { inAxes: { a: 0 } })({ a: x }),
    ],
    [
      "axes by name for a tensor",
      ArgumentError,
      "vmap: axes by name (a) given for a tensor",
      () => vmap(square, { inAxes: [{ a: 0 }] })(x),
    ],
    [
      "outAxes null for a batch",
      ArgumentError,
      "vmap: outAxes is null for a result that differs along the batch",
      () => vmap(square, { outAxes: null })(x),
    ],
  ])("%s", (_, error, message, run) => {
    expect(run).toThrow(error);
    expect(run).toThrow(message);
  });
});
