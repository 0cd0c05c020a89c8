/** How long does multinomial logistic regression take down to scikit-learn's optimum? 10 classes, 10 000 × 64. */
import { float64, int32 } from "../harness/arrays.ts";
import { downhillTensor, loadDownhill, loadEstimators } from "../harness/downhill.ts";
import { type AnyProgram, type Data, program, programQuestion } from "../harness/question.ts";
import { Random } from "../harness/random.ts";

type Name = "x" | "labels";

const rows = 10_000;
const columns = 64;
const classes = 10;
/** Small enough that both stop at the optimum and not on the way to it; the default is 1e-4. */
const options = { tol: 1e-6, maxIter: 1000 } as const;

/** Overlapping clusters whose columns differ in size by a factor of ten. */
function data(): Data<Name> {
  const random = new Random(12);
  const centres = Array.from({ length: classes * columns }, () => 0.3 * random.normal());
  const scale = Array.from({ length: columns }, () => 10 ** (random.uniform() - 0.5));
  const labels = int32([rows], () => random.below(classes));
  const x = float64([rows, columns], (i) => {
    const column = i % columns;
    const label = labels.values[Math.floor(i / columns)] ?? 0;
    return (scale[column] ?? 0) * ((centres[label * columns + column] ?? 0) + random.normal());
  });
  return { x, labels };
}

async function downhill(data: Data<Name>): Promise<AnyProgram> {
  const library = await loadDownhill();
  const { LogisticRegression } = await loadEstimators();
  const x = downhillTensor(library, data.x);
  const labels = downhillTensor(library, data.labels);
  return program({
    start: () => new LogisticRegression(options),
    step: (model) => model.fit(x, labels),
    report: ({ coef, intercept }) => [...coef.data, ...intercept.data],
  });
}

/** scikit-learn's objective with C = 1: Σ −log p(label) + ½|W|², in float64. Coefficients [classes, columns], intercepts. */
function objective(parameters: readonly number[], { x, labels }: Data<Name>): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const scores = Array.from({ length: classes }, (_, k) => {
      let score = parameters[classes * columns + k] ?? NaN;
      for (let j = 0; j < columns; j++)
        score += (x.values[row * columns + j] ?? 0) * (parameters[k * columns + j] ?? NaN);
      return score;
    });
    const largest = Math.max(...scores);
    const total = scores.reduce((total, score) => total + Math.exp(score - largest), 0);
    sum += largest + Math.log(total) - (scores[labels.values[row] ?? 0] ?? NaN);
  }
  return sum + parameters.slice(0, classes * columns).reduce((penalty, w) => penalty + (w * w) / 2, 0);
}

/** The objective is convex: whoever is above the best by more than a millionth has not arrived. */
function disagreements(reports: ReadonlyMap<string, readonly number[]>, data: Data<Name>): string[] {
  const objectives = [...reports].map(([row, parameters]) => [row, objective(parameters, data)] as const);
  const best = Math.min(...objectives.map(([, value]) => value));
  return objectives
    .filter(([, value]) => !(value <= best * (1 + 1e-6)))
    .map(([row, value]) => `objective: ${row} has ${value}, the best is ${best}`);
}

export const logisticOptimum = programQuestion({
  name: "logistic-optimum",
  label: "… of 10 classes, to its optimum",
  title: "LogisticRegression of 10 classes to its optimum, 10 000 × 64, float64",
  data,
  programs: { downhill: { Downhill: downhill } },
  agreeAfter: 1,
  disagreements,
  goals: { "scikit-learn": 1 },
});
