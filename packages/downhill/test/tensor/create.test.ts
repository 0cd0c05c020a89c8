/** Tensors from JavaScript's values: by NumPy's rules, with float32 where NumPy has float64. */
import {
  arange,
  ArgumentError,
  type DType,
  DTypeError,
  eye,
  full,
  linspace,
  ones,
  onesLike,
  ShapeError,
  Tensor,
  tensor,
  type TensorData,
  zeros,
  zerosLike,
} from "downhill";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const dtypes: readonly DType[] = ["bool", "int32", "float32", "float64"];

const expectTensor = (
  actual: Tensor,
  dtype: DType,
  shape: readonly number[],
  values: readonly number[],
): void => {
  expect(actual).toBeInstanceOf(Tensor);
  expect([actual.dtype, actual.shape, [...actual.data]]).toEqual([dtype, shape, values]);
  expect(actual.rank).toBe(shape.length);
  expect(actual.size).toBe(values.length);
};

/** Fails unless `make` is refused by an error of the class whose message has the parts. */
const expectRefusal = (
  make: () => unknown,
  kind: new (...args: never[]) => Error,
  ...parts: readonly string[]
): void => {
  let error: unknown;
  try {
    make();
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(kind);
  for (const part of parts) expect((error as Error).message).toContain(part);
};

/** What the types forbid. */
const untyped = (data: unknown, options?: unknown): Tensor =>
  tensor(data as TensorData, options as undefined);

describe("tensor", () => {
  test("numbers become float32, booleans bool", () => {
    expectTensor(tensor(3), "float32", [], [3]);
    expectTensor(tensor(true), "bool", [], [1]);
    expectTensor(tensor([1, 2]), "float32", [2], [1, 2]);
    expectTensor(tensor([[true], [false]]), "bool", [2, 1], [1, 0]);
    expectTensor(tensor(0.1), "float32", [], [Math.fround(0.1)]);
    expectTensor(tensor(0.1, { dtype: "float64" }), "float64", [], [0.1]);
  });

  test("nesting gives the shape, also without elements", () => {
    expectTensor(tensor([[[1, 2, 3]], [[4, 5, 6]]]), "float32", [2, 1, 3], [1, 2, 3, 4, 5, 6]);
    expectTensor(tensor([]), "float32", [0], []);
    expectTensor(tensor([[], [], []]), "float32", [3, 0], []);
    expectTensor(tensor([[[]]]), "float32", [1, 1, 0], []);
  });

  test("nested arrays of any shape come back from toArray", () => {
    const nested = fc
      .array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 })
      .chain((shape) =>
        shape.reduceRight<fc.Arbitrary<unknown>>(
          (inner, length) => fc.array(inner, { minLength: length, maxLength: length }),
          fc.double(),
        ),
      );
    fc.assert(
      fc.property(nested, (data) => {
        expect(untyped(data, { dtype: "float64" }).toArray()).toEqual(data);
      }),
    );
  });

  test("typed arrays keep their dtype and are copied", () => {
    const given = [
      [Float32Array.of(1.5, 2), "float32"],
      [Float64Array.of(1.5, 2), "float64"],
      [Int32Array.of(1, 2), "int32"],
      [Uint8Array.of(1, 0), "bool"],
    ] as const;
    for (const [values, dtype] of given) {
      const before = [...values];
      const made = tensor(values);
      values.fill(0);
      expectTensor(made, dtype, [2], before);
    }
  });

  test("typed arrays as rows: the first gives the dtype", () => {
    const rows = [Float64Array.of(0.1, 2), Float64Array.of(3, 0.4)];
    const made = tensor(rows);
    rows[0]!.fill(0);
    expectTensor(made, "float64", [2, 2], [0.1, 2, 3, 0.4]);
    expectTensor(tensor([[1, 2], Int32Array.of(3, 4)]), "float32", [2, 2], [1, 2, 3, 4]);
    expectTensor(tensor([[Int32Array.of(1)], [[2]]]), "int32", [2, 1, 1], [1, 2]);
    expectTensor(tensor([Uint8Array.of(0, 2)]), "bool", [1, 2], [0, 1]);
    expectTensor(tensor([Float64Array.of(1.5)], { dtype: "int32" }), "int32", [1, 1], [1]);
  });

  test("a shape folds flat data, in row-major order", () => {
    expectTensor(tensor([1, 2, 3, 4], { shape: [2, 2] }), "float32", [2, 2], [1, 2, 3, 4]);
    expect(tensor(Int32Array.of(1, 2, 3, 4, 5, 6), { shape: [3, 2] }).toArray()).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expectTensor(tensor(Float64Array.of(7), { shape: [] }), "float64", [], [7]);
    expectTensor(tensor(new Float32Array(0), { shape: [2, 0] }), "float32", [2, 0], []);
  });

  test("lists that the caller changes afterwards change nothing", () => {
    const shape = [2, 1];
    const made = [tensor([1, 2], { shape }), zeros(shape), tensor([1, 2]).reshape(shape), ones(shape)];
    made.push(tensor([[1]]).broadcastTo(shape));
    shape[0] = 5;
    for (const { shape: kept } of made) expect(kept).toEqual([2, 1]);
  });

  test("a tensor is itself", () => {
    const given = tensor([1, 2]);
    expect(tensor(given)).toBe(given);
    expect(tensor(given, { dtype: "float32", shape: [2] })).toBe(given);
    expectRefusal(() => tensor(given, { dtype: "int32" }), ArgumentError, 'write .astype("int32")');
    expectRefusal(() => tensor(given, { shape: [2, 1] }), ArgumentError, "shape [2]; write .reshape(2, 1)");
  });

  test("int32 drops fractions; bool is whether a number is not 0", () => {
    expectTensor(tensor([1.9, -1.9, -0.5], { dtype: "int32" }), "int32", [3], [1, -1, 0]);
    expectTensor(tensor(Float64Array.of(1.9, -1.9), { dtype: "int32" }), "int32", [2], [1, -1]);
    expectTensor(tensor([true, false], { dtype: "int32" }), "int32", [2], [1, 0]);
    const truths = [0, -0, 0.5, -3, 256, NaN, Infinity];
    for (const data of [truths, Float64Array.from(truths)])
      expectTensor(tensor(data, { dtype: "bool" }), "bool", [7], [0, 0, 1, 1, 1, 1, 1]);
    expectTensor(tensor(Uint8Array.of(0, 2, 255)), "bool", [3], [0, 1, 1]);
    expectTensor(tensor(Int32Array.of(0, 256)), "int32", [2], [0, 256]);
    expectTensor(tensor(Int32Array.of(0, 256), { dtype: "bool" }), "bool", [2], [0, 1]);
  });

  test("floats keep what is special, float32 rounds to the nearest", () => {
    const special = [NaN, Infinity, -Infinity, -0];
    expectTensor(tensor(special), "float32", [4], special);
    expectTensor(tensor(special, { dtype: "float64" }), "float64", [4], special);
    expectTensor(tensor([1e39, 1e-46, 2 ** 24 + 1]), "float32", [3], [Infinity, 0, 2 ** 24]);
    expectTensor(tensor(2 ** 53, { dtype: "float64" }), "float64", [], [2 ** 53]);
  });

  test("int32 refuses what it cannot hold", () => {
    const extremes = [2 ** 31 - 1, -(2 ** 31)];
    expectTensor(tensor(extremes, { dtype: "int32" }), "int32", [2], extremes);
    for (const value of [2 ** 31, -(2 ** 31) - 1, NaN, Infinity, -Infinity])
      for (const data of [[0, value], Float64Array.of(0, value)])
        expectRefusal(
          () => tensor(data, { dtype: "int32" }),
          ArgumentError,
          `element [1] is ${value}, which int32 cannot hold`,
        );
  });

  test.each<[what: string, data: unknown, message: string]>([
    ["a shorter row", [[1, 2], [3]], "element [1] has length 1, expected length 2"],
    ["a longer row", [[1], [2, 3]], "element [1] has length 2, expected length 1"],
    ["a number for a row", [[1, 2], 3], "element [1] is the number 3, expected length 2"],
    ["a row for a number", [1, [2]], "element [1] has length 1, expected a number"],
    ["depths that differ", [[[1]], [[[2]]]], "element [1][0][0] has length 1, expected a number"],
    ["an empty row", [[1], []], "element [1] has length 0, expected length 1"],
    ["a longer typed row", [[1], Float32Array.of(1, 2)], "element [1] has length 2, expected length 1"],
    ["a typed row for a number", [1, Float32Array.of(2)], "element [1] has length 1, expected a number"],
    ["elements beside none", [[], [1]], "element [1] has length 1, expected length 0"],
  ])("ragged: %s", (_what, data, message) => {
    expectRefusal(() => untyped(data), ShapeError, "tensor: ragged nested array", message, "first row");
  });

  test.each<[what: string, data: unknown, message: string]>([
    ["text", ["1"], 'element [0] is the text "1", not a number'],
    ["text alone", "1", 'the data is the text "1", not a number'],
    ["null", [[1], [null]], "element [1][0] is null, not a number"],
    ["nothing", [1, undefined], "element [1] is undefined, not a number"],
    ["a hole", new Array(2), "element [0] is undefined, not a number"],
    // eslint-disable-next-line no-sparse-arrays
    ["a hole in between", [1, , 3], "element [1] is undefined, not a number"],
    ["a big integer", [1n], "element [0] is 1, not a number"],
    ["tensors", [tensor(1), tensor(2)], "element [0] is a tensor; join tensors by stack"],
    ["other typed arrays as rows", [Uint16Array.of(1)], "element [0] is a Uint16Array; write Array.from"],
    ["other typed arrays", Uint16Array.of(1), "the data is a Uint16Array; write Array.from"],
    ["nothing for a row", [[1], undefined], "element [1] is undefined, not a number"],
  ])("no number: %s", (_what, data, message) => {
    expectRefusal(() => untyped(data), ArgumentError, message);
  });

  test("a shape that does not fit, or is none", () => {
    expectRefusal(() => tensor([1, 2, 3], { shape: [2, 2] }), ShapeError, "3 values for shape [2, 2] of 4");
    expectRefusal(() => tensor([1, 2], { shape: [] }), ShapeError, "2 values for shape [] of 1");
    for (const shape of [[-2, -2], [0.5, 8], [NaN]])
      expectRefusal(() => tensor([1, 2, 3, 4], { shape }), ShapeError, "is no shape");
  });

  test("a dtype that there is not", () => {
    const asked = { dtype: "float16" as DType };
    const message = 'there is no dtype "float16"; write one of bool, int32, float32, float64';
    for (const make of [
      () => tensor(1, asked),
      () => zeros([2], asked),
      () => arange(3, asked),
      () => linspace(0, 1, 3, asked),
      () => eye(2, 2, asked),
      () => tensor(1).astype(asked.dtype),
    ])
      expectRefusal(make, DTypeError, message);
    expectRefusal(() => untyped(1, { dtype: "toString" }), DTypeError, "there is no dtype");
  });
});

