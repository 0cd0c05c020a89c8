/** Networks whose layers pass on too little: vanishing gradients, dead units, saturation. */
import { leavesOf } from "../../optim/tree.ts";
import type { ConcreteTensor } from "../../tensor/tensor.ts";
import { evenRows } from "../automatic-rate.ts";
import { batchOfRows } from "../batches.ts";
import { type Anatomy, anatomyOf, rootMeanSquare, rowsToExamine } from "./anatomy.ts";
import type { Warning } from "./diagnosis.ts";
import { fellShort, type Subject } from "./subject.ts";

const activationNames: Readonly<Record<string, string>> = {
  select: "relu",
  tanh: "tanh",
  sigmoid: "logistic",
};

/** Slopes of activations by their value, as a share of their steepest. */
const slopesByValue: Readonly<Record<string, (y: number) => number>> = {
  tanh: (y) => 1 - y * y,
  sigmoid: (y) => 4 * y * (1 - y),
};

/** A thousandth of the error is too little to learn from beside layers that get all of it. */
const vanished = 1e-3;

const vanishing = ({ layers, slopes }: Anatomy): Warning | undefined => {
  if (layers.length < 3) return undefined;
  const sizes = slopes();
  const ratio = sizes[0]! / sizes.at(-1)!;
  if (!(ratio < vanished)) return undefined;
  const { activation = "identity" } = layers[1]!;
  return {
    kind: "vanishingGradients",
    slopes: sizes,
    ratio,
    activation: activationNames[activation] ?? activation,
  };
};

/** Units whose output is 0 on every row. */
const deadUnitsIn = ({ values, shape }: ConcreteTensor): number => {
  const units = shape[1]!;
  let dead = 0;
  for (let unit = 0; unit < units; unit++) {
    let isAlive = false;
    for (let i = unit; i < values.length && !isAlive; i += units) isAlive = values[i] !== 0;
    if (!isAlive) dead++;
  }
  return dead;
};

/** Some dead units are usual, and do no harm. */
const harmfulShare = 0.5;

const dead = ({ layers }: Anatomy): Warning[] =>
  layers.flatMap(({ layer, activation, input }) => {
    if (activation !== "select") return [];
    const units = input.shape[1]!;
    const count = deadUnitsIn(input);
    if (count < harmfulShare * units) return [];
    return [{ kind: "deadUnits", layer: layer - 1, dead: count, units, rows: input.shape[0]! }];
  });

/** Of its steepest. */
const flatSlope = 0.01;

const saturated = ({ layers }: Anatomy): Warning[] =>
  layers.flatMap(({ layer, activation, input }, i) => {
    const slopeAt = slopesByValue[activation ?? ""];
    if (slopeAt === undefined) return [];
    const flat = Array.from(input.values).filter((y) => slopeAt(y) < flatSlope);
    const share = flat.length / input.size;
    if (share < 0.5) return [];
    return [
      {
        kind: "saturation",
        layer: layer - 1,
        activation: activationNames[activation!]!,
        share,
        threshold: flatSlope * (activation === "sigmoid" ? 0.25 : 1),
        size: rootMeanSquare(layers[i - 1]!.sums.values),
      },
    ];
  });

export const networkWarnings = <P extends object>({
  loss,
  parameters,
  data,
  history,
}: Subject<P>): Warning[] => {
  if (leavesOf("diagnose", parameters).length < 3) return [];
  const rows = evenRows(data.X.shape[0]!, rowsToExamine(leavesOf("diagnose", parameters)));
  const anatomy = anatomyOf(loss, parameters, rows === undefined ? data : batchOfRows(data, rows));
  // Slopes are small in networks that have learnt their rows, too.
  if (!fellShort(history)) return dead(anatomy);
  const layers = [...dead(anatomy), ...saturated(anatomy)];
  // Behind dead or saturated units there is nothing else to expect.
  const slope = layers.length > 0 ? undefined : vanishing(anatomy);
  return slope === undefined ? layers : [...layers, slope];
};
