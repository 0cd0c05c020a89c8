/** Each method of tensors is the function of its name, on values and in programs. */
import * as d from "downhill";
import { makeProgram, ones, type Tensor, tensor } from "downhill";
import { expect, test } from "vitest";

const x = tensor(
  [
    [0.3, -0.7, 0.2],
    [0.9, 0.1, -0.4],
  ],
  { dtype: "float64" },
);
const y = tensor([0.5, -2, 0.1], { dtype: "float64" });
const m = tensor([[1], [2], [3]], { dtype: "float64" });

/** Functions that are not called as the method is. */
const named: Readonly<Record<string, (...args: never[]) => Tensor>> = {
  var: d.variance,
  T: (z: Tensor) => d.transpose(z),
  reshape: (z: Tensor, ...shape: number[]) => d.reshape(z, shape),
};

/** Arguments of each method behind the tensor itself; several lists where there is more than one way to call it. */
const calls: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  ...Object.fromEntries(
    ["add", "sub", "mul", "div", "maximum", "minimum", "mod"].map((name) => [name, [[y], [2], [x]]]),
  ),
  ...Object.fromEntries(
    ["equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual"].map((name) => [name, [[y], [0.3]]]),
  ),
  pow: [[2], [3], [-1], [tensor([2, 3, 4])]],
  ...Object.fromEntries(
    ["neg", "abs", "square", "sqrt", "exp", "log", "sin", "cos", "tanh", "sigmoid", "relu"].map((name) => [
      name,
      [[]],
    ]),
  ),
  ...Object.fromEntries(
    ["sum", "mean", "prod", "max", "min", "var", "std"].map((name) => [
      name,
      [[], [0], [[0, 1]], [-1], [{ axis: 1, keepdims: true }], [null]],
    ]),
  ),
  argmax: [[], [0], [-1], [null]],
  argmin: [[], [1]],
  cumsum: [[], [0], [-1]],
  matmul: [[m]],
  dot: [[m]],
  reshape: [[3, 2], [-1]],
  transpose: [[], [[1, 0]]],
  T: [[]],
  broadcastTo: [[[4, 2, 3]]],
  flip: [[], [0], [[0, 1]]],
  slice: [[[0, 1]], [null, [null, null, -1]]],
  take: [[1], [[0, -1, 1], 1]],
  squeeze: [[]],
  expandDims: [[0], [-1]],
  astype: [["float32"], ["int32"], ["bool"]],
};

const functionNamed = (name: string): ((...args: unknown[]) => Tensor) =>
  (named[name] ?? (d as unknown as Record<string, unknown>)[name]) as (...args: unknown[]) => Tensor;

const callMethod = (z: Tensor, name: string, args: readonly unknown[]): Tensor => {
  const methods = z as unknown as Readonly<Record<string, (...given: readonly unknown[]) => Tensor>>;
  return name === "T" ? z.T : methods[name]!(...args);
};

/** What tensors have besides operations. */
const notOperations = new Set(["constructor", "rank", "size", "data", "item", "toArray", "read", "toString"]);

test("every method is here", () => {
  const methods = Object.getOwnPropertyNames(d.Tensor.prototype).filter((name) => !notOperations.has(name));
  expect(Object.keys(calls).sort()).toEqual(methods.sort());
});

test.each(Object.keys(calls))("%s", (name) => {
  for (const args of calls[name]!) {
    const byMethod = callMethod(x, name, args);
    const byFunction = functionNamed(name)(x, ...args);
    expect([byMethod.dtype, byMethod.shape, [...byMethod.data]]).toEqual([
      byFunction.dtype,
      byFunction.shape,
      [...byFunction.data],
    ]);
    const traced = [
      makeProgram((z: Tensor) => callMethod(z, name, args))(x),
      makeProgram((z: Tensor) => functionNamed(name)(z, ...args))(x),
    ].map(String);
    expect(traced[0]).toBe(traced[1]);
  }
});

test("reshape takes the shape as a list too", () => {
  expect(ones([6]).reshape([2, 3]).shape).toEqual([2, 3]);
  expect(ones([6]).reshape(2, 3).shape).toEqual([2, 3]);
  expect(ones([1]).reshape().shape).toEqual([]);
});
