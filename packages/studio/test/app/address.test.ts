import fc from "fast-check";
import { expect, test } from "vitest";
import { formatAddress, parseAddress } from "../../src/app/address.ts";

test("an address that was written is read back", () => {
  const name = fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => text !== "__proto__");
  fc.assert(
    fc.property(
      name,
      fc.dictionary(name, fc.string({ unit: "grapheme" }), { noNullPrototype: true }),
      (view, params) => {
        expect(parseAddress(formatAddress({ view, params }))).toEqual({ view, params });
      },
    ),
  );
});

test("formulas stay readable", () => {
  const hash = formatAddress({ view: "slope", params: { f: "(1-x)^2+2*y/3", x: "-1.5" } });
  expect(hash).toBe("#/slope?f=(1-x)^2+2*y/3&x=-1.5");
});

test.each([
  ["#/slope?f=x^2+1", { view: "slope", params: { f: "x^2+1" } }],
  ["#/slope?f=100%", { view: "slope", params: { f: "100%" } }],
  ["#slope", { view: "slope", params: {} }],
  ["", { view: "", params: {} }],
  ["#/slope?f=a=b&&x", { view: "slope", params: { f: "a=b", x: "" } }],
])("%s, as people write it", (hash, address) => {
  expect(parseAddress(hash)).toEqual(address);
});
