/** What a diagnosis says about a training by the command: with the names of its columns, lines of its file, and its options. */
import { adviceOf, libraryVocabulary } from "downhill/learn";
import type { Diagnosis, Vocabulary } from "downhill/learn";
import { featureNames, featureNamesOf } from "downhill-model/plan";
import type { Prepared } from "downhill-model/prepared";
import type { TrainArguments } from "../arguments/train.ts";
import { locateRow } from "../data/index.ts";
import type { Table } from "../data/index.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { printable, wrap } from "../terminal/text.ts";
import { indent } from "./layout.ts";

/** Rows that the diagnosis names, as rows to learn from. */
function rowsIn({ bad, causes, warnings }: Diagnosis): number[] {
  const named = [...causes, ...warnings].flatMap((finding) =>
    finding.kind === "outlier" ? [finding.row] : finding.kind === "conflictingLabels" ? finding.example : [],
  );
  return bad?.row === undefined ? named : [bad.row, ...named];
}

/** How to have a column standardised that was left on its own scale. */
function standardise(name: string | undefined, { scaling }: TrainArguments): string {
  if (!scaling) return "let the columns be standardised: leave out --no-scaling";
  if (name === undefined) return "let all columns be standardised: leave out --unscaled";
  return `let ${name} be standardised: leave out --unscaled ${name}`;
}

/** Of what is in the table as the model sees it. */
const unscaled = { mean: 0, deviation: 1 };

function vocabularyFor(
  prepared: Prepared,
  options: TrainArguments,
  places: ReadonlyMap<number, string>,
): Vocabulary {
  const names = featureNames(prepared.plan).map((name) => JSON.stringify(printable(name)));
  const { task, plan, targetScale } = prepared;
  const scales = plan.columns.flatMap((column) =>
    featureNamesOf(column).map(() =>
      column.encoding === "number" && column.standardised ? column : unscaled,
    ),
  );
  const classes = task.kind === "classification" ? task.classes : [];
  return {
    ...libraryVocabulary,
    column: (index) => `column ${names[index] ?? index}`,
    row: (index) => places.get(index) ?? `row ${index}`,
    scale: (index) => (index < 0 ? targetScale : scales[index]) ?? unscaled,
    label: (index) => printable(String(classes[Number(index)])),
    target: `the target ${JSON.stringify(printable(task.target))}`,
    setRate: (rate) => `--rate ${rate}, or --rate auto`,
    standardise: (column) => standardise(column === undefined ? undefined : names[column], options),
    plainDescent: "--optimizer sgd",
    moreEpochs: "more --epochs",
    earlyStopping:
      "hold rows out with --validation, so that a network stops in time, or give it fewer --hidden units",
    balance: "add rows of the rarer classes",
    otherActivation: "fewer --hidden layers",
  };
}

/**
 * A diagnosis in lines for the terminal; none if nothing is amiss. Rows are named by file and line, which may take a reading
 * of the file.
 */
export async function describeDiagnosis(
  diagnosis: Diagnosis,
  table: Table,
  prepared: Prepared,
  options: TrainArguments,
  width: number,
): Promise<string[]> {
  const places = new Map<number, string>();
  for (const row of new Set(rowsIn(diagnosis))) {
    const place = await locateRow(table, prepared.split.train[row] ?? row);
    places.set(row, printable(place.text));
  }
  return adviceOf(diagnosis, vocabularyFor(prepared, options, places)).flatMap(({ what, change }) => [
    ...wrap(what, width),
    ...(change === "" ? [] : wrap(change, width - 4).map((line, i) => `${i === 0 ? "  → " : "    "}${line}`)),
  ]);
}

/** What does not look right about a training that came to its end, below its report. */
export function describeWarnings(found: readonly string[], { colours }: Terminal): string[] {
  if (found.length === 0) return [];
  return [...indent(found.map((line) => (line.startsWith(" ") ? line : colours.yellow(line)))), ""];
}
