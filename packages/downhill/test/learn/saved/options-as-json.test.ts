/** Options of saved models as JSON and back. */
import { ModelFormatError } from "downhill/learn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromJson, type Json, toJson } from "../../../src/learn/saved/options.ts";

describe("options as JSON", () => {
  const same = (value: unknown): void => {
    expect(fromJson(JSON.parse(JSON.stringify(toJson(value))) as Json)).toStrictEqual(value);
  };

  test("numbers and maps that JSON does not have", () => {
    same([NaN, Infinity, -Infinity, -0, 0, 5e-324, Number.MAX_VALUE]);
    same(
      new Map<unknown, unknown>([
        ["a", 1],
        [2, Infinity],
        [true, new Map()],
      ]),
    );
    same({ $number: "Infinity" });
    same({ $map: 1, other: { $object: [] } });
  });

  test("any nesting of values", () => {
    const leaf = fc.oneof(fc.double(), fc.string(), fc.boolean(), fc.constant(null));
    const key = fc.oneof(fc.string(), fc.constantFrom("$number", "$map", "$object", "$", "__proto__"));
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(key, tie("value"), { maxKeys: 3, noNullPrototype: true }),
        fc.array(fc.tuple(leaf, tie("value")), { maxLength: 3 }).map((pairs) => new Map(pairs)),
      ),
    }));
    fc.assert(fc.property(value, same));
  });

  test.each([
    { $number: 3 },
    { $number: "1" },
    { $map: 3 },
    { $map: [[1]] },
    { $unknown: 1 },
    { $number: "NaN", more: 1 },
  ])("%j is refused", (json) => {
    expect(() => fromJson(json as unknown as Json)).toThrow(ModelFormatError);
  });
});
