/** A run as a TypeScript program that does it again with the library. */
import { datePattern } from "downhill-model/dates";
import type { ColumnPlan } from "downhill-model/plan";
import type { Settings } from "../recipe.ts";
import type { Workshop } from "../work/ground.ts";
import type { Training } from "../work/training.ts";
import { readingOf } from "./reading.ts";
import type { SourceFile } from "./bytes.ts";
import { version } from "./version.ts";

const literal = (value: unknown): string => JSON.stringify(value);

const estimatorNames = {
  linear: { regression: "LinearRegression", classification: "LinearRegression" },
  logistic: { regression: "LogisticRegression", classification: "LogisticRegression" },
  mlp: { regression: "MLPRegressor", classification: "MLPClassifier" },
} as const;

/** Numbers from 0, in lines of the width of a page. */
const numberLines = (numbers: ArrayLike<number>): string => {
  const lines: string[] = [];
  let line = " ";
  for (const number of Array.from(numbers)) {
    if (line.length + String(number).length > 98) {
      lines.push(line);
      line = " ";
    }
    line += ` ${number},`;
  }
  return [...lines, line].join("\n");
};

const columnLine = (column: ColumnPlan, at: number): string => {
  if (column.encoding === "number") {
    const { name, fill, standardised, mean, deviation, dateFormat } = column;
    const scale = standardised ? `{ mean: ${mean}, deviation: ${deviation} }` : "undefined";
    const read = dateFormat === null ? undefined : `dateBy(${String(datePattern(dateFormat))})`;
    const settings = [scale, ...(read === undefined ? [] : [read])].filter(
      (setting, i, all) => setting !== "undefined" || i < all.length - 1,
    );
    return `  number(${[at, fill, ...settings].join(", ")}), // ${name}`;
  }
  const { name, levels, others, missing } = column;
  const groups = [...levels.map((level) => [level]), ...(others.length > 0 ? [others] : [])];
  return `  category(${at}, ${literal(groups)}, ${missing > 0}), // ${name}`;
};

const stageLine = ({ optimizer, rate, batch }: Settings, epochs: number): string =>
  `  { solver: ${literal(optimizer)}, learningRate: ${literal(rate)}, batchSize: ${batch}, maxIter: ${epochs} },`;

/** What `dateReader` of downhill-model does. */
const dateReading = `/** A column of dates: days since 1970. */
const dateBy = (pattern: RegExp) => (cell: unknown): number => {
  const part = pattern.exec(String(cell).trim())?.groups ?? {};
  const short = Number(part.shortYear);
  const year = Number(part.year ?? short + (short < 69 ? 2000 : 1900));
  const month = part.name ? new Date(part.name + " 1 2000").getMonth() : Number(part.month) - 1;
  const seconds = 3600 * Number(part.hour ?? 0) + 60 * Number(part.minute ?? 0) + Number(part.second ?? 0);
  return new Date(0).setUTCFullYear(year, month, Number(part.day)) / 86_400_000 + (seconds + Number(part.fraction ?? 0)) / 86_400;
};`;

const helpers = (columns: readonly ColumnPlan[]): string => {
  const parts: string[] = [];
  if (columns.some(({ encoding }) => encoding === "number"))
    parts.push(`/** A column of numbers: missing ones are filled, all are standardised. */
const number = (at: number, fill: number, { mean, deviation } = { mean: 0, deviation: 1 }, read = numberOf) =>
  (row: Row): number[] => [((isMissing(row[at]) ? fill : read(row[at])) - mean) / deviation];`);
  if (columns.some((column) => column.encoding === "number" && column.dateFormat !== null))
    parts.push(dateReading);
  if (columns.some(({ encoding }) => encoding === "one-hot"))
    parts.push(`/** A column of texts: one feature for each group of them, and one for missing cells if there were any. */
const category = (at: number, groups: readonly (readonly string[])[], hasMissing: boolean) =>
  (row: Row): number[] => {
    const text = isMissing(row[at]) ? undefined : String(row[at]).trim();
    const features: number[] = groups.map((group) => (text !== undefined && group.includes(text) ? 1 : 0));
    return hasMissing ? [...features, features.includes(1) ? 0 : 1] : features;
  };`);
  return parts.join("\n\n");
};

