import { describe, expect, it } from "vitest";
import { hoistStyles } from "../../src/page/hoist.ts";
import { table, text } from "../../src/page/html.ts";
import { formula, mathematicsSheet } from "../../src/page/mathematics.ts";
import { effortFor } from "../../src/page/measure/effort.ts";
import { spread } from "../../src/page/measure/course.ts";
import { commandLine } from "../../src/page/sections/reproduce.ts";

describe("text of the user's", () => {
  it("is no markup", () => {
    expect(text(`<script>"a" & 'b'</script>`)).not.toMatch(/[<>"]/);
    expect(table("<b>", [{ title: "<i>" }], [[text("<u>")]])).not.toMatch(/<[biu]>/);
  });
});

describe("commandLine", () => {
  it("is quoted as a shell needs it", () => {
    expect(commandLine(["train", "a b.csv", "--target", "it's", "--hidden", "8,4"])).toBe(
      "downhill train 'a b.csv' --target 'it'\\''s' --hidden 8,4",
    );
  });
});

describe("hoistStyles", () => {
  it("says each style once, as a class", () => {
    const { page, style } = hoistStyles(
      '<p class="a" style="height:1em;top:0">x</p><b style="--h:3%">y</b><i style="height:1em;top:0">style="z"</i>',
    );
    expect(page).toBe('<p class="a y0">x</p><b class="y1">y</b><i class="y0">style="z"</i>');
    expect(style).toBe(".y0{height:1em!important;top:0!important}.y1{--h:3%!important}");
  });
});

describe("mathematicsSheet", () => {
  const facesFor = async (latex: string): Promise<string[]> => {
    const sheet = await mathematicsSheet(formula(latex, true));
    return [...sheet.matchAll(/@font-face\{font-family:(\w+);font-weight:(\d+);font-style:(\w+)/g)].map(
      ([, family, weight, style]) => `${family} ${weight} ${style}`,
    );
  };

  it("holds the faces that the formulas need, and no others", async () => {
    expect(await facesFor("x")).toEqual(["KaTeX_Main 400 normal", "KaTeX_Math 400 italic"]);
    expect(await facesFor("\\mathbb{R}")).toContain("KaTeX_AMS 400 normal");
    expect(await facesFor("\\sum_i x")).toContain("KaTeX_Size2 400 normal");
    expect(await facesFor("\\mathbf{x}")).toContain("KaTeX_Main 700 normal");
  });

  it("is empty without formulas, and asks for no file", async () => {
    expect(await mathematicsSheet("<p>plain</p>")).toBe("");
    expect(await mathematicsSheet(formula("\\frac{1}{x}"))).not.toMatch(/url\((?!data:)/);
  });
});

describe("effortFor", () => {
  it("takes fewer rows and a coarser grid for larger models, and nothing of the largest", () => {
    const efforts = [30, 2000, 5000, 200_000].map((parameters) => effortFor(parameters)!);
    const columns = efforts.map((effort) => effort.columns);
    expect(columns).toEqual([49, 49, 21, 15]);
    const rows = efforts.map(({ tableRows }) => tableRows);
    expect(rows[0]).toBeGreaterThan(10_000);
    expect(rows[1]).toBeGreaterThan(256);
    expect(effortFor(2_000_000)).toBeNull();
  });
});

describe("spread", () => {
  it("has both ends", () => {
    const items = Array.from({ length: 50 }, (_, i) => i);
    expect(spread(items, 7)).toEqual([0, 8, 16, 25, 33, 41, 49]);
    expect(spread([1, 2], 7)).toEqual([1, 2]);
  });
});
