import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import { DataError, openTable } from "../../src/data/index.ts";
import type { OpenOptions, Table } from "../../src/data/index.ts";

/** A folder of tables that is gone when the test file is done. Messages are compared without its name. */
export function tableFolder(): {
  path(name: string): string;
  write(name: string, content: string | Uint8Array): string;
  open(name: string, content: string | Uint8Array, options?: OpenOptions): Promise<Table>;
  /** The error of `run`, its message without the folder's name. */
  failure(run: () => Promise<unknown>): Promise<{ message: string; error: DataError }>;
} {
  const folder = mkdtempSync(join(tmpdir(), "downhill-data-"));
  const opened: Table[] = [];
  afterAll(() => {
    for (const table of opened) table.close();
    rmSync(folder, { recursive: true });
  });
  const path = (name: string): string => join(folder, name);
  const write = (name: string, content: string | Uint8Array): string => {
    writeFileSync(path(name), content);
    return path(name);
  };
  return {
    path,
    write,
    async open(name, content, options) {
      const table = await openTable(write(name, content), options);
      opened.push(table);
      return table;
    },
    async failure(run) {
      try {
        await run();
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        return { message: error.message.replaceAll(`${folder}/`, "").replaceAll(folder, "FOLDER"), error };
      }
      throw new Error("no error was thrown");
    },
  };
}

/** The repository's own tables. */
export function exampleTable(name: string): string {
  return fileURLToPath(new URL(`../../../../examples/data/${name}`, import.meta.url));
}

/** Tables of the package vega-datasets. */
export function vegaTable(name: string): string {
  return fileURLToPath(new URL(`../../../../node_modules/vega-datasets/data/${name}`, import.meta.url));
}

/** Kinds of the columns by name. */
export function kinds(table: Table): Record<string, string> {
  return Object.fromEntries(table.columns.map(({ name, kind }) => [name, kind]));
}
