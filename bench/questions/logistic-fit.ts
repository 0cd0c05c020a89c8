/** How long does `LogisticRegression().fit` take on 100 000 × 50 to reach scikit-learn's objective? */
import { float64, int32 } from "../harness/arrays.ts";
import { downhillTensor, loadDownhill, loadEstimators } from "../harness/downhill.ts";
import { type AnyProgram, type Data, program, programQuestion } from "../harness/question.ts";
import { Random } from "../harness/random.ts";

type Name = "x" | "labels";

const rows = 100_000;
const columns = 50;

function data(): Data<Name> {
  const random = new Random(8);
  const truth = Array.from({ length: columns }, () => 0.3 * random.normal());
  const x = float64([rows, columns], () => random.normal());
  const labels = int32([rows], (row) =>
    random.uniform() < 1 / (1 + Math.exp(-0.5 - dot(x.values, row, truth))) ? 1 : 0,
  );
  return { x, labels };
}

async function downhill(data: Data<Name>): Promise<AnyProgram> {
  const library = await loadDownhill();
  const { LogisticRegression } = await loadEstimators();
  const x = downhillTensor(library, data.x);
  const labels = downhillTensor(library, data.labels);
  return program({
    start: () => new LogisticRegression(),
    step: (model) => model.fit(x, labels),
    report: ({ coef, intercept }) => [...coef.data, ...intercept.data],
  });
}

function dot(x: ArrayLike<number>, row: number, w: readonly number[]): number {
  let sum = 0;
  for (let j = 0; j < columns; j++) sum += (x[row * columns + j] ?? 0) * (w[j] ?? 0);
  return sum;
}

/** scikit-learn's objective with C = 1: Σ log(1 + exp(−±z)) + ½|w|², the intercept (last) unpenalised, in float64. */
function objective(coefficients: readonly number[], { x, labels }: Data<Name>): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const z = dot(x.values, row, coefficients) + (coefficients[columns] ?? NaN);
    const margin = labels.values[row] === 1 ? z : -z;
    sum += Math.max(0, -margin) + Math.log1p(Math.exp(-Math.abs(margin)));
  }
  return sum + coefficients.slice(0, columns).reduce((penalty, w) => penalty + (w * w) / 2, 0);
}

/** Nobody may stop more than a millionth above scikit-learn, which itself must be near the best. */
function disagreements(reports: ReadonlyMap<string, readonly number[]>, data: Data<Name>): string[] {
  const objectives = new Map([...reports].map(([row, w]) => [row, objective(w, data)]));
  const best = Math.min(...objectives.values());
  const reached = objectives.get("scikit-learn") ?? best;
  const problems = [...objectives]
    .filter(([, value]) => !(value <= reached * (1 + 1e-6)))
    .map(([row, value]) => `objective: ${row} has ${value}, scikit-learn ${reached}`);
  if (!(reached <= best * (1 + 1e-4)))
    problems.push(`objective: scikit-learn has ${reached}, the best is ${best}`);
  return problems;
}

export const logisticFit = programQuestion({
  name: "logistic-fit",
  label: "LogisticRegression.fit",
  title: "LogisticRegression().fit, 100 000 × 50, float64",
  data,
  programs: { downhill: { Downhill: downhill } },
  agreeAfter: 1,
  disagreements,
  goals: { "scikit-learn": 1.5 },
});
