/** Arguments that are no data: a compiled function is compiled for their values. */
import { ArgumentError } from "../tensor/errors.ts";
import { formatShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { argumentPositions } from "../transforms/arguments.ts";

/** The arguments in two lists. */
export interface SplitArguments {
  readonly dynamic: readonly unknown[];
  readonly static: readonly unknown[];
}

/** Takes arguments apart and puts them together again. */
export interface ArgumentSplitter {
  split(args: readonly unknown[]): SplitArguments;
  join(parts: SplitArguments): unknown[];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isObject(value) && [Object.prototype, null].includes(Object.getPrototypeOf(value) as null);

/** Whether static arguments are equal: arrays and plain objects part by part, anything else (functions too) as one thing. */
export const areSame = (a: unknown, b: unknown): boolean => {
  if (Object.is(a, b)) return true;
  if (!isObject(a) || !isObject(b) || Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  const isTree = Array.isArray(a) || isPlain(a);
  const names = Object.keys(a);
  return (
    isTree &&
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && areSame(a[name], b[name]))
  );
};

const positionsAmong = (staticArgnums: number | readonly number[], count: number): readonly number[] =>
  argumentPositions("jit", staticArgnums, Infinity, "staticArgnums").filter((position) => position < count);

const requireNoTensor = (value: unknown, position: number): void => {
  if (value instanceof Tensor)
    throw new ArgumentError(
      "jit",
      `argument ${position} is static but has a tensor of shape ${formatShape(value.shape)}: ` +
        "what is static is compiled in, and no derivative is taken by it\n" +
        `  leave ${position} out of staticArgnums, or pass the number: tensor.item()`,
    );
  if (Array.isArray(value)) value.forEach((part) => requireNoTensor(part, position));
  else if (isObject(value)) Object.values(value).forEach((part) => requireNoTensor(part, position));
};

/** Arrays and plain objects anew, so that it shows if their owner changes them later. */
export const copyOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isPlain(value)) return value;
  const parts = Object.entries(value).map(([name, part]) => [name, copyOf(part)] as const);
  return Object.assign(Object.create(Object.getPrototypeOf(value) as object | null) as object, Object.fromEntries(parts)); // prettier-ignore
};

/** @param staticArgnums positions from 0; those after the last argument given are of settings left out */
export const splitterOf = (staticArgnums: number | readonly number[]): ArgumentSplitter => ({
  split: (args) => {
    const positions = positionsAmong(staticArgnums, args.length);
    const values = args.filter((_, i) => positions.includes(i));
    values.forEach((value, i) => requireNoTensor(value, [...positions].sort((a, b) => a - b)[i]!));
    return { dynamic: args.filter((_, i) => !positions.includes(i)), static: values };
  },
  join: ({ dynamic, static: values }) => {
    const count = dynamic.length + values.length;
    const positions = positionsAmong(staticArgnums, count);
    let [ofStatic, ofDynamic] = [0, 0];
    return Array.from({ length: count }, (_, i) =>
      positions.includes(i) ? values[ofStatic++] : dynamic[ofDynamic++],
    );
  },
});