/** The text of the program, which trains up to an epoch on the file that lies beside it. */
export const programOf = (
  { prepared, ground, name }: Workshop,
  { course }: Training,
  epoch: number,
  file: SourceFile,
): string => {
  const { plan, split, task, targetScale, table } = prepared;
  const place = (column: string): number => table.columns.findIndex((other) => other.name === column);
  const kind = estimatorNames[name][task.kind];
  const network =
    name === "mlp"
      ? `\n  hiddenLayerSizes: ${literal(ground.model.hidden)},\n  activation: ${literal(ground.model.activation)},`
      : "";
  const stages = [
    ...course.before.filter(({ until }) => until < epoch).map((stage) => stageLine(stage, stage.until)),
    stageLine(course.before.find(({ until }) => until >= epoch) ?? course.last, epoch),
  ];
  const target =
    task.kind === "classification"
      ? `/** Classes are their places in this list. */
const classes = ${literal(task.classes)};
const targetOf = (row: Row): number => classes.map(String).indexOf(String(row[${place(task.target)}]).trim());`
      : `const targetOf = (row: Row): number => (numberOf(row[${place(task.target)}]) - ${targetScale?.mean ?? 0}) / ${targetScale?.deviation ?? 1};`;
  const reading = readingOf(file, table);
  const heldOut = split.validation.length > 0;
  return `/**
 * What the studio trained: ${name === "mlp" ? "a network" : `${name} regression`} for ${literal(task.target)} of ${file.name}, up to epoch ${epoch}.
 *
 *     npm install
 *     npm start
 */
${reading.imports}
import { tensor, type Tensor } from "downhill";
import { ${kind}, type StartingPoint } from "downhill/learn";

type Row = readonly unknown[];

${reading.code}

const missing = new Set(${literal(plan.missingMarkers)});
const isMissing = (cell: unknown): boolean =>
  cell === null || cell === undefined || missing.has(String(cell).trim().toLowerCase());
${reading.numberOf}

${helpers(plan.columns)}

// What the rows learnt from are like; means and deviations are theirs alone.
const columns = [
${plan.columns.map((column) => columnLine(column, place(column.name))).join("\n")}
];

${target}

/** Rows of the table, from 0, that the model learns from. */
const learntFrom = [
${numberLines(split.train)}
];
${
  heldOut
    ? `
/** Rows that it is judged by. */
const heldOut = [
${numberLines(split.validation)}
];
`
    : ""
}
const sampleOf = (numbers: readonly number[]): { readonly X: Tensor; readonly y: number[] } => ({
  X: tensor(
    numbers.map((i) => columns.flatMap((column) => column(rows[i]!))),
    { dtype: "float64" },
  ),
  y: numbers.map((i) => targetOf(rows[i]!)),
});
const train = sampleOf(learntFrom);
${heldOut ? "const validation = sampleOf(heldOut);\n" : ""}
/** How the steps were taken, up to which epoch. */
const stages = [
${stages.join("\n")}
] as const;

let model = new ${kind}();
let point: StartingPoint | undefined;
for (const [i, stage] of stages.entries()) {
  model = new ${kind}({
    ...stage,
    randomState: ${ground.data.seed},
    tol: 0,
    nIterNoChange: stage.maxIter,${network.replaceAll("\n", "\n  ")}
  });
  // What another optimizer remembers is of no use.
  const from = point && stages[i - 1]?.solver !== stage.solver ? { ...point, optimizer: undefined } : point;
  model.fit(train.X, train.y, {
    ${heldOut ? "validation,\n    " : ""}from,
    onPoint: (now) => {
      if (now.step === 0) point = now;
    },
    onEpoch: ({ epoch, loss${heldOut ? ", validationLoss" : ""} }) =>
      console.log(\`epoch \${epoch}: loss \${loss}${heldOut ? ", held out ${validationLoss}" : ""}\`),
  });
}
console.log(\`score \${model.score(train.X, train.y)}${heldOut ? "; held out ${model.score(validation.X, validation.y)}" : ""}\`);
`;
};

/** What the program needs. */
export const manifestOf = (file: SourceFile, table: Workshop["prepared"]["table"]): string =>
  `${JSON.stringify(
    {
      private: true,
      type: "module",
      scripts: { start: "tsx run.ts" },
      dependencies: { downhill: `^${version}`, ...readingOf(file, table).dependencies },
      devDependencies: { tsx: "^4" },
    },
    null,
    2,
  )}\n`;
