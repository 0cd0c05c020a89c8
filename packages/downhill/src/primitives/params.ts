/**
 * Reading parameters of equations with their types. Type rules read each parameter through these once, so that an
 * equation whose types are settled has parameters that evaluation and kernels can rely on, also in a program that came
 * as text.
 */
import type { Params, Program } from "../program/primitive.ts";
import { isProgram } from "../program/program.ts";
import { type DType, isDType } from "../tensor/dtype.ts";
import type { Shape } from "../tensor/shape.ts";

const fail = (name: string, wanted: string): never => {
  throw new Error(`internal: parameter ${name} is not ${wanted}`);
};

/** Whether it counts something; −0, which prints differently from 0, does not. */
const isCount = (value: number): boolean =>
  Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0);

export const numberParam = (params: Params, name: string): number => {
  const value = params[name];
  return typeof value === "number" ? value : fail(name, "a number");
};

export const booleanParam = (params: Params, name: string): boolean => {
  const value = params[name];
  return typeof value === "boolean" ? value : fail(name, "a boolean");
};

export const numbersParam = (params: Params, name: string): readonly number[] => {
  const value = params[name];
  return Array.isArray(value) ? (value as readonly number[]) : fail(name, "a list");
};

export const dtypeParam = (params: Params, name: string): DType => {
  const value = params[name];
  return typeof value === "string" && isDType(value) ? value : fail(name, "a dtype");
};

/** A whole number from `low` up to but not including `end`. */
export const indexParam = (params: Params, name: string, end: number, low = 0): number => {
  const value = numberParam(params, name);
  return isCount(value) && value >= low && value < end
    ? value
    : fail(name, `a whole number from ${low} to ${end - 1}`);
};

/** Whole numbers from 0 up; as many as `count` says, if it is given. */
export const countsParam = (params: Params, name: string, count?: number): readonly number[] => {
  const values = numbersParam(params, name);
  return values.every(isCount) && values.length === (count ?? values.length)
    ? values
    : fail(name, `a list of ${count === undefined ? "" : `${count} `}whole numbers from 0 up`);
};

/** Lengths of axes. */
export const shapeParam = (params: Params, name: string): Shape => countsParam(params, name);

/** Different axes of `rank`, in any order. */
export const axisListParam = (params: Params, name: string, rank: number): readonly number[] => {
  const axes = countsParam(params, name);
  return axes.every((axis) => axis < rank) && new Set(axes).size === axes.length
    ? axes
    : fail(name, `a list of different axes below ${rank}`);
};

/** Axes of `rank` in ascending order. */
export const axesParam = (params: Params, name: string, rank: number): readonly number[] => {
  const axes = axisListParam(params, name, rank);
  return axes.every((axis, i) => i === 0 || axis > axes[i - 1]!) ? axes : fail(name, "in ascending order");
};

export const programParam = (params: Params, name: string): Program => {
  const value = params[name];
  return isProgram(value) ? value : fail(name, "a program");
};
