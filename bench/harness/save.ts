import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { benchFolder } from "./participants.ts";

/** Writes `results/KIND-DATE.json`; returns its path. */
export function save(kind: string, measured: { readonly date: string }): string {
  const folder = join(benchFolder, "results");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${kind}-${measured.date.slice(0, 19).replaceAll(":", "-")}.json`);
  writeFileSync(path, `${JSON.stringify(measured, undefined, 2)}\n`);
  return path;
}
