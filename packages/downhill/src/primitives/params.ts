/** Reading parameters of equations with their types. */
import type { Params, Program } from "../program/primitive.ts";
import { isProgram } from "../program/program.ts";

export const numberParam = (params: Params, name: string): number => {
  const value = params[name];
  if (typeof value !== "number") throw new Error(`internal: parameter ${name} is not a number`);
  return value;
};

export const stringParam = (params: Params, name: string): string => {
  const value = params[name];
  if (typeof value !== "string") throw new Error(`internal: parameter ${name} is not a text`);
  return value;
};

export const booleanParam = (params: Params, name: string): boolean => {
  const value = params[name];
  if (typeof value !== "boolean") throw new Error(`internal: parameter ${name} is not a boolean`);
  return value;
};

export const numbersParam = (params: Params, name: string): readonly number[] => {
  const value = params[name];
  if (!Array.isArray(value)) throw new Error(`internal: parameter ${name} is not a list`);
  return value as readonly number[];
};

export const programParam = (params: Params, name: string): Program => {
  const value = params[name];
  if (!isProgram(value)) throw new Error(`internal: parameter ${name} is not a program`);
  return value;
};
