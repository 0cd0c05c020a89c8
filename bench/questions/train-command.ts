/** How long does a newcomer wait, from the shell, for a model of a table with 1 000 rows? */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { benchFolder } from "../harness/participants.ts";
import type { CommandQuestion } from "../harness/question.ts";
import { Random } from "../harness/random.ts";

const script = join(benchFolder, "questions", "train-command.py");
const plans = ["basic", "family", "premium"];
const regions = ["north", "east", "south", "west"];

/** Customers who cancel or stay: numbers, categories, some cells empty. */
function table(rows: number, seed: number): string {
  const random = new Random(seed);
  const lines = ["age,income,visits,complaints,plan,region,cancelled"];
  for (let i = 0; i < rows; i++) {
    const age = Math.round(45 + 15 * random.normal());
    const income = Math.round(48_000 * Math.exp(0.4 * random.normal()));
    const visits = random.below(30);
    const complaints = Math.max(0, Math.round(1 + 1.5 * random.normal()));
    const plan = random.below(plans.length);
    const region = random.below(regions.length);
    const z = 0.5 - 0.12 * visits + 1.1 * complaints - 0.9 * plan - 0.02 * (age - 45) - income / 96_000;
    const cancelled = random.uniform() < 1 / (1 + Math.exp(-z)) ? "yes" : "no";
    const shown = random.uniform() < 0.03 ? "" : income;
    lines.push([age, shown, visits, complaints, plans[plan], regions[region], cancelled].join(","));
  }
  return `${lines.join("\n")}\n`;
}

const trained = (folder: string, name: string): string => join(folder, `model-${name}`);
const predicted = (folder: string, name: string): string => join(folder, `predictions-${name}.csv`);
const files: Readonly<Record<string, string>> = { Downhill: "downhill", "pandas + scikit-learn": "python" };

/** The column `prediction` of a file that a check command has written; empty if it has not. */
function predictions(path: string): string[] {
  if (!existsSync(path)) return [];
  const [header = "", ...lines] = readFileSync(path, "utf8").trim().split(/\r?\n/);
  const column = header.split(",").indexOf("prediction");
  return lines.map((line) => line.split(",")[column] ?? "");
}

/** On rows that nobody has seen, two regularised logistic regressions differ at most near the border. */
function disagreements(folder: string, rows: readonly string[]): string[] {
  const truth = table(1000, 10)
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(",").at(-1));
  const all = rows.map((row) => [row, predictions(predicted(folder, files[row] ?? ""))] as const);
  const share = (a: readonly unknown[], b: readonly unknown[]): number =>
    a.filter((value, i) => value === b[i]).length / truth.length;
  const problems: string[] = [];
  for (const [row, values] of all) {
    const accuracy = share(values, truth);
    if (accuracy < 0.75) problems.push(`accuracy on new rows: ${row} has ${accuracy}`);
  }
  const [first, ...others] = all;
  for (const [row, values] of others) {
    const same = share(values, first?.[1] ?? []);
    if (same < 0.97) problems.push(`predictions: ${row} and ${first?.[0]} agree on ${same} of new rows only`);
  }
  return problems;
}

export const trainCommand: CommandQuestion = {
  kind: "command",
  name: "train-command",
  label: "downhill train, whole process",
  title: "train on a CSV of 1 000 rows, whole process",
  prepare(folder) {
    writeFileSync(join(folder, "customers.csv"), table(1000, 9));
    writeFileSync(join(folder, "new-customers.csv"), table(1000, 10));
  },
  commands: {
    Downhill: {
      participant: "downhill",
      command(folder, { node, downhill }) {
        if (!existsSync(downhill)) return undefined;
        const model = trained(folder, "downhill");
        // Both write a model and print how good it is; the page of pictures that Downhill adds has no counterpart.
        const target = ["--target", "cancelled", "--model", "logistic", "--no-report"];
        return {
          timed: [node, downhill, "train", join(folder, "customers.csv"), ...target, "--out", model],
          check: [
            ...[node, downhill, "predict", model, join(folder, "new-customers.csv")],
            ...["--out", predicted(folder, "downhill")],
          ],
        };
      },
    },
    "pandas + scikit-learn": {
      participant: "scikit-learn",
      command(folder, { python }) {
        const model = trained(folder, "python");
        const output = predicted(folder, "python");
        return {
          timed: [python, script, "train", join(folder, "customers.csv"), "cancelled", model],
          check: [python, script, "predict", model, join(folder, "new-customers.csv"), output],
        };
      },
    },
  },
  disagreements,
  goals: { "pandas + scikit-learn": 3 },
};