describe("reading", () => {
  test("item gives the only element", () => {
    expect(tensor(2.5).item()).toBe(2.5);
    expect(tensor([[7]]).item()).toBe(7);
    expect(tensor(true).item()).toBe(1);
    expectRefusal(() => tensor([1, 2]).item(), ShapeError, "shape [2] has 2 elements, not one");
    expectRefusal(() => tensor([]).item(), ShapeError, "shape [0] has 0 elements");
  });

  test("toArray, data and read give all", async () => {
    const value = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(value.toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(value.data).toEqual(Float32Array.of(1, 2, 3, 4));
    expect(await value.read()).toEqual(Float32Array.of(1, 2, 3, 4));
    expect(tensor([[], []]).toArray()).toEqual([[], []]);
    expect(tensor(5).toArray()).toBe(5);
  });

  test("text shows dtype, shape and the first elements", () => {
    expect(String(tensor([[1, 2.5]]))).toBe("Tensor(float32[1, 2]: 1, 2.5)");
    expect(String(arange(9))).toBe("Tensor(int32[9]: 0, 1, 2, 3, 4, 5, …)");
    expect(String(tensor(true))).toBe("Tensor(bool[]: 1)");
  });
});

describe("from a shape", () => {
  test.each(dtypes)("zeros, ones and full in %s", (dtype) => {
    expectTensor(zeros([2, 2], { dtype }), dtype, [2, 2], [0, 0, 0, 0]);
    expectTensor(ones([3], { dtype }), dtype, [3], [1, 1, 1]);
    expectTensor(full([], 1, { dtype }), dtype, [], [1]);
    expectTensor(full([2, 0], 1, { dtype }), dtype, [2, 0], []);
    const model = zeros([1, 2], { dtype });
    expectTensor(zerosLike(model), dtype, [1, 2], [0, 0]);
    expectTensor(onesLike(model), dtype, [1, 2], [1, 1]);
  });

  test("the default is float32", () => {
    for (const make of [zeros, ones]) expect(make([1]).dtype).toBe("float32");
    expect(full([1], 2).dtype).toBe("float32");
    expect(eye(2).dtype).toBe("float32");
    expect(linspace(0, 1, 2).dtype).toBe("float32");
  });

  test("shapes that are none are refused", () => {
    for (const make of [() => zeros([-1]), () => ones([1.5]), () => full([NaN], 1), () => eye(-1)])
      expectRefusal(make, ShapeError, "is no shape; lengths are whole numbers, 0 or more");
  });

  test("eye has ones on its diagonal", () => {
    expect(eye(2).toArray()).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(eye(2, 3, { dtype: "int32" }).toArray()).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
    expect(eye(0).shape).toEqual([0, 0]);
  });
});

// The expected values are NumPy 2.4's.
describe("sequences", () => {
  test("arange", () => {
    expectTensor(arange(4), "int32", [4], [0, 1, 2, 3]);
    expectTensor(arange(2, 5), "int32", [3], [2, 3, 4]);
    expectTensor(arange(5, 1, -2), "int32", [2], [5, 3]);
    expectTensor(arange(3, 3), "int32", [0], []);
    expectTensor(arange(3, 1), "int32", [0], []);
    expectTensor(arange(-1), "int32", [0], []);
    expectTensor(arange(0, 1, 0.25), "float32", [4], [0, 0.25, 0.5, 0.75]);
    expectTensor(arange(1, 2, 0.3, { dtype: "float64" }), "float64", [4], [1, 1.3, 1.6, 1 + 3 * 0.3]);
    expectTensor(arange(0, 1, 0.1, { dtype: "float64" }).slice([9]), "float64", [1], [0.9]);
    expectTensor(arange(3, { dtype: "float64" }), "float64", [3], [0, 1, 2]);
    expectRefusal(() => arange(0, 1, 0), ArgumentError, "step 0 never ends");
    expectRefusal(() => arange(Infinity), ArgumentError, "write finite numbers");
    expectRefusal(() => arange(2 ** 31, 2 ** 31 + 2), ArgumentError, "int32 cannot hold");
  });

  test("linspace", () => {
    expectTensor(linspace(0, 1, 5, { dtype: "float64" }), "float64", [5], [0, 0.25, 0.5, 0.75, 1]);
    expectTensor(linspace(3, 9, 1), "float32", [1], [3]);
    expectTensor(linspace(0, 1, 0), "float32", [0], []);
    expectTensor(linspace(1, -1, 3), "float32", [3], [1, 0, -1]);
    expectTensor(linspace(-1.5, 2, 4, { dtype: "int32" }), "int32", [4], [-2, -1, 0, 2]);
    expect(linspace(0, 1).shape).toEqual([50]);
    const last = linspace(0.1, 0.7, 7, { dtype: "float64" }).data;
    expect(last[6]).toBe(0.7);
    expectRefusal(() => linspace(0, 1, -1), ArgumentError, "count -1");
    expectRefusal(() => linspace(0, 1, 2.5), ArgumentError, "count 2.5");
  });
});
