import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergeableAxes, mergedLength, mergedStride, reshapedStrides } from "../../src/compiler/views.ts";
import { forEachIndex, positionOf } from "../../src/primitives/nested.ts";
import { sizeOf } from "../../src/tensor/shape.ts";

/** Positions of all elements in row-major order. */
const positions = (shape: readonly number[], strides: readonly number[]): number[] => {
  const result: number[] = [];
  forEachIndex(shape, (index) => result.push(positionOf(index, strides)));
  return result;
};

const axis = fc.record({ length: fc.integer({ min: 1, max: 4 }), stride: fc.integer({ min: -6, max: 12 }) });
const strided = fc.array(axis, { maxLength: 4 });

describe("merging axes", () => {
  it("keeps the order of all positions", () => {
    fc.assert(
      fc.property(strided, (axes) => {
        const shape = axes.map(({ length }) => length);
        const strides = axes.map(({ stride }) => stride);
        const groups = mergeableAxes(shape, [strides]);
        const merged = positions(
          groups.map((group) => mergedLength(shape, group)),
          groups.map((group) => mergedStride(shape, strides, group)),
        );
        expect(merged).toEqual(positions(shape, strides));
      }),
    );
  });

  it("merges a contiguous tensor into one axis", () => {
    expect(mergeableAxes([2, 3, 4], [[12, 4, 1]])).toEqual([[0, 1, 2]]);
    expect(mergeableAxes([2, 1, 4], [[4, 99, 1]])).toEqual([[0, 1, 2]]);
  });

  it("keeps axes apart that some view steps through differently", () => {
    expect(
      mergeableAxes(
        [2, 3],
        [
          [3, 1],
          [0, 1],
        ],
      ),
    ).toEqual([[0], [1]]);
  });
});

describe("reshaping a strided view", () => {
  const factorings = fc
    .array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 })
    .chain((shape) => fc.tuple(fc.constant(shape), fc.shuffledSubarray(shape, { minLength: shape.length })));

  it("gives the same positions whenever it needs no copy", () => {
    fc.assert(
      fc.property(
        factorings,
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 4, maxLength: 4 }),
        ([shape, target], numbers) => {
          const strides = shape.map((_, i) => numbers[i]!);
          const found = reshapedStrides(shape, strides, target);
          if (found !== undefined) expect(positions(target, found)).toEqual(positions(shape, strides));
        },
      ),
    );
  });

  it("never needs a copy of a contiguous tensor", () => {
    fc.assert(
      fc.property(factorings, ([shape, target]) => {
        const dense = shape.map((_, i) => sizeOf(shape.slice(i + 1)));
        expect(reshapedStrides(shape, dense, target)).toBeDefined();
      }),
    );
  });

  it("needs a copy of a transposed matrix laid flat", () => {
    expect(reshapedStrides([3, 2], [1, 3], [6])).toBeUndefined();
  });
});
