/** How shapes combine: the rules and examples of NumPy's chapter on broadcasting. */
import {
  add,
  ArgumentError,
  matmul,
  mul,
  ShapeError,
  sum,
  tensor,
  type Tensor,
  where,
  zeros,
} from "downhill";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { broadcastShapes, normalizeAxes, sizeOf, stridesOf } from "../../src/tensor/shape.ts";

type Shape = readonly number[];

/** Numbers 0, 1, 2, … in a shape. */
const counted = (shape: Shape): Tensor =>
  tensor(
    Float64Array.from({ length: sizeOf(shape) }, (_, i) => i),
    { shape },
  );

/** NumPy's rule, axis by axis from the last: null where lengths clash. */
const expectedShape = (a: Shape, b: Shape): number[] | null => {
  const result: number[] = [];
  for (let back = 1; back <= Math.max(a.length, b.length); back++) {
    const [left, right] = [a.at(-back) ?? 1, b.at(-back) ?? 1];
    if (left !== right && left !== 1 && right !== 1) return null;
    result.unshift(left === 1 ? right : left);
  }
  return result;
};

/** The element of a broadcast tensor at an index of the result. */
const elementAt = ({ shape, data }: Tensor, index: readonly number[]): number => {
  const strides = stridesOf(shape);
  const own = index.slice(index.length - shape.length);
  return data[
    own.reduce((position, at, axis) => position + (shape[axis] === 1 ? 0 : at) * strides[axis]!, 0)
  ]!;
};

const indicesOf = (shape: Shape): number[][] =>
  shape.reduce<number[][]>(
    (prefixes, length) => prefixes.flatMap((prefix) => Array.from({ length }, (_, i) => [...prefix, i])),
    [[]],
  );

test.each<[a: Shape, b: Shape, result: Shape]>([
  [[256, 256, 3], [3], [256, 256, 3]],
  [
    [8, 1, 6, 1],
    [7, 1, 5],
    [8, 7, 6, 5],
  ],
  [[5, 4], [1], [5, 4]],
  [
    [15, 3, 5],
    [15, 1, 5],
    [15, 3, 5],
  ],
  [
    [15, 3, 5],
    [3, 1],
    [15, 3, 5],
  ],
  [[], [2, 3], [2, 3]],
  [[], [], []],
  [[0], [1], [0]],
  [
    [3, 1],
    [1, 0],
    [3, 0],
  ],
])("%j and %j give %j", (a, b, result) => {
  expect(add(zeros(a), zeros(b)).shape).toEqual(result);
  expect(add(zeros(b), zeros(a)).shape).toEqual(result);
});

test.each<[a: Shape, b: Shape, lengths: string, axis: number]>([
  [[3], [4], "3 and 4", -1],
  [[2, 1], [8, 4, 3], "2 and 4", -2],
  [[0], [2], "0 and 2", -1],
  [[5, 2, 3], [4, 2, 3], "5 and 4", -3],
])("%j and %j do not", (a, b, lengths, axis) => {
  let error: unknown;
  try {
    add(zeros(a), zeros(b));
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(ShapeError);
  const { message, operation, shapes } = error as ShapeError;
  expect(operation).toBe("add");
  expect(shapes).toEqual([a, b]);
  expect(message).toContain(`add: shapes [${a.join(", ")}] and [${b.join(", ")}] do not broadcast`);
  expect(message).toContain(`lengths ${lengths} meet at axis ${axis}`);
  expect(message).toContain("reshape or transpose one of them");
});

const shape = fc.array(fc.constantFrom(0, 1, 1, 2, 3), { maxLength: 4 });

test("any two shapes: the rule, in either order, and element by element", () => {
  fc.assert(
    fc.property(shape, shape, (a, b) => {
      const expected = expectedShape(a, b);
      if (expected === null) {
        expect(() => broadcastShapes("test", [a, b])).toThrow(ShapeError);
        return;
      }
      expect(broadcastShapes("test", [a, b])).toEqual(expected);
      expect(broadcastShapes("test", [b, a])).toEqual(expected);
      const [x, y] = [counted(a), counted(b)];
      const products = mul(add(x, 1), add(y, 10));
      expect(products.shape).toEqual(expected);
      expect([...products.data]).toEqual(
        indicesOf(expected).map((index) => (elementAt(x, index) + 1) * (elementAt(y, index) + 10)),
      );
    }),
  );
});

test("any number of shapes, in any order", () => {
  fc.assert(
    fc.property(fc.array(shape, { maxLength: 4 }), (shapes) => {
      const expected = shapes.reduce<Shape | null>((joint, next) => joint && expectedShape(joint, next), []);
      if (expected === null) expect(() => broadcastShapes("test", shapes)).toThrow(ShapeError);
      else expect(broadcastShapes("test", shapes)).toEqual(expected);
    }),
  );
});

test("three together", () => {
  const chosen = where(tensor([[true], [false]]), tensor([1, 2, 3]), tensor(9));
  expect(chosen.toArray()).toEqual([
    [1, 2, 3],
    [9, 9, 9],
  ]);
});

test("the batches of a matrix product broadcast", () => {
  expect(matmul(zeros([7, 1, 2, 3]), zeros([5, 3, 4])).shape).toEqual([7, 5, 2, 4]);
  expect(() => matmul(zeros([2, 2, 3]), zeros([5, 3, 4]))).toThrow(/matmul: shapes \[2\] and \[5\] do not/);
});

describe("broadcastTo", () => {
  test("repeats axes of length 1 and new ones", () => {
    expect(
      tensor([[1], [2]])
        .broadcastTo([3, 2, 2])
        .toArray(),
    ).toEqual([
      [
        [1, 1],
        [2, 2],
      ],
      [
        [1, 1],
        [2, 2],
      ],
      [
        [1, 1],
        [2, 2],
      ],
    ]);
    expect(tensor(4).broadcastTo([2, 0]).shape).toEqual([2, 0]);
  });

  test("neither shortens nor drops axes", () => {
    expect(() => zeros([3]).broadcastTo([1])).toThrow(/broadcastTo: \[3\] does not broadcast to \[1\]/);
    expect(() => zeros([1, 3]).broadcastTo([3])).toThrow(ShapeError);
    expect(() => zeros([2]).broadcastTo([3])).toThrow(ShapeError);
    expect(() => zeros([]).broadcastTo([-1])).toThrow(/is no shape/);
  });
});

describe("axes", () => {
  test("count from the end if negative; all if left out or null", () => {
    expect(normalizeAxes("test", undefined, 3)).toEqual([0, 1, 2]);
    expect(normalizeAxes("test", null, 0)).toEqual([]);
    expect(normalizeAxes("test", -1, 3)).toEqual([2]);
    expect(normalizeAxes("test", [-1, 0], 3)).toEqual([0, 2]);
    expect(normalizeAxes("test", [], 3)).toEqual([]);
  });

  test("out of range, twice, or none", () => {
    expect(() => sum(zeros([2, 3]), 2)).toThrow(/sum: axis 2 is out of range for rank 2; write -2 … 1/);
    expect(() => sum(zeros([2, 3]), -3)).toThrow(ArgumentError);
    expect(() => sum(zeros([2, 3]), 0.5)).toThrow(/axis 0.5/);
    expect(() => sum(zeros([2, 3]), [1, -1])).toThrow(/sum: axes \[1, 1\] name an axis twice/);
    expect(() => sum(zeros([]), 0)).toThrow(/axis 0 given for a scalar, which has no axes/);
  });
});
