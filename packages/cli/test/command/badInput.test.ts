import { describe, expect, it } from "vitest";
import { exampleTable } from "../data/tables.ts";
import { commandFolder } from "./process.ts";

const folder = commandFolder();

const table = (...rows: string[]): string => `${rows.join("\n")}\n`;
const numbers = table("a,b", "1,2.5", "2,5", "3,5.5", "4,1", "5,2", "6,9", "7,4");

/** Files by name; arguments; exit code; the message. */
const cases: [what: string, files: Record<string, string>, args: string, code: number, message: string][] = [
  [
    "a missing file",
    { "iris.csv": numbers },
    "train irs.csv -t b",
    1,
    "irs.csv: no such file\n  did you mean iris.csv?",
  ],
  [
    "an unknown target",
    { "t.csv": "age,diagnosis\n1,2\n" },
    "train t.csv -t diagnoses",
    1,
    't.csv: there is no target column "diagnoses"\n  did you mean "diagnosis"?',
  ],
  [
    "an unknown column",
    { "t.csv": numbers },
    "train t.csv -t b --drop aa",
    1,
    't.csv: there is no column "aa"\n  did you mean "a"?',
  ],
  [
    "an empty file",
    { "t.csv": "" },
    "train t.csv -t b",
    1,
    "t.csv: the file is empty\n  a table has a line of column names and at least one row below it",
  ],
  [
    "an empty table",
    { "t.csv": "a,b\n" },
    "train t.csv -t b",
    1,
    "t.csv: has a header but no rows\n  a table needs at least one row",
  ],
  [
    "a constant target",
    { "t.csv": table("a,b", "1,2", "2,2", "3,2", "4,2") },
    "train t.csv -t b",
    1,
    't.csv: target "b" is 2 in every row\n  there is nothing to learn from it',
  ],
  [
    "a target with missing values",
    { "t.csv": table("a,b", "1,x", "2,y", "3,", "4,x", "5,y", "6,NA") },
    "train t.csv -t b",
    1,
    't.csv:4: target "b" is missing here, in 2 rows of 6 altogether\n  write --drop-missing-target to leave such rows out',
  ],
  [
    "a cell that is no number",
    { "t.csv": numbers.replace("4,1", "x4,1") },
    "train t.csv -t b",
    1,
    't.csv:5: column "a" holds numbers, but here "x4"\n  correct the cell, or write --missing x4 if it means a missing value, or --categorical "a" if the column names categories',
  ],
  [
    "NaN in a column",
    { "t.csv": numbers.replace("4,1", "NaN,1") },
    "train t.csv -t b",
    1,
    't.csv:5: column "a" holds NaN, which no model can learn from\n  write --missing NaN if it means a missing value, or leave the column out with --drop "a"',
  ],
  [
    "infinity in the target",
    { "t.csv": numbers.replace("4,1", "4,-inf") },
    "train t.csv -t b",
    1,
    't.csv:5: column "b" holds -inf, which no model can learn from\n  write --missing -inf if it means a missing value',
  ],
  [
    "lines of different length",
    { "t.csv": table("a,b", "1,2", "1,2,3") },
    "train t.csv -t b",
    1,
    't.csv:3: 3 cells where the header has 2\n  put a cell that contains "," in quotes',
  ],
  [
    "a table without other columns",
    { "t.csv": table("b", "1", "2", "3") },
    "train t.csv -t b",
    1,
    "t.csv: there is no column besides the target\n  add columns from which the target can be predicted",
  ],
  [
    "a model that predicts something else",
    { "t.csv": numbers },
    "train t.csv -t b --model logistic",
    2,
    'a logistic regression predicts classes, but the target "b" holds numbers (the target holds fractions)\n  write --model linear or mlp, or --task classification if they are classes',
  ],
  [
    "an optimizer that the model does not have",
    { "t.csv": numbers },
    "train t.csv -t b --model mlp --optimizer newton",
    2,
    "a neural network cannot be trained by newton\n  write --optimizer adam, lbfgs, sgd, momentum, nesterov, adagrad, rmsprop or adamw",
  ],
  [
    "a rate for a method without one",
    { "t.csv": numbers },
    "train t.csv -t b --model linear --optimizer newton --rate 0.1",
    2,
    "newton has no learning rate\n  leave --rate out, or choose another way, such as --optimizer sgd",
  ],
  [
    "hidden layers of a linear model",
    { "t.csv": numbers },
    "train t.csv -t b --model linear --hidden 8",
    2,
    "a linear regression has no hidden layers\n  leave --hidden out, or write --model mlp",
  ],
  [
    "a place for the model where something else is",
    { "t.csv": numbers },
    "train t.csv -t b --out t.csv",
    1,
    "t.csv: is a file, where the model's folder should go\n  choose another --out",
  ],
  [
    "a place for the model that is not there",
    { "t.csv": numbers },
    "train t.csv -t b --out no/model",
    1,
    "no/model: there is no folder no\n  make it first, or choose another --out",
  ],
  // Said before anything is trained.
  ...(process.platform === "linux"
    ? ([
        [
          "a place for the model where nothing can be written",
          { "t.csv": numbers },
          "train t.csv -t b --out /sys/model",
          1,
          "/sys/model: no model can be written into the folder /sys: no permission\n  choose another --out",
        ],
      ] satisfies typeof cases)
    : []),
];

