/** Following an axis of rows through a program: which results have it, and which are sums over it. */
import { dotAxes, freeAxes } from "../primitives/dot.ts";
import { numbersParam, shapeParam } from "../primitives/params.ts";
import type { Params } from "../program/primitive.ts";
import type { Atom, Equation } from "../program/program.ts";

/** What an equation makes of rows: a result with rows along an axis, or a sum over all of them. */
export type RowRole = { readonly kind: "rows"; readonly axis: number } | { readonly kind: "sum" };

const alongAxis = (axis: number): RowRole | undefined => (axis < 0 ? undefined : { kind: "rows", axis });

const roleOfDot = (
  { params, inputs }: Equation,
  [left, right]: readonly (number | undefined)[],
): RowRole | undefined => {
  const { leftContract, rightContract, leftBatch, rightBatch } = dotAxes(params);
  const leftFree = freeAxes(inputs[0]!.shape.length, leftContract, leftBatch);
  const rightFree = freeAxes(inputs[1]!.shape.length, rightContract, rightBatch);
  if (left !== undefined && right !== undefined) {
    const summed = leftContract.indexOf(left);
    if (summed >= 0) return rightContract[summed] === right ? { kind: "sum" } : undefined;
    const together = leftBatch.indexOf(left);
    return together >= 0 && rightBatch[together] === right ? alongAxis(together) : undefined;
  }
  const free = left === undefined ? rightFree.indexOf(right!) : leftFree.indexOf(left);
  if (free < 0) return undefined;
  return alongAxis(leftBatch.length + (left === undefined ? leftFree.length : 0) + free);
};

/**
 * What an equation makes of rows, if it can be computed from some rows at a time; undefined if it cannot, or has nothing
 * to do with rows.
 *
 * @param axisOf the axis along which an operand has rows, if any.
 */
export const rowRole = (
  equation: Equation,
  rows: number,
  axisOf: (atom: Atom) => number | undefined,
): RowRole | undefined => {
  const { primitive, inputs, params, outputs } = equation;
  const axes = inputs.map(axisOf);
  const [axis] = axes;
  const output = outputs[0]!;
  if (primitive.name === "broadcast") {
    const kept = numbersParam(params, "axes");
    if (axis !== undefined) return alongAxis(kept[axis]!);
    return alongAxis(output.shape.findIndex((length, i) => length === rows && !kept.includes(i)));
  }
  if (axes.every((own) => own === undefined)) return undefined;
  switch (primitive.lowering.form) {
    case "elementwise": {
      const full = axes.filter((_, i) => inputs[i]!.shape.length > 0);
      return full.every((own) => own === full[0]) && full[0] !== undefined ? alongAxis(full[0]) : undefined;
    }
    case "contract":
      return roleOfDot(equation, axes);
    case "reduce": {
      const reduced = numbersParam(params, "axes");
      if (!reduced.includes(axis!)) return alongAxis(axis! - reduced.filter((other) => other < axis!).length);
      return primitive.lowering.combine === "add" ? { kind: "sum" } : undefined;
    }
    case "reshape":
      return axis === 0 && output.shape[0] === rows ? alongAxis(0) : undefined;
    default:
      if (primitive.name !== "transpose") return undefined;
      return alongAxis(numbersParam(params, "permutation").indexOf(axis!));
  }
};

/** The parameters of an equation with rows along `axis` of its result, for another number of rows. */
export const paramsForRows = ({ primitive, params }: Equation, axis: number, rows: number): Params =>
  primitive.name === "broadcast" || primitive.name === "reshape"
    ? { ...params, shape: shapeParam(params, "shape").with(axis, rows) }
    : params;
