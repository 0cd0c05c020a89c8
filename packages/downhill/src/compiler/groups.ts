/** Groups of equations, each of which becomes one kernel. */
import { dotAxes, freeAxes } from "../primitives/dot.ts";
import type { Atom, Equation, Program, Variable } from "../program/program.ts";
import type { Shape } from "../tensor/shape.ts";
import { mergeableAxes, type Storage, type View } from "./views.ts";

/** One kernel to be. */
export interface Group {
  readonly form: "map" | "contract" | "insert" | "loops" | "repeat" | "choose";
  /** Axes that the kernel runs over; of a contraction those of its result. */
  readonly space: Shape;
  /** Axes of the space that reductions run over; undefined if there are none yet. */
  axes: readonly number[] | undefined;
  /** The contraction, insertion, loops or repetition that the group is made around. */
  readonly root: Equation | undefined;
  /** Equations for each point of the space. */
  readonly body: Equation[];
  readonly reductions: Equation[];
  /** Equations for each point of the space without the reduced axes. */
  readonly tail: Equation[];
}

/** A program as groups in order of execution. */
export interface FusedProgram {
  readonly program: Program;
  readonly groups: readonly Group[];
  /** How each variable is read. */
  readonly views: ReadonlyMap<Variable, View>;
  /** Storages that must be in memory, since someone reads them outside of the kernel that computes them. */
  readonly stored: ReadonlySet<Storage>;
  /** The storages of the program's inputs. */
  readonly inputs: readonly Storage[];
}

/** The axes of each operand of a contraction by their role. */
export const contractionSides = (
  equation: Equation,
): { batch: readonly number[]; contract: readonly number[]; free: readonly number[] }[] => {
  const { leftContract, rightContract, leftBatch, rightBatch } = dotAxes(equation.params);
  const [left, right] = equation.inputs;
  return [
    { batch: leftBatch, contract: leftContract, free: freeAxes(left!.shape.length, leftContract, leftBatch) },
    {
      batch: rightBatch,
      contract: rightContract,
      free: freeAxes(right!.shape.length, rightContract, rightBatch),
    },
  ];
};

/** Whether the given axes, in this order, can be stepped through as one. */
export const isMergeable = (
  view: { shape: Shape; strides: readonly number[] },
  axes: readonly number[],
): boolean =>
  mergeableAxes(
    axes.map((axis) => view.shape[axis]!),
    [axes.map((axis) => view.strides[axis]!)],
  ).length <= 1;

/** Whether the operands of an equation can be read by batch, row and column of the contraction. */
export const fitsContraction = (group: Group, equation: Equation, viewOf: (atom: Atom) => View): boolean => {
  const { rows, columns } = contractionAxes(group.root!);
  return equation.inputs.every((input) => {
    const view = viewOf(input);
    if (view.kind === "splat" || view.shape.length === 0) return true;
    return isMergeable(view, rows) && isMergeable(view, columns);
  });
};

/** The axes of a contraction's result by their role. */
export const contractionAxes = (
  root: Equation,
): { batch: readonly number[]; rows: readonly number[]; columns: readonly number[] } => {
  const { leftBatch, leftContract } = dotAxes(root.params);
  const batchCount = leftBatch.length;
  const rowCount = root.inputs[0]!.shape.length - batchCount - leftContract.length;
  const all = root.outputs[0]!.shape.map((_, axis) => axis);
  return {
    batch: all.slice(0, batchCount),
    rows: all.slice(batchCount, batchCount + rowCount),
    columns: all.slice(batchCount + rowCount),
  };
};
