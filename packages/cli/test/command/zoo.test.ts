/** Broken trainings by the command, each with a cause planted, and the control group. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { exampleTable } from "../data/tables.ts";
import { commandFolder } from "./process.ts";

const folder = commandFolder();
const flat = (text: string): string => text.replace(/\s+/g, " ");

const diabetes = readFileSync(exampleTable("diabetes.csv"), "utf8").trimEnd().split("\n");
const wine = readFileSync(exampleTable("wine.csv"), "utf8").trimEnd().split("\n");

/** Of diabetes.csv: the cell of the column `s1` in this line replaced. */
const withCell = (line: number, cell: string): string =>
  diabetes
    .map((text, i) => (i === line - 1 ? text.split(",").with(4, cell).join(",") : text))
    .join("\n")
    .concat("\n");

const linear = ["-t", "progression", "--model", "linear"];

interface Animal {
  readonly name: string;
  /** The table: an example, or a file written before. */
  readonly table?: string;
  readonly args: readonly string[];
  readonly says: RegExp;
}

const runaways: readonly Animal[] = [
  {
    name: "a rate of four times the border",
    args: [...linear, "--rate", "1"],
    says: /cause: the learning rate 1 is 4(\.\d)? times the border of stable steps, 2\/λmax = 0\.2\d+, .* such steps multiply the loss by ([\d.]+), the last one did so by \2 → --rate 0\.12, or --rate auto \(tried: /,
  },
  {
    name: "Nesterov's momentum at a rate that is stable without it",
    args: [...linear, "--optimizer", "nesterov", "--rate", "0.2"],
    says: /cause: with Nesterov's momentum 0\.9 steps are stable up to 0\.1\d+ only, .* → --rate 0\.0\d+, or --rate auto, or --optimizer sgd/,
  },
  {
    name: "columns on their own scale",
    args: [...linear, "--rate", "0.01", "--no-scaling"],
    says: /cause: column "s1" is not scaled, its mean 1\d\d\.\d, .* → let the columns be standardised: leave out --no-scaling \(tried: /,
  },
  {
    name: "a network whose loss overflows",
    args: ["-t", "progression", "--model", "mlp", "--optimizer", "sgd", "--rate", "1000"],
    says: /the loss became (?:Infinity|NaN) at step \d+ \(epoch 1\), with rate 1000 .* the first infinity came at step \d+ \(epoch 1, batch \d+ of the epoch \(16 rows\)\) in the loss: square, at \S*diabetes\.csv:\d+ \(.*\)² overflows: float32 ends at 3\.403e38 signals of size .* had become .* by then: ×\S+ in layer 1, ×\S+ in layer 2 cause: the learning rate 1000 is /,
  },
  {
    name: "Adam with steps of 100",
    args: ["-t", "progression", "--model", "mlp", "--rate", "100"],
    says: /cause: the learning rate 100 is too high for adam: by the range test 0\.0\d+ would do → --rate 0\.0\d+, or --rate auto \(tried: /,
  },
  {
    name: "batches of one row",
    args: [...linear, "--rate", "0.1", "--batch", "1"],
    says: /cause: the rate 0\.1 is stable on all rows together \(up to 0\.2\d+\), but a step sees only 1 row/,
  },
  {
    name: "a slipped decimal point",
    table: "slipped.csv",
    args: [...linear, "--no-scaling", "--rate", "0.000005", "--validation", "0"],
    says: /cause: slipped\.csv:77 has 1\.6e6 in column "s1", where the other rows are around 1\d\d with standard deviation 3\d\.\d+ → correct or leave out this row \(tried: /,
  },
];

describe.each(runaways)("runs away: $name", ({ table, args, says }) => {
  it("says why, and ends with 1", async () => {
    folder.write("slipped.csv", withCell(77, "1600000"));
    const { code, stderr } = await folder.downhill([
      "train",
      table ?? exampleTable("diabetes.csv"),
      ...args,
      "--no-report",
      "--out",
      "model",
    ]);
    expect(code).toBe(1);
    expect(flat(stderr)).toMatch(says);
  });
});

const sick: readonly Animal[] = [
  {
    name: "a rate of a millionth",
    args: [...linear, "--rate", "0.000001"],
    says: /warning: the rate is too small: in 1000 epochs the loss fell by 0\.\d+ % only, .* → --rate 0\.12, or --rate auto \(tried: the loss came to 0\.\d+ instead of 0\.99\d+\), or allow more --epochs/,
  },
  {
    name: "a slipped decimal point that least squares survives",
    table: "slipped.csv",
    args: [...linear, "--validation", "0"],
    says: /warning: slipped\.csv:77 has 1\.6e6 in column "s1", where the other rows are around 1\d\d/,
  },
  {
    name: "one row in twenty-five of the other class, and columns that say nothing about it",
    table: "rare.csv",
    args: ["-t", "label", "--model", "logistic"],
    says: /warning: every row is predicted as no, which 96 % of the rows are; the other class is never predicted/,
  },
  {
    name: "wines entered twice under two names",
    table: "twice.csv",
    args: ["-t", "cultivar", "--model", "logistic", "--validation", "0"],
    says: /warning: 236 of 296 rows equal others in all columns, but not in the target "cultivar" \(twice\.csv:2 and twice\.csv:180\): no model can be right on more than 60\.14 % of the rows/,
  },
];

describe.each(sick)("does not look right: $name", ({ table, args, says }) => {
  it("is told below the report, and the model is written", async () => {
    folder.write("slipped.csv", withCell(77, "1600000"));
    const rows = Array.from({ length: 500 }, (_, i) => `${Math.sin(i * i)},${i % 25 === 0 ? "yes" : "no"}`);
    folder.write("rare.csv", `x,label\n${rows.join("\n")}\n`);
    const again = wine.slice(1, 119).map((row) => row.replace(/class_\d$/, "class_2"));
    folder.write("twice.csv", `${[...wine, ...again].join("\n")}\n`);
    const { code, stdout, stderr } = await folder.downhill([
      "train",
      table ?? exampleTable("diabetes.csv"),
      ...args,
      "--no-report",
      "--out",
      "model",
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(flat(stdout)).toMatch(says);
  });
});

describe("the control group gets no warning", () => {
  it.each([
    ["breast_cancer.csv", "diagnosis", "logistic"],
    ["breast_cancer.csv", "diagnosis", "mlp"],
    ["diabetes.csv", "progression", "linear"],
    ["diabetes.csv", "progression", "mlp"],
    ["iris.csv", "species", "logistic"],
    ["iris.csv", "species", "mlp"],
    ["wine.csv", "cultivar", "logistic"],
    ["wine.csv", "cultivar", "mlp"],
    ["digits.csv", "digit", "logistic"],
  ])("%s, %s, %s", async (table, target, model) => {
    const args = [exampleTable(table), "-t", target, "--model", model, "--no-report", "--out", "model"];
    const { code, stdout, stderr } = await folder.downhill(["train", ...args]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).not.toContain("warning:");
  });
});
