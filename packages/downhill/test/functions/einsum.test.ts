/** Sums of products against plain loops, and what is no spec. */
import { einsum, grad, jit, type Tensor, tensor } from "downhill";
import { describe, expect, test } from "vitest";
import { wrap } from "../../src/tensor/create.ts";
import { sizeOf, stridesOf } from "../../src/tensor/shape.ts";
import { expectClose, roundings } from "../primitives/op-table/compare.ts";
import { drawOperand, randomFrom } from "../primitives/op-table/rows.ts";

const lengths: Readonly<Record<string, number>> = { a: 2, b: 3, c: 2, d: 4, i: 3, j: 2, k: 4 };

/** The definition: a loop over all letters. */
const byLoops = (spec: string, operands: readonly Tensor[]): Tensor => {
  const [left, output] = spec.split("->") as [string, string];
  const subscripts = left.split(",");
  const letters = [...new Set(left.replaceAll(",", ""))];
  const shape = [...output].map((letter) => lengths[letter]!);
  const result = new Float64Array(sizeOf(shape));
  const at = (labels: string, strides: readonly number[], index: ReadonlyMap<string, number>): number =>
    [...labels].reduce((sum, letter, axis) => sum + index.get(letter)! * strides[axis]!, 0);
  const visit = (depth: number, index: Map<string, number>): void => {
    const letter = letters[depth];
    if (letter === undefined) {
      const product = operands.reduce(
        (value, { data, shape: own }, i) => value * data[at(subscripts[i]!, stridesOf(own), index)]!,
        1,
      );
      result[at(output, stridesOf(shape), index)]! += product;
      return;
    }
    for (let k = 0; k < lengths[letter]!; k++) visit(depth + 1, index.set(letter, k));
  };
  visit(0, new Map());
  return wrap(result, shape, "float64");
};

const drawn = (spec: string): Tensor[] => {
  const random = randomFrom(spec);
  return spec
    .split("->")[0]!
    .split(",")
    .map((labels) =>
      drawOperand(
        { shape: [...labels].map((letter) => lengths[letter]!), low: -2, high: 2 },
        "float64",
        random,
      ),
    );
};

describe("against plain loops", () => {
  test.each([
    "ab,bc->ca",
    "aab->b",
    "abab->ba",
    "abc,abd->cd",
    "ab,cd->dbca",
    "abd,dbc,bi->aic",
    "ab,ab->ab",
    "a,b,a->b",
    "aa,ab->",
    "aaa->a",
    "aaba,bb->ba",
    ",ab->ba",
    "ij,jk,kd,da->ia",
    "abc,cd->",
  ])("%s", (spec) => {
    const operands = drawn(spec);
    const expected = byLoops(spec, operands);
    expectClose(einsum(spec, ...operands), expected, roundings(expected), "value");
    const compiled = jit((...given: Tensor[]) => einsum(spec, ...given))(...operands);
    expectClose(compiled, expected, roundings(expected), "compiled");
  });
});

test("axes of ... broadcast", () => {
  const a = tensor([[[1, 2]], [[3, 4]]]); // [2, 1, 2]
  const b = tensor([
    [1, 0],
    [0, 1],
    [1, 1],
  ]); // [3, 2]
  expect(einsum("...i,...i->...", a, b).toArray()).toEqual([
    [1, 2, 3],
    [3, 4, 7],
  ]);
  expect(einsum("...i->i...", b).shape).toEqual([2, 3]);
});

test("without an arrow: letters that stand once, by the alphabet", () => {
  const a = tensor([
    [1, 2],
    [3, 4],
  ]);
  expect(einsum("ba", a).toArray()).toEqual([
    [1, 3],
    [2, 4],
  ]);
  expect(einsum("ij,jk", a, a).toArray()).toEqual([
    [7, 10],
    [15, 22],
  ]);
  expect(einsum("ii", a).item()).toBe(5);
});

test("integers stay integers, and wrap", () => {
  const a = tensor([2 ** 20, 3], { dtype: "int32" });
  const square = einsum("i,i->i", a, a);
  expect([square.dtype, square.toArray()]).toEqual(["int32", [0, 9]]);
});

test("slopes of a product of three", () => {
  const loss = (a: Tensor, b: Tensor, c: Tensor): Tensor => einsum("ij,jk,k->i", a, b, c).square().sum();
  const [a, b, c] = drawn("ab,bd,d->a") as [Tensor, Tensor, Tensor];
  const plain = grad((x: Tensor) => x.matmul(b).matmul(c).square().sum())(a);
  expectClose(grad(loss)(a, b, c), plain, roundings(plain), "slope");
});

test("what is no spec", () => {
  const a = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect(() => einsum("ij,jk->ik", a)).toThrow("describes 2 operands, 1 are given");
  expect(() => einsum("ijk->i", a)).toThrow('"ijk" has 3 letters for a tensor of rank 2');
  expect(() => einsum("ij->k", a)).toThrow("k stands in the result and in no operand");
  expect(() => einsum("ij->ii", a)).toThrow("a letter stands twice in the result");
  expect(() => einsum("i1->i", a)).toThrow("subscripts are letters");
  expect(() => einsum("ij,ij->", a, a.T)).toThrow("i has length 2 and length 3");
});
