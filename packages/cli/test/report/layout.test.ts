import pc from "picocolors";
import { describe, expect, it } from "vitest";
import { labelled, listed } from "../../src/report/layout.ts";
import { textWidth } from "../../src/terminal/text.ts";

describe("labelled lines", () => {
  const text =
    "455 rows to learn from, 114 held out to judge by, the same share of each class, drawn by seed 0";

  it.each([60, 80, 100, 110])("fit into %i columns", (width) => {
    const lines = labelled({ colours: pc.createColors(true), width }, "Split", text, "--validation --seed");
    expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(width);
  });

  it("keep the text below itself", () => {
    expect(
      labelled({ colours: pc.createColors(false), width: 60 }, "Split", text, "--validation --seed"),
    ).toEqual([
      "Split     455 rows to learn from, 114 held out to judge by,",
      "          the same share of each class, drawn by seed 0",
      "          --validation --seed",
    ]);
    expect(
      labelled({ colours: pc.createColors(false), width: 60 }, "Split", "all rows", "--validation"),
    ).toEqual(["Split     all rows  --validation"]);
  });
});

describe("lists", () => {
  it("end with “and”", () => {
    expect([listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])]).toEqual([
      "",
      "a",
      "a and b",
      "a, b and c",
    ]);
    expect(listed(["a", "b", "c", "d"], 2)).toBe("a, b and 2 more");
  });
});
