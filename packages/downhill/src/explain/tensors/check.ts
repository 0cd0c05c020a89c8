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
  let [worst, worstDifference, count, differences, includesGiven] = [0, 0, 0, 0, false];
  for (const point of points) {
    const [expected, found] = [run(engine, point), run(formulas, point)].map((gradient) =>
      gradient.flatMap(({ values }) => Array.from(values)),
    ) as [number[], number[]];
    if (!expected.every(Number.isFinite)) continue;
    count++;
    includesGiven ||= point === start;
    const scale = Math.max(...expected.map(Math.abs), ...found.map(Math.abs));
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
  return {
    points: count,
    includesGiven,
    engine: worst,
    differencePoints: differences,
    centralDifference: worstDifference,
    agrees: count > 0 && worst <= engineTolerance && worstDifference <= differenceTolerance,
  };
};
