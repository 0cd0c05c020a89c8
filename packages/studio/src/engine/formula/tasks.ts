/** What can be asked about a formula. */
import { type Tensor, tensor } from "downhill";
import { derive as deriveFormula } from "downhill/formula";
import { parsed, type Values } from "./parsed.ts";
import { type PlainDerivation, plainDerivation } from "./derivation.ts";

export interface Reading {
  readonly variables: readonly string[];
  /** f(x, y), in LaTeX. */
  readonly call: string;
  /** The formula, in LaTeX. */
  readonly latex: string;
}

const scalars = (values: Values): Record<string, Tensor> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, tensor(value, { dtype: "float64" })]),
  );

/** Reads a formula, for its variables and how it is set. */
export const read = ({ text }: { readonly text: string }): Reading => {
  const { formula } = parsed(text);
  const { call, formula: written } = deriveFormula(formula);
  return { variables: formula.variables, call: call.latex, latex: written.latex };
};

export interface PointQuestion {
  readonly text: string;
  readonly at: Values;
}

export interface PointAnswer {
  readonly at: Values;
  readonly value: number;
  readonly gradient: Values;
}

/** Value and gradient at a point. */
export const point = ({ text, at }: PointQuestion): PointAnswer => {
  const { formula, slope } = parsed(text);
  const [value, gradient] = slope(scalars(at));
  return {
    at,
    value: value.item(),
    gradient: Object.fromEntries(formula.variables.map((name) => [name, gradient[name]!.item()])),
  };
};

export interface DeriveQuestion {
  readonly text: string;
  readonly at?: Values;
  readonly wrt?: readonly string[];
  readonly order?: number;
}

/** The derivation, with numbers if a point is given. */
export const derive = ({ text, ...options }: DeriveQuestion): PlainDerivation =>
  plainDerivation(deriveFormula(parsed(text).formula, options));

const evenly = (low: number, high: number, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));

/** Values at points given by the coordinates that vary; the others are fixed. */
const valuesAt = (
  text: string,
  fixed: Values,
  varying: Readonly<Record<string, Float64Array>>,
): Float64Array => {
  const count = Object.values(varying)[0]!.length;
  const tensors = Object.entries(varying).map(([name, column]) => [name, tensor(column)] as const);
  const { data } = parsed(text).evaluate({ ...scalars(fixed), ...Object.fromEntries(tensors) });
  // A formula may do without the variables that vary.
  return data.length === count
    ? Float64Array.from(data as Float64Array)
    : new Float64Array(count).fill(Number(data[0]));
};

export interface LineQuestion {
  readonly text: string;
  /** Values of the other variables. */
  readonly at: Values;
  readonly by: string;
  readonly range: readonly [low: number, high: number];
  readonly count: number;
}

export interface Line {
  readonly positions: Float64Array;
  readonly values: Float64Array;
}

/** The function along one variable. */
export const line = ({ text, at, by, range, count }: LineQuestion): Line => {
  const positions = evenly(...range, count);
  const { [by]: _by, ...fixed } = at;
  return { positions, values: valuesAt(text, fixed, { [by]: positions }) };
};

export interface GridQuestion {
  readonly text: string;
  readonly names: readonly [x: string, y: string];
  /** Values of the other variables. */
  readonly at?: Values;
  readonly x: readonly [low: number, high: number];
  readonly y: readonly [low: number, high: number];
  readonly columns: number;
  readonly rows: number;
}

export interface Grid extends Pick<GridQuestion, "x" | "y" | "columns" | "rows"> {
  /** Row by row, from low y to high. */
  readonly values: Float64Array;
}

/** The function over a part of the plane. */
export const grid = ({ text, names, at = {}, x, y, columns, rows }: GridQuestion): Grid => {
  const [xs, ys] = [evenly(...x, columns), evenly(...y, rows)];
  const count = columns * rows;
  const { [names[0]]: _x, [names[1]]: _y, ...fixed } = at;
  const values = valuesAt(text, fixed, {
    [names[0]]: Float64Array.from({ length: count }, (_, i) => xs[i % columns]!),
    [names[1]]: Float64Array.from({ length: count }, (_, i) => ys[Math.floor(i / columns)]!),
  });
  return { x, y, columns, rows, values };
};
