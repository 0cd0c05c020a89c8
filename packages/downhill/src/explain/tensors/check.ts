/** Gradients of functions of tensors, checked against the engine and against differences along random directions. */
import { randomSource } from "../../learn/random.ts";
import type { Program } from "../../program/program.ts";
import { evaluateProgram, traceProgram } from "../../program/trace.ts";
import { tensor } from "../../tensor/create.ts";
import { isFloating } from "../../tensor/dtype.ts";
import type { ConcreteTensor, Tensor } from "../../tensor/tensor.ts";
import { type Check, engineGradient } from "../derivation/check.ts";
import { differencePoints, extrapolatedDifference } from "../derivation/numeric.ts";

/** Points besides the one given. */
const randomPoints = 3;

/** Rounding in double precision of sums over the elements; a wrong formula is off by far more. */
const engineTolerance = 1e-9;
const differenceTolerance = 1e-5;
/** Slopes at one point smaller than this share of those at the others are compared in the size of these. */
const smallSlope = 1e-3;

/** @param given values of the inputs; whole numbers (labels) stay as they are at the other points. */
export const checkTensors = (
  program: Program,
  positions: readonly number[],
  derived: (inputs: readonly Tensor[]) => readonly Tensor[],
  given: readonly Tensor[],
): Check => {
  const random = randomSource("derive", 7);
  const like = (example: Tensor, draw: () => number): Tensor =>
    tensor(Float64Array.from({ length: example.size }, draw), { dtype: "float64", shape: example.shape });
  const start = given.map((value) => (isFloating(value.dtype) ? value.astype("float64") : value));
  const points = [
    start,
    ...Array.from({ length: randomPoints }, () =>
      start.map((value) => (isFloating(value.dtype) ? like(value, () => 2 * random() - 1) : value)),
    ),
  ];
  const engine = engineGradient(program, positions);
  const formulas = traceProgram("derive", program.inputs, derived).program;
  const run = (which: Program, inputs: readonly Tensor[]): readonly ConcreteTensor[] =>
    evaluateProgram(
      which,
      inputs.map((input) => input.concrete("derive")),
    );
  const gradients = points.map((point) => {
    const [expected, found] = [run(engine, point), run(formulas, point)].map((gradient) =>
      gradient.flatMap(({ values }) => Array.from(values)),
    ) as [number[], number[]];
    const size = Math.max(...expected.map(Math.abs), ...found.map(Math.abs));
    return { point, expected, found, size, isFinite: expected.every(Number.isFinite) };
  });
  const compared = gradients.filter(({ isFinite }) => isFinite);
  // Where the slope nearly vanishes, as at a minimum, its own digits are lost to rounding.
  const leastScale =
    smallSlope * Math.max(0, ...compared.map(({ size }) => size).filter((size) => Number.isFinite(size)));
  let [worst, worstDifference, differences] = [0, 0, 0];
  for (const { point, expected, found, size: largest } of compared) {
    const scale = Math.max(largest, leastScale);
    expected.forEach((slope, i) => {
      const difference = slope === found[i] ? 0 : Math.abs(slope - found[i]!) / scale;
      worst = Math.max(worst, Number.isNaN(difference) ? Infinity : difference);
    });
    const direction = positions.map((position) => like(point[position]!, () => 2 * random() - 1));
    const values = differencePoints(0).map((step) => {
      const moved = point.map((value, i) => {
        const along = positions.indexOf(i);
        return along < 0 ? value : value.add(direction[along]!.mul(step));
      });
      return run(program, moved)[0]!.item();
    });
    const { slope, error } = extrapolatedDifference(0, values);
    const flat = direction.flatMap((part) => Array.from(part.data));
    const product = found.reduce((total, value, i) => total + value * flat[i]!, 0);
    const size = Math.max(Math.abs(product), scale);
    if (!(error <= 1e-7 * size)) continue;
    differences++;
    worstDifference = Math.max(worstDifference, Math.abs(product - slope) / size);
  }
  const count = compared.length;
  return {
    points: count,
    includesGiven: compared.some(({ point }) => point === start),
    givenIsKink: false,
    engine: worst,
    differencePoints: differences,
    centralDifference: worstDifference,
    agrees: count > 0 && worst <= engineTolerance && worstDifference <= differenceTolerance,
  };
};
