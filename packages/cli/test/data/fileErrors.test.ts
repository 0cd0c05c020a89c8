import { chmodSync, mkdirSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { openTable } from "../../src/data/index.ts";
import { unreadable } from "../../src/data/findFile.ts";
import { tableFolder, vegaTable } from "./tables.ts";

const folder = tableFolder();
folder.write("penguins.csv", "a,b\n1,2\n");

async function failureOf(name: string, content: string | Uint8Array) {
  folder.write(name, content);
  return folder.failure(() => openTable(folder.path(name)));
}

describe("a file that is no table", () => {
  it("is missing, and a similar name is near", async () => {
    const { message, error } = await folder.failure(() => openTable(folder.path("pengiuns.csv")));
    expect(message).toBe("pengiuns.csv: no such file\n  did you mean penguins.csv?");
    expect(error.file).toBe(folder.path("pengiuns.csv"));
  });

  it("is missing, and nothing similar is near", async () => {
    mkdirSync(folder.path("other"));
    folder.write("other/irises.csv", "a\n1\n");
    const { message } = await folder.failure(() => openTable(folder.path("other/wages.csv")));
    expect(message).toBe('other/wages.csv: no such file\n  the folder other holds "irises.csv"');
  });

  it("is missing with its folder", async () => {
    const { message } = await folder.failure(() => openTable(folder.path("nowhere/wages.csv")));
    expect(message).toBe("nowhere/wages.csv: no such file\n  the folder nowhere is empty or missing");
  });

  it("is a folder", async () => {
    mkdirSync(folder.path("tables"));
    folder.write("tables/one.csv", "a\n1\n");
    const { message } = await folder.failure(() => openTable(folder.path("tables")));
    expect(message).toBe('tables: is a folder, not a table\n  name one table in it: "one.csv"');
  });

  it("is a stream, or stands somewhere else", async () => {
    expect((await folder.failure(() => openTable("-"))).message).toBe(
      "standard input is a stream, and a table is read several times\n  write it into a file first, and name that",
    );
    expect((await folder.failure(() => openTable("https://example.org/t.csv"))).message).toBe(
      "https://example.org/t.csv: is an address, not a file\n  download the table, and name its file",
    );
  });

  it("cannot be read", async () => {
    const path = folder.write("secret.csv", "a\n1\n");
    chmodSync(path, 0o000);
    const refused = Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
    // The superuser reads everything: then the message alone is looked at.
    const isSuperuser = process.getuid?.() === 0;
    const { message } = await folder.failure(() =>
      isSuperuser ? Promise.reject(unreadable(path, refused)) : openTable(path),
    );
    expect(message).toBe("secret.csv: cannot be read: no permission to read it\n  check its permissions");
  });

  it.each([
    ["nothing.csv", ""],
    ["blank.csv", " \n\n\t\n"],
    ["nothing.json", ""],
    ["blank.jsonl", "\n \n"],
  ])("is empty: %s", async (name, content) => {
    const { message } = await failureOf(name, content);
    expect(message).toBe(
      `${name}: the file is empty\n  a table has a line of column names and at least one row below it`,
    );
  });

  it.each([
    ["header.csv", "a,b\n", "has a header but no rows"],
    ["header-only.csv", "a,b", "has a header but no rows"],
    ["packed.csv.gz", gzipSync("a,b\n"), "has a header but no rows"],
    ["no-records.json", "[]", "has no rows"],
  ])("has no rows: %s", async (name, content, problem) => {
    const { message } = await failureOf(name, content);
    expect(message).toBe(`${name}: ${problem}\n  a table needs at least one row`);
  });

  it("is of another kind", async () => {
    expect((await failureOf("sheet.csv", "PK\u0003\u0004...")).message).toBe(
      "sheet.csv: is a spreadsheet or zip archive, not a table this command reads\n  save the sheet as CSV",
    );
    expect((await failureOf("picture.csv", "\u0089PNG\0\0\0")).message).toBe(
      "picture.csv: is a binary file, not a table this command reads\n  this command reads CSV, TSV, JSON, JSON lines, Parquet and DuckDB databases",
    );
    const arrow = await folder.failure(() => openTable(vegaTable("flights-200k.arrow")));
    expect(arrow.message).toContain(
      "is an Arrow file, not a table this command reads\n  write the table as Parquet or CSV",
    );
  });

  it("is no Parquet file, or a damaged one", async () => {
    expect((await failureOf("text.parquet", "a,b\n1,2\n")).message).toBe(
      "text.parquet: is not a Parquet file: it does not begin with PAR1\n  check that the file was copied whole, or rename it after what it is",
    );
    const { message } = await failureOf("cut.parquet", `PAR1${"x".repeat(100)}`);
    expect(message).toMatch(
      /^cut.parquet: is damaged: No magic bytes found at end of file .*\n {2}check that/,
    );
  });
});

describe("a delimited text with faults", () => {
  it("has a line with too few cells", async () => {
    const { message, error } = await failureOf("short.csv", 'a,b\n"x\ny",2\n3\n4,5\n');
    expect(message).toBe(
      "short.csv:4: 1 cell where the header has 2\n  write a cell for every column; leave it empty where the value is missing",
    );
    expect(error.line).toBe(4);
  });

  it("has a line with too many cells", async () => {
    const { message, error } = await failureOf("long.csv", "a,b\n1,2\n\n3,4,5\n");
    expect(message).toBe(
      'long.csv:4: 3 cells where the header has 2\n  put a cell that contains "," in quotes',
    );
    expect(error.line).toBe(4);
  });

  it("has a quote that does not close", async () => {
    const { message } = await failureOf("quote.csv", 'a,b\n1,2\n"3,4\n5,6\n');
    expect(message).toBe(
      'quote.csv:3: a quoted cell that begins near here does not end properly\n  close it with ", and write a " inside a quoted cell twice',
    );
  });

  it("has lines that end in different ways", async () => {
    const { message } = await failureOf("ends.csv", "a,b\r\n1,2\n3,4\r\n");
    expect(message).toBe(
      "ends.csv: lines end in different ways, or quotes do not pair up\n  let all lines end the same way, for example with dos2unix, and close every quote",
    );
  });

  it("has no header", async () => {
    const { message, error } = await failureOf("bare.csv", "5.1,3.5\n4.9,3\n");
    expect(message).toBe(
      "bare.csv:1: the first line holds numbers, not column names: 5.1, 3.5\n  write one line of column names above it",
    );
    expect(error.line).toBe(1);
  });
});

describe("JSON with faults", () => {
  it("has a broken line", async () => {
    const { message, error } = await failureOf("lines.jsonl", '{"a":1}\n{"a":2,"b":"x"\n{"a":3}\n');
    expect(message).toBe(
      'lines.jsonl:2: the record that begins here is not JSON\n  write an array of records, [{"x": 1}, {"x": 2}], or one record per line',
    );
    expect(error.line).toBe(2);
  });

  it("is a broken array", async () => {
    const { message } = await failureOf("array.json", '[{"a":1},\n{"a":2,"b":x}]');
    expect(message).toBe(
      'array.json:2: the record that begins here is not JSON\n  write an array of records, [{"x": 1}, {"x": 2}], or one record per line',
    );
  });

  it("holds no records", async () => {
    const { message } = await failureOf("numbers.json", "[1, 2, 3]");
    expect(message).toBe(
      'numbers.json: holds no records\n  write an array of records, [{"x": 1}, {"x": 2}], or one record per line',
    );
  });
});
