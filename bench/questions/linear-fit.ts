/** How long does `LinearRegression().fit` take on 100 000 × 100? */
import { float64 } from "../harness/arrays.ts";
import { downhillTensor, loadDownhill, loadEstimators } from "../harness/downhill.ts";
import { type AnyProgram, type Data, program, programQuestion } from "../harness/question.ts";
import { Random } from "../harness/random.ts";

type Name = "x" | "y";

const rows = 100_000;
const columns = 100;

/** Columns of different size and offset, as in a table that nobody has standardised. */
function data(): Data<Name> {
  const random = new Random(7);
  const truth = Array.from({ length: columns }, () => random.normal());
  const scale = Array.from({ length: columns }, () => 10 ** (2 * random.uniform() - 1));
  const offset = Array.from({ length: columns }, () => 3 * random.normal());
  const x = float64([rows, columns], (i) => {
    const j = i % columns;
    return (scale[j] ?? 0) * (random.normal() + (offset[j] ?? 0));
  });
  const y = float64([rows], (row) => 2 + random.normal() + dot(x.values, row, truth));
  return { x, y };
}

async function downhill(data: Data<Name>): Promise<AnyProgram> {
  const library = await loadDownhill();
  const { LinearRegression } = await loadEstimators();
  const x = downhillTensor(library, data.x);
  const y = downhillTensor(library, data.y);
  return program({
    start: () => new LinearRegression(),
    step: (model) => model.fit(x, y),
    report: ({ coef, intercept }) => [...coef.data, ...intercept.data],
  });
}

function dot(x: ArrayLike<number>, row: number, w: readonly number[]): number {
  let sum = 0;
  for (let j = 0; j < columns; j++) sum += (x[row * columns + j] ?? 0) * (w[j] ?? 0);
  return sum;
}

/** Mean squared error of `coefficients` (the last one is the intercept), in float64. */
function meanSquaredError(coefficients: readonly number[], { x, y }: Data<Name>): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const predicted = dot(x.values, row, coefficients) + (coefficients[columns] ?? NaN);
    sum += (predicted - (y.values[row] ?? 0)) ** 2;
  }
  return sum / rows;
}

/** Least squares has one optimum: whoever is above it by more than a millionth has not found it. */
function disagreements(reports: ReadonlyMap<string, readonly number[]>, data: Data<Name>): string[] {
  const errors = [...reports].map(([row, w]) => [row, meanSquaredError(w, data)] as const);
  const best = Math.min(...errors.map(([, error]) => error));
  return errors
    .filter(([, error]) => !(error <= best * (1 + 1e-6)))
    .map(([row, error]) => `mean squared error: ${row} has ${error}, the best is ${best}`);
}

export const linearFit = programQuestion({
  name: "linear-fit",
  label: "LinearRegression.fit",
  title: "LinearRegression().fit, 100 000 × 100, float64",
  data,
  programs: { downhill: { Downhill: downhill } },
  agreeAfter: 1,
  disagreements,
  goals: { "scikit-learn": 4 },
});
