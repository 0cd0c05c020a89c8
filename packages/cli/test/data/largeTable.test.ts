import { describe, expect, it } from "vitest";
import { splitRows } from "downhill-model/splitRows";
import {
  applyPreprocessing,
  inferTask,
  openTable,
  planPreprocessing,
  readTarget,
  writeTable,
} from "../../src/data/index.ts";
import { keptInMemory } from "../../src/data/source.ts";
import { tableFolder, vegaTable } from "./tables.ts";
import { statSync } from "node:fs";

const folder = tableFolder();

async function prepare(path: string) {
  const table = await openTable(path);
  const task = await inferTask(table, "delay");
  const target = await readTarget(table, task);
  const split = splitRows(table.rows, { validation: 0.2, seed: 0, ...target });
  const plan = await planPreprocessing(table, task, { rows: split.train });
  const matrix = await applyPreprocessing(plan, table, { rows: split.train, target: true });
  return { table, target, split, plan, matrix };
}

describe("flights-3m.parquet", () => {
  it("is prepared in bounded memory, to the same bits each time", { timeout: 120_000 }, async () => {
    const before = process.memoryUsage.rss();
    const { table, split, plan, matrix, target } = await prepare(vegaTable("flights-3m.parquet"));
    const grown = process.memoryUsage.rss() - before;
    expect(table.rows).toBe(3_000_000);
    expect([split.train.length, split.validation.length]).toEqual([2_400_000, 600_000]);
    expect(matrix.columns).toEqual(["date", "distance"]);
    expect(plan.dropped.map(({ name }) => name)).toEqual(["origin", "destination"]);
    // Target and matrix take 24 + 19 + 19 MB, rows and keys of the split 12 MB each, pieces under way the rest.
    expect(grown).toBeLessThan(600 * 2 ** 20);

    // Read one after the other, the cells are those of the target read by itself.
    expect(matrix.y?.[1_000_000]).toBe(target.values?.[split.train[1_000_000] ?? 0]);
    const again = await planPreprocessing(table, await inferTask(table, "delay"), { rows: split.train });
    expect(again).toEqual(plan);
    table.close();
  });
});

describe("a CSV that is too large to keep", () => {
  it("gives the same numbers as the JSON it was made from", { timeout: 120_000 }, async () => {
    const small = await prepare(vegaTable("flights-200k.json"));
    const padding = Array.from({ length: small.table.rows }, () => "x".repeat(400));
    await writeTable(folder.path("large.csv"), small.table, [{ name: "padding", values: padding }]);
    expect(statSync(folder.path("large.csv")).size).toBeGreaterThan(keptInMemory);
    const large = await prepare(folder.path("large.csv"));
    expect(large.plan.dropped).toEqual([
      { name: "padding", reason: `constant: ${JSON.stringify(padding[0])} in every training row` },
    ]);
    expect(large.plan.columns).toEqual(small.plan.columns);
    expect(large.matrix).toEqual(small.matrix);
    small.table.close();
    large.table.close();
  });
});
