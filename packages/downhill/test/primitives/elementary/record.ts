/** What a full measurement finds, for the table in docs/accuracy.md. */
import { appendFileSync, mkdirSync } from "node:fs";
import { isFull } from "./measure.ts";

const folder = new URL("../../../../../test-results/", import.meta.url);

/** Adds a line to test-results/accuracy.tsv: function, format, way of running, largest error and where. */
export const record = (name: string, format: string, way: string, error: number, ...at: number[]): void => {
  if (!isFull) return;
  mkdirSync(folder, { recursive: true });
  appendFileSync(
    new URL("accuracy.tsv", folder),
    `${[name, format, way, error.toFixed(3), at.join()].join("\t")}\n`,
  );
};
