import type { Prepared } from "downhill-model/prepared";
import type { TrainArguments } from "../../src/arguments/train.ts";
import { prepare } from "../../src/training/prepare.ts";
import type { tableFolder } from "../data/tables.ts";

/** The options of a call that asks for nothing but the target. */
export function argumentsFor(target: string, options: Partial<TrainArguments> = {}): TrainArguments {
  return {
    target,
    model: "auto",
    validation: 0.2,
    seed: 0,
    engine: "wasm",
    drop: [],
    numeric: [],
    categorical: [],
    fill: [],
    scaling: true,
    unscaled: [],
    missing: [],
    standardMissing: true,
    report: true,
    ...options,
  };
}

/** A table of the given rows, ready to be learnt from. */
export async function preparedTable(
  folder: ReturnType<typeof tableFolder>,
  name: string,
  rows: readonly Readonly<Record<string, string | number>>[],
  options: TrainArguments,
): Promise<Prepared> {
  const header = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => header.map((column) => row[column]).join(","));
  return prepare(await folder.open(name, `${[header.join(","), ...lines].join("\n")}\n`), options);
}
