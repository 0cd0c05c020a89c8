/** What a page loads: bundled, minified and gzipped, and no more of it than is imported. */
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { bundle, sharesOf, sizesOf } from "../../../../bench/harness/bundle.ts";

const source = fileURLToPath(new URL("../../src/", import.meta.url));
const chunksOf = (code: string) => bundle(code, { conditions: ["downhill-source"], folder: source });

/**
 * The most bytes that may be: what has been reached (63 800 and 93 900), and some percent for what is added. The goals are
 * 30 000 for `grad` and 50 000 for all of `downhill`; `scripts/size.ts` shows what the bytes are.
 */
const limits = [
  { code: `import { grad } from "downhill"; globalThis.used = grad;`, bytes: 65_500 },
  { code: `export * from "downhill";`, bytes: 96_500 },
];

test.each(limits)("$code in $bytes bytes", async ({ code, bytes }) => {
  expect(sizesOf(await chunksOf(code)).gzip).toBeLessThanOrEqual(bytes);
});

test("operations that nothing uses are left out, those that slopes are made of are not", async () => {
  const code = `import { grad } from "downhill"; globalThis.used = grad;`;
  const modules = sharesOf(await chunksOf(code)).map(([module]) => module);
  // Methods of tensors need most operations. There is no method for these, and no slope of one that there is names them.
  expect(modules).not.toContain("primitives/elementary/error-function.ts");
  expect(modules).not.toContain("primitives/elementary/inverse-trigonometric.ts");
  expect(modules).not.toContain("program/parse.ts");
  expect(modules).toContain("primitives/elementary/hyperbolic.ts");
});

test("what finds operations by name has all of them", async () => {
  for (const code of [
    `import { parseProgram } from "downhill"; globalThis.used = parseProgram;`,
    `import { derive } from "downhill/explain"; globalThis.used = derive;`,
  ]) {
    const modules = sharesOf(await chunksOf(code)).map(([module]) => module);
    expect(modules).toContain("primitives/elementary/inverse-error-function.ts");
    expect(modules).toContain("primitives/permutation.ts");
    expect(modules).toContain("transforms/loops/record.ts");
  }
});
