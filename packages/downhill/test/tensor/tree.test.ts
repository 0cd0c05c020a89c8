import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { flatten } from "../../src/tensor/tree.ts";

const isNumber = (value: unknown): value is number => typeof value === "number";

/** Trees of numbers, with keys that are easily mistaken. */
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    fc.integer(),
    fc.constantFrom(null, undefined, true, false),
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "1", "length", "__proto__", "toString"), tie("tree"), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  ),
}));

describe("trees", () => {
  it("come back from their leaves", () => {
    fc.assert(
      fc.property(tree, (value) => {
        const { leaves, structure } = flatten(value, isNumber);
        expect(structure.leafCount).toBe(leaves.length);
        expect(structure.unflatten(leaves)).toEqual(value);
      }),
    );
  });

  it("are told by their structures, and give their leaves in the same order as when flattened", () => {
    fc.assert(
      fc.property(tree, tree, (one, other) => {
        const [first, second] = [flatten(one, isNumber), flatten(other, isNumber)];
        const same = first.structure.key === second.structure.key;
        expect(first.structure.collect(other, isNumber)).toEqual(same ? second.leaves : undefined);
        expect(first.structure.collect(one, isNumber)).toEqual(first.leaves);
      }),
      { numRuns: 1000 },
    );
  });

  it("with the same keys in another order have the same structure", () => {
    const { structure } = flatten({ a: 1, b: [2, { c: 3 }] }, isNumber);
    expect(structure.collect({ b: [5, { c: 6 }], a: 4 }, isNumber)).toEqual([4, 5, 6]);
  });

  it("whose empty entries have other names are others", () => {
    const { structure } = flatten({ a: undefined }, isNumber);
    expect(structure.collect({ b: undefined }, isNumber)).toBeUndefined();
    expect(structure.collect({ a: null }, isNumber)).toBeUndefined();
  });

  it("name the place of what is neither leaf nor tree", () => {
    const refusal = (value: unknown): string => {
      try {
        flatten(value, isNumber, "step");
      } catch (error) {
        return (error as Error).message;
      }
      throw new Error("it was taken");
    };
    expect(refusal({ layers: [{ bias: 1 }, { bias: "text" }] })).toMatch(
      /^step: layers\[1\]\.bias is a string;/,
    );
    expect(refusal({ a: new Map() })).toMatch(/^step: a is a Map; write tensors or numbers, nested in plain/);
    expect(refusal(() => 1)).toMatch(/^step: the value is a function;/);
    expect(refusal([[], [undefined, 1n]])).toMatch(/^step: \[1\]\[1\] is a bigint;/);
  });

  it("refuse another number of leaves", () => {
    const { structure } = flatten([1, [2]], isNumber);
    expect(() => structure.unflatten([1])).toThrow(/^internal: 1 leaves for a tree of 2/);
  });

  it("take plain objects only", () => {
    const { structure } = flatten({ size: 1 }, isNumber);
    expect(structure.collect(new (class { size = 1; })(), isNumber)).toBeUndefined(); // prettier-ignore
  });
});
