import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearestName } from "../../src/data/index.ts";
import { editDistance } from "../../src/data/nearest.ts";
import { createRecordParser, parseRecords } from "../../src/data/recordParser.ts";
import type { TextRecord } from "../../src/data/recordParser.ts";
import { candidateDateFormats } from "downhill-model/dates";

describe("records of delimited text", () => {
  it("are read back as they were written, whatever the pieces in which they come", () => {
    const cell = fc.string({
      unit: fc.constantFrom("a", "é", "1", " ", ",", '"', "\n", "\r", "\r\n", "😀"),
      maxLength: 6,
    });
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 6 });
    const ends = fc.constantFrom("\n", "\r\n", "\r");
    fc.assert(
      fc.property(table, ends, fc.nat(20), (rows, end, cut) => {
        const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
        const text = rows.map((cells) => cells.map(quote).join(",") + end).join("");
        const records: TextRecord[] = [];
        const parser = createRecordParser(",", (record) => records.push(record));
        parser.write(text.slice(0, cut));
        parser.write(text.slice(cut));
        parser.end();
        expect(records.map(({ cells }) => cells)).toEqual(rows);
        // A record begins behind the line ends of all records before it.
        let line = 1;
        for (const [i, cells] of rows.entries()) {
          expect(records[i]?.line).toBe(line);
          line += 1 + (cells.join("").match(/\r\n|\n|\r/g) ?? []).length;
          if (cells.some((text) => /\r$/.test(text))) return; // "\r" + quote … counts as one end only with "\n" next
        }
      }),
    );
  });

  it("may lack a last line end, and quotes", () => {
    expect(parseRecords('a, b ,"c"\n\n1,2', ",")).toEqual([
      { line: 1, cells: ["a", " b ", "c"] },
      { line: 2, cells: [""] },
      { line: 3, cells: ["1", "2"] },
    ]);
  });
});

describe("names", () => {
  it("are as far apart as the edits between them", () => {
    expect(editDistance("kitten", "sitting")).toBe(3);
    expect(editDistance("ab", "ba")).toBe(1);
    expect(editDistance("", "abc")).toBe(3);
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });

  it("are suggested when they are near", () => {
    const names = ["diagnosis", "mean_radius", "Body Mass (g)", "x1", "x2"];
    expect(nearestName("diagnossis", names)).toBe("diagnosis");
    expect(nearestName("body_mass_g", names)).toBe("Body Mass (g)");
    expect(nearestName("mean radius", names)).toBe("mean_radius");
    expect(nearestName("x3", names)).toBe("x1");
    expect(nearestName("weight", names)).toBeNull();
  });
});

describe("date formats", () => {
  it("are those that fit every cell", () => {
    expect(candidateDateFormats(["2024-01-31", "2024-01-31 10:00"])).toEqual(["iso"]);
    expect(candidateDateFormats(["1/2/2024"])).toEqual(["%m/%d/%Y", "%d/%m/%Y"]);
    expect(candidateDateFormats(["31.12.2024 23:59:59"])).toEqual(["%d.%m.%Y %H:%M:%S"]);
    expect(candidateDateFormats(["May 1 2024"])).toEqual(["%b %d %Y", "%b %d, %Y", "%B %d %Y", "%B %d, %Y"]);
    expect(candidateDateFormats(["2024-01-31", "soon"])).toEqual([]);
    expect(candidateDateFormats([])).toEqual([]);
  });
});
