/**
 * How dtypes and JavaScript's numbers combine: NumPy's rules for arrays and Python's numbers (NEP 50), with float32 as the
 * float that integers become, and int32 as what arithmetic makes of booleans.
 */
import {
  add,
  atan2,
  concatenate,
  div,
  type DType,
  equal,
  exp,
  greater,
  less,
  logicalAnd,
  logicalOr,
  matmul,
  maximum,
  mean,
  minimum,
  mod,
  mul,
  type Operand,
  pow,
  prod,
  sqrt,
  stack,
  sub,
  sum,
  type Tensor,
  tensor,
  where,
} from "downhill";
import { describe, expect, test } from "vitest";

const dtypes: readonly DType[] = ["bool", "int32", "float32", "float64"];
const pairs = dtypes.flatMap((a) => dtypes.map((b) => [a, b] as const));

/** The wider of two. */
const joint: Readonly<Record<DType, Readonly<Record<DType, DType>>>> = {
  bool: { bool: "bool", int32: "int32", float32: "float32", float64: "float64" },
  int32: { bool: "int32", int32: "int32", float32: "float32", float64: "float64" },
  float32: { bool: "float32", int32: "float32", float32: "float32", float64: "float64" },
  float64: { bool: "float64", int32: "float64", float32: "float64", float64: "float64" },
};

const arithmeticOf = (dtype: DType): DType => (dtype === "bool" ? "int32" : dtype);
const floatOf = (dtype: DType): DType => (dtype === "float64" ? "float64" : "float32");

type Binary = (a: Operand, b: Operand) => Tensor;

const families: readonly (readonly [
  functions: Readonly<Record<string, Binary>>,
  result: (dtype: DType) => DType,
])[] = [
  [{ add, sub, mul, mod, maximum, minimum }, arithmeticOf],
  [{ div, pow, atan2 }, floatOf],
  [{ equal, less, greater }, () => "bool"],
];
const binaries = families.flatMap(([functions, result]) =>
  Object.entries(functions).map(([name, f]) => [name, f, result] as const),
);

const one = (dtype: DType): Tensor => tensor([1, 1], { dtype });

describe.each(binaries)("%s", (_name, f, result) => {
  test.each(pairs)("%s and %s", (a, b) => {
    expect(f(one(a), one(b)).dtype).toBe(result(joint[a][b]));
    // A scalar tensor has as much to say as any.
    expect(f(one(a), tensor(1, { dtype: b })).dtype).toBe(result(joint[a][b]));
  });

  test.each(dtypes)("%s and numbers, which take its dtype if they can", (dtype) => {
    const expected = result(joint[dtype][dtype === "bool" ? "int32" : dtype]);
    expect(f(one(dtype), 1).dtype).toBe(expected);
    expect(f(1, one(dtype)).dtype).toBe(expected);
    // No integer holds a half, nor does int32 hold 2³¹.
    for (const number of [0.5, 2 ** 31, Infinity, NaN]) {
      expect(f(one(dtype), number).dtype).toBe(result(joint[dtype]["float32"]));
      expect(f(number, one(dtype)).dtype).toBe(result(joint[dtype]["float32"]));
    }
    expect(f(one(dtype), true).dtype).toBe(result(dtype));
  });

  test("numbers alone", () => {
    expect(f(1, 2).dtype).toBe(result("float32"));
    expect(f(true, 2).dtype).toBe(result("float32"));
    expect(f(true, false).dtype).toBe(result("bool"));
  });
});

test("numbers are rounded to the dtype that they take", () => {
  expect(add(tensor(1), 0.1).item()).toBe(Math.fround(1 + Math.fround(0.1)));
  expect(add(tensor(1, { dtype: "float64" }), 0.1).item()).toBe(1.1);
  expect(mul(tensor(3, { dtype: "int32" }), 0.5).item()).toBe(1.5);
  expect(equal(tensor(Math.fround(0.1)), 0.1).item()).toBe(1);
});

test("int32 wraps around, and is exact", () => {
  const extreme = tensor(2 ** 31 - 1, { dtype: "int32" });
  expect(add(extreme, 1).item()).toBe(-(2 ** 31));
  expect(mul(tensor(65537, { dtype: "int32" }), 65537).item()).toBe(131073);
  expect(sub(extreme, 1).item()).toBe(2 ** 31 - 2);
});

test("arithmetic on booleans counts", () => {
  const flags = tensor([true, true, false]);
  expect([...add(flags, flags).data]).toEqual([2, 2, 0]);
  expect(sum(flags).dtype).toBe("int32");
  expect(sum(flags).item()).toBe(2);
});

test("logic stays logic", () => {
  const [a, b] = [tensor([true, false]), tensor([true, true])];
  expect(logicalAnd(a, b).dtype).toBe("bool");
  expect([...logicalOr(a, false).data]).toEqual([1, 0]);
});

describe("where, joins and products", () => {
  test.each(pairs)("%s and %s", (a, b) => {
    const both = [one(a), one(b)] as const;
    expect(where(tensor([true, false]), ...both).dtype).toBe(joint[a][b]);
    expect(concatenate(both).dtype).toBe(joint[a][b]);
    expect(stack(both).dtype).toBe(joint[a][b]);
    expect(matmul(...both).dtype).toBe(arithmeticOf(joint[a][b]));
  });

  test("the condition has no say; numbers take the other's dtype", () => {
    expect(where(tensor([1, 0], { dtype: "float64" }), tensor([1, 2]), 0).dtype).toBe("float32");
    expect(where(tensor([true, false]), 1, tensor([1, 2], { dtype: "int32" })).dtype).toBe("int32");
    expect(where(tensor([true, false]), 1.5, tensor([1, 2], { dtype: "int32" })).dtype).toBe("float32");
  });
});

test.each(dtypes)("functions and reductions of %s", (dtype) => {
  const x = one(dtype);
  expect(exp(x).dtype).toBe(floatOf(dtype));
  expect(sqrt(x).dtype).toBe(floatOf(dtype));
  expect(mean(x).dtype).toBe(floatOf(dtype));
  expect(sum(x).dtype).toBe(arithmeticOf(dtype));
  expect(prod(x).dtype).toBe(arithmeticOf(dtype));
  expect(x.neg().dtype).toBe(arithmeticOf(dtype));
  expect(x.argmax().dtype).toBe("int32");
});

describe("astype", () => {
  test.each(pairs)("%s to %s and back keeps 0 and 1", (a, b) => {
    const x = tensor([0, 1], { dtype: a });
    const there = x.astype(b);
    expect(there.dtype).toBe(b);
    expect([...there.data]).toEqual([0, 1]);
    expect([...there.astype(a).data]).toEqual([0, 1]);
    if (a === b) expect(there).toBe(x);
  });

  test("floats lose their fraction, and what is not 0 is true", () => {
    const x = tensor([-1.7, -0.2, 0, 0.2, 1.7], { dtype: "float64" });
    expect([...x.astype("int32").data]).toEqual([-1, 0, 0, 0, 1]);
    expect([...x.astype("bool").data]).toEqual([1, 1, 0, 1, 1]);
    expect(tensor(0.1, { dtype: "float64" }).astype("float32").item()).toBe(Math.fround(0.1));
    expect(
      tensor(2 ** 24 + 1, { dtype: "int32" })
        .astype("float32")
        .item(),
    ).toBe(2 ** 24);
    expect(tensor(NaN).astype("bool").item()).toBe(1);
  });
});
