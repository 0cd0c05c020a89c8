/** Shapes and the rules by which they combine (NumPy's). */
import { ArgumentError, ShapeError } from "./errors.ts";

/** Lengths of the axes; `[]` is a scalar. */
export type Shape = readonly number[];

/** Number of elements. */
export const sizeOf = (shape: Shape): number => {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
};

/** Refuses what is no shape. @throws ShapeError */
export const requireShape = (operation: string, shape: Shape): void => {
  // JavaScript may have given anything.
  const given: unknown = shape;
  if (!Array.isArray(given)) throw new ArgumentError(operation, `${String(given)} is no shape; write a list`);
  if (shape.some((length) => !Number.isInteger(length) || length < 0))
    throw new ShapeError(
      operation,
      `${formatShape(shape)} is no shape; lengths are whole numbers, 0 or more`,
      [shape],
    );
};

/** Refuses what is no whole number. @throws ArgumentError */
export const requireWhole = (operation: string, what: string, value: number): void => {
  if (!Number.isInteger(value)) throw new ArgumentError(operation, `${what} ${value}; write a whole number`);
};

/** Row-major strides in elements: the last axis has stride 1. */
export const stridesOf = (shape: Shape): number[] => {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
};

export const sameShape = (a: Shape, b: Shape): boolean => {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
};

/** As it stands in messages: `[2, 3]`. */
export const formatShape = (shape: Shape): string => `[${shape.join(", ")}]`;

/**
 * The shape to which all the given shapes broadcast: aligned at the last axis, lengths equal or 1.
 *
 * @throws ShapeError naming the first pair of lengths that clash.
 */
export const broadcastShapes = (operation: string, shapes: readonly Shape[]): Shape => {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const result = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    const shift = rank - shape.length;
    for (let axis = 0; axis < shape.length; axis++) {
      const length = shape[axis]!;
      const present = result[axis + shift]!;
      if (length === present || length === 1) continue;
      if (present !== 1)
        throw new ShapeError(
          operation,
          `shapes ${shapes.map(formatShape).join(" and ")} do not broadcast: ` +
            `lengths ${present} and ${length} meet at axis ${axis + shift - rank}\n  ` +
            "aligned at the last axis, lengths must be equal or 1; reshape or transpose one of them",
          shapes,
        );
      result[axis + shift] = length;
    }
  }
  return result;
};

/** A non-negative axis for one that may count from the end. */
export const normalizeAxis = (operation: string, axis: number, rank: number): number => {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank)
    throw new ArgumentError(
      operation,
      rank === 0
        ? `axis ${axis} given for a scalar, which has no axes`
        : `axis ${axis} is out of range for rank ${rank}; write ${-rank} … ${rank - 1}`,
    );
  return axis < 0 ? axis + rank : axis;
};

/** Sorted distinct non-negative axes; `undefined` and `null` mean all. */
export const normalizeAxes = (
  operation: string,
  axes: number | readonly number[] | null | undefined,
  rank: number,
): number[] => {
  if (axes === undefined || axes === null) return Array.from({ length: rank }, (_, axis) => axis);
  const list = (typeof axes === "number" ? [axes] : axes).map((axis) => normalizeAxis(operation, axis, rank));
  if (new Set(list).size !== list.length)
    throw new ArgumentError(operation, `axes [${list.join(", ")}] name an axis twice`);
  return list.sort((a, b) => a - b);
};

/** `shape` without the given axes. */
export const withoutAxes = (shape: Shape, axes: readonly number[]): number[] =>
  shape.filter((_, axis) => !axes.includes(axis));

/** Axes 0 … rank − 1. */
export const allAxes = (rank: number): number[] => Array.from({ length: rank }, (_, axis) => axis);