describe("train refuses", () => {
  it.each(cases)("%s", async (_, files, args, code, message) => {
    for (const [name, content] of Object.entries(files)) folder.write(name, content);
    const before = folder.list();
    const { code: found, stderr } = await folder.downhill(args.split(" "));
    expect(stderr).toBe(`error: ${message}\n`);
    expect(found).toBe(code);
    expect(folder.list()).toEqual(before);
  });
});

describe("the call itself", () => {
  it.each([
    ["train", "missing required argument 'data'"],
    [
      `train ${exampleTable("iris.csv")}`,
      `${exampleTable("iris.csv")}: which column is to be predicted?\n  write --target COLUMN; the columns are "sepal_length_cm", "sepal_width_cm", "petal_length_cm", "petal_width_cm", "species"`,
    ],
    ["trian t.csv", "unknown command 'trian'\n(Did you mean train?)"],
    ["train t.csv -t b --modle mlp", "unknown option '--modle'\n(Did you mean --model?)"],
    [
      "train t.csv -t b --model tree",
      "option '-m, --model <model>' argument 'tree' is invalid. Allowed choices are auto, linear, logistic, mlp.",
    ],
    [
      "train t.csv -t b --rate 0",
      "option '--rate <rate>' argument '0' is invalid. Write auto or a number above 0, such as 0.01.",
    ],
    [
      "train t.csv -t b --epochs 1.5",
      "option '--epochs <n>' argument '1.5' is invalid. Write a whole number from 1.",
    ],
    [
      "train t.csv -t b --validation 1",
      "option '--validation <share>' argument '1' is invalid. Write a share of the rows, such as 0.2; 0 holds none back.",
    ],
    [
      "train t.csv -t b --hidden 8,x",
      "option '--hidden <sizes>' argument '8,x' is invalid. Write the sizes of the hidden layers, such as 64,32.",
    ],
    [
      "train t.csv -t b --fill a=mode",
      "option '--fill <rule>' argument 'a=mode' is invalid. Write mean, median or a number; for a single column COLUMN=median or COLUMN=0.",
    ],
    ["predict model", "missing required argument 'data'"],
  ])("%s", async (args, message) => {
    const { code, stdout, stderr } = await folder.downhill(args.split(" "));
    expect(stderr).toBe(`error: ${message}\n`);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});

describe("predict refuses", () => {
  it("a table without the model's columns, cells that are no numbers, and formats it does not write", async () => {
    folder.write("numbers.csv", numbers);
    await folder.succeed(["train", "numbers.csv", "-t", "b", "--model", "linear", "--out", "model"]);
    folder.write("other.csv", "x\n1\n");
    folder.write("word.csv", numbers.replace("4,1", "four,1"));
    const before = folder.list();
    const failure = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await folder.downhill(["predict", "model", ...args]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      return stderr;
    };
    expect(await failure("other.csv")).toBe(
      'error: other.csv: lacks the column "a", which the model needs\n  its columns are "x"\n',
    );
    expect(await failure("word.csv", "--out", "p.csv")).toBe(
      'error: word.csv:5: column "a" holds numbers, but here "four"\n  correct the cell, or write --missing four if it means a missing value\n',
    );
    expect(await failure("numbers.csv", "--out", "p.xlsx")).toContain(
      "error: p.xlsx: the name does not say in which format",
    );
    expect(await failure("numbers.csv", "--out", "no/p.csv")).toContain("error: no/p.csv: cannot be written");
    expect(folder.list()).toEqual(before);
  });
});

it("a fault of ours says so, without a wall of text", async () => {
  // No table and no option can bring this about: an engine that compiles nothing but what shows that it may compile.
  const broken = `const { Module } = WebAssembly;
    function Broken(bytes) {
      if (bytes.length === 8) return new Module(bytes);
      throw new Error("out of order");
    }
    Broken.prototype = Module.prototype;
    WebAssembly.Module = Broken;`;
  const { code, stderr } = await folder.downhill(
    ["train", exampleTable("iris.csv"), "-t", "species", "--out", "x"],
    {
      env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(broken)}` },
    },
  );
  expect(stderr).toMatch(
    /^internal: Error: out of order\n {2}This is a fault of downhill\. Please report it with the command that you ran and these lines:\n {2}downhill \d+\.\d+\.\d+, Node v\S+, \S+ \S+\n( {2}at .*\n){1,3}$/,
  );
  expect(code).toBe(70);
  expect(folder.list()).not.toContain("x");
});
