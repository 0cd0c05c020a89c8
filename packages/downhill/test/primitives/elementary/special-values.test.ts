/**
 * Zeros with their signs, infinities, NaN and subnormals, as IEEE 754 and Annex F of the C standard have them (what they do
 * not name follows from limits): in both formats, in every way to run, and at every place of a vector and of what is left
 * over after the last whole one.
 */
import * as d from "downhill";
import { makeProgram, tensor, type Tensor } from "downhill";
import { describe, expect, test } from "vitest";
import { compileFor, ways } from "../../targets/ways.ts";
import type { Floats } from "./measure.ts";

/** The least positive number, the largest finite one and π/2, which the formats have each its own. */
interface Numbers {
  readonly least: number;
  readonly largest: number;
  readonly round: (x: number) => number;
}

const formats: readonly (readonly [
  name: string,
  make: (values: readonly number[]) => Floats,
  numbers: Numbers,
])[] = [
  [
    "float32",
    (values) => Float32Array.from(values),
    { least: 2 ** -149, largest: (2 - 2 ** -23) * 2 ** 127, round: Math.fround },
  ],
  [
    "float64",
    (values) => Float64Array.from(values),
    { least: 2 ** -1074, largest: Number.MAX_VALUE, round: (x) => x },
  ],
];

type Case = readonly [...args: number[], value: number];

const inf = Infinity;

/** f(±x) = ±y */
const odd = (x: number, y: number): Case[] => [
  [x, y],
  [-x, -y],
];
const even = (x: number, y: number): Case[] => [
  [x, y],
  [-x, y],
];
/** A zero and the least numbers, where the function is its argument. */
const identityAtZero = ({ least }: Numbers): Case[] => [
  ...odd(0, 0),
  ...odd(least, least),
  ...odd(3 * least, 3 * least),
];

const exponents = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

type Table = Readonly<Record<string, (numbers: Numbers) => readonly Case[]>>;

const unary: Table = {
  exp: ({ least, largest }) => [
    ...even(0, 1),
    ...even(least, 1),
    [-inf, 0],
    [inf, inf],
    [largest, inf],
    [-largest, 0],
    [NaN, NaN],
  ],
  expm1: (n) => [
    ...identityAtZero(n),
    [-inf, -1],
    [inf, inf],
    [n.largest, inf],
    [-n.largest, -1],
    [NaN, NaN],
  ],
  log: ({ least, round }) => [
    ...even(0, -inf),
    [1, 0],
    [inf, inf],
    [least, round(Math.log(least))],
    [-least, NaN],
    [-1, NaN],
    [-inf, NaN],
    [NaN, NaN],
  ],
  log2: ({ least, round }) => [
    ...even(0, -inf),
    ...exponents(-1074, 1023)
      .filter((k) => round(2 ** k) === 2 ** k)
      .map((k): Case => [2 ** k, k]),
    [least, Math.log2(least)],
    [inf, inf],
    [-1, NaN],
    [-inf, NaN],
    [NaN, NaN],
  ],
  log10: ({ round }) => [
    ...even(0, -inf),
    ...exponents(0, 22)
      .filter((k) => round(10 ** k) === 10 ** k)
      .map((k): Case => [10 ** k, k]),
    [inf, inf],
    [-1, NaN],
    [-inf, NaN],
    [NaN, NaN],
  ],
  log1p: (n) => [...identityAtZero(n), [-1, -inf], [inf, inf], [-2, NaN], [-inf, NaN], [NaN, NaN]],
  sqrt: () => [...odd(0, 0), [4, 2], [inf, inf], [-1, NaN], [-inf, NaN], [NaN, NaN]],
  rsqrt: () => [
    [0, inf],
    [-0, -inf],
    [4, 0.5],
    [inf, 0],
    [-1, NaN],
    [NaN, NaN],
  ],
  reciprocal: () => [...odd(0, inf), ...odd(inf, 0), [NaN, NaN]],
  square: ({ least, largest }) => [
    ...even(0, 0),
    ...even(inf, inf),
    ...even(least, 0),
    ...even(largest, inf),
    [NaN, NaN],
  ],
  sin: (n) => [...identityAtZero(n), ...even(inf, NaN), [NaN, NaN]],
  cos: ({ least }) => [...even(0, 1), ...even(least, 1), ...even(inf, NaN), [NaN, NaN]],
  tan: (n) => [...identityAtZero(n), ...even(inf, NaN), [NaN, NaN]],
  asin: (n) => [
    ...identityAtZero(n),
    ...odd(1, n.round(Math.PI / 2)),
    ...even(1.5, NaN),
    ...even(inf, NaN),
    [NaN, NaN],
  ],
  acos: ({ round }) => [
    [1, 0],
    [-1, round(Math.PI)],
    ...even(0, round(Math.PI / 2)),
    ...even(1.5, NaN),
    ...even(inf, NaN),
    [NaN, NaN],
  ],
  atan: (n) => [
    ...identityAtZero(n),
    ...odd(inf, n.round(Math.PI / 2)),
    ...odd(n.largest, n.round(Math.PI / 2)),
    [NaN, NaN],
  ],
  sinh: (n) => [...identityAtZero(n), ...odd(inf, inf), ...odd(n.largest, inf), [NaN, NaN]],
  cosh: ({ least, largest }) => [
    ...even(0, 1),
    ...even(least, 1),
    ...even(inf, inf),
    ...even(largest, inf),
    [NaN, NaN],
  ],
  tanh: (n) => [...identityAtZero(n), ...odd(inf, 1), ...odd(n.largest, 1), [NaN, NaN]],
  asinh: (n) => [...identityAtZero(n), ...odd(inf, inf), [NaN, NaN]],
  acosh: () => [[1, 0], [inf, inf], [0.5, NaN], ...even(0, NaN), [-1, NaN], [-inf, NaN], [NaN, NaN]],
  atanh: (n) => [...identityAtZero(n), ...odd(1, inf), ...even(1.5, NaN), ...even(inf, NaN), [NaN, NaN]],
  sigmoid: ({ least, largest }) => [
    ...even(0, 0.5),
    ...even(least, 0.5),
    [-inf, 0],
    [inf, 1],
    [largest, 1],
    [-largest, 0],
    [NaN, NaN],
  ],
  softplus: ({ largest }) => [
    [-inf, 0],
    [inf, inf],
    [largest, largest],
    [-largest, 0],
    [NaN, NaN],
  ],
  logSigmoid: ({ largest }) => [
    [-inf, -inf],
    [inf, -0],
    [-largest, -largest],
    [largest, -0],
    [NaN, NaN],
  ],
  erf: ({ least, largest }) => [
    ...odd(0, 0),
    ...odd(least, least),
    ...odd(inf, 1),
    ...odd(largest, 1),
    [NaN, NaN],
  ],
  erfc: ({ least, largest }) => [
    ...even(0, 1),
    ...even(least, 1),
    [inf, 0],
    [-inf, 2],
    [largest, 0],
    [-largest, 2],
    [NaN, NaN],
  ],
  erfinv: () => [...odd(0, 0), ...odd(1, inf), ...even(1.5, NaN), ...even(inf, NaN), [NaN, NaN]],
  abs: ({ least }) => [...even(0, 0), ...even(least, least), ...even(inf, inf), [NaN, NaN]],
  neg: ({ least }) => [...odd(0, -0), ...odd(least, -least), ...odd(inf, -inf), [NaN, NaN]],
  sign: ({ least }) => [...odd(0, 0), ...odd(least, 1), ...odd(inf, 1), [NaN, NaN]],
  floor: ({ least }) => [
    ...odd(0, 0),
    ...odd(inf, inf),
    [least, 0],
    [-least, -1],
    [0.75, 0],
    [-0.75, -1],
    [NaN, NaN],
  ],
  ceil: ({ least }) => [
    ...odd(0, 0),
    ...odd(inf, inf),
    [least, 1],
    [-least, -0],
    [0.75, 1],
    [-0.75, -0],
    [NaN, NaN],
  ],
  round: ({ least }) => [
    ...odd(0, 0),
    ...odd(inf, inf),
    ...odd(least, 0),
    ...odd(0.5, 0),
    ...odd(1.5, 2),
    ...odd(2.5, 2),
    ...odd(8388609, 8388609),
    [NaN, NaN],
  ],
  relu: ({ least }) => [
    [0, 0],
    [-inf, 0],
    [inf, inf],
    [least, least],
    [NaN, NaN],
  ],
};

/** Every pair of the lists. */
const pairs = (
  as: readonly number[],
  bs: readonly number[],
  value: (a: number, b: number) => number,
): Case[] => as.flatMap((a) => bs.map((b): Case => [a, b, value(a, b)]));

const negatives = (values: readonly number[]): number[] => values.map((x) => -x);

const oddIntegers = [1, 3, 5];
const evens = [2, 4, 2 ** 60];
const fractions = [0.5, 1.5, 2.25];

const binary: Table = {
  // C, F.10.4.4, paragraph by paragraph.
  pow: ({ largest }) => [
    ...pairs([0, -0], negatives(oddIntegers), (x) => 1 / x),
    ...pairs([0, -0], [...negatives([...evens, ...fractions, largest]), -inf], () => inf),
    ...pairs([0, -0], oddIntegers, (x) => x),
    ...pairs([0, -0], [...evens, ...fractions, largest, inf], () => 0),
    ...pairs([-1], [inf, -inf], () => 1),
    ...pairs([1], [0, -0, 1, -1, 0.5, largest, inf, -inf, NaN], () => 1),
    ...pairs([0, -0, 1, -1, 0.5, largest, inf, -inf, NaN], [0, -0], () => 1),
    ...pairs([-1, -0.5, -3, -largest], [...fractions, ...negatives(fractions)], () => NaN),
    ...pairs([0.5, -0.5, 0, -0], [-inf], () => inf),
    ...pairs([2, -2, 1.5, -inf, inf], [-inf], () => 0),
    ...pairs([0.5, -0.5, 0, -0], [inf], () => 0),
    ...pairs([2, -2, 1.5, -inf, inf], [inf], () => inf),
    ...pairs([-inf], negatives(oddIntegers), () => -0),
    ...pairs([-inf], negatives([...evens, ...fractions, largest]), () => 0),
    ...pairs([-inf], oddIntegers, () => -inf),
    ...pairs([-inf], [...evens, ...fractions, largest], () => inf),
    ...pairs([inf], negatives([...oddIntegers, ...evens, ...fractions]), () => 0),
    ...pairs([inf], [...oddIntegers, ...evens, ...fractions], () => inf),
    ...pairs([NaN], [1, -1, 0.5, inf, -inf, NaN], () => NaN),
    ...pairs([0, -0, -1, 2, inf, -inf], [NaN], () => NaN),
    // Overflow and underflow keep the sign.
    [-largest, 3, -inf],
    [-largest, -3, -0],
    [-2, 3, -8],
    [-2, -2, 0.25],
  ],
  // C, F.10.1.4.
  atan2: ({ round, least, largest }) => {
    const [half, whole] = [round(Math.PI / 2), round(Math.PI)];
    const signed = (y: number, value: number): number => (Object.is(y, -0) || y < 0 ? -value : value);
    const either = [0, -0];
    return [
      ...pairs(either, [-0, -1, -least, -inf], (y) => signed(y, whole)),
      ...pairs(either, [0, 1, least, inf], (y) => y),
      ...pairs([1, least, -1, -least], either, (y) => signed(y, half)),
      ...pairs([1, least, largest, -1], [-inf], (y) => signed(y, whole)),
      ...pairs([1, least, largest, -1], [inf], (y) => signed(y, 0)),
      ...pairs([inf, -inf], [1, -1, 0, -0, largest], (y) => signed(y, half)),
      ...pairs([inf, -inf], [-inf], (y) => signed(y, round((3 * Math.PI) / 4))),
      ...pairs([inf, -inf], [inf], (y) => signed(y, round(Math.PI / 4))),
      ...pairs([NaN], [0, 1, inf, -inf, NaN], () => NaN),
      ...pairs([0, 1, inf, -inf], [NaN], () => NaN),
      [1, 1, round(Math.PI / 4)],
      [least, least, round(Math.PI / 4)],
      [-largest, -largest, round((-3 * Math.PI) / 4)],
    ];
  },
  // NumPy's remainder: fmod's cases, and the sign of the divisor.
  mod: ({ least, largest }) => [
    ...pairs([0, 1, -1, inf, NaN], [0, -0], () => NaN),
    ...pairs([inf, -inf], [1, -1, largest, inf, -inf, NaN], () => NaN),
    ...pairs([0, -0], [1, least, inf], () => 0),
    ...pairs([0, -0], [-1, -least, -inf], () => -0),
    ...pairs([1, least, largest], [inf], (x) => x),
    ...pairs([-1, -least, -largest], [inf], () => inf),
    ...pairs([-1, -least, -largest], [-inf], (x) => x),
    ...pairs([1, least, largest], [-inf], () => -inf),
    ...pairs([NaN], [1, inf], () => NaN),
    ...pairs([1, 0], [NaN], () => NaN),
    [5, 3, 2],
    [-5, 3, 1],
    [5, -3, -1],
    [-5, -3, -2],
    [6, 3, 0],
    [-6, 3, 0],
    [6, -3, -0],
    [largest, least, 0],
    [3 * least, 2 * least, least],
    [-least, 3 * least, 2 * least],
    [largest, largest, 0],
    [-least, 1, 1],
  ],
  maximum: () => [
    ...pairs([0, -0], [0], () => 0),
    [-0, -0, -0],
    [inf, 1, inf],
    [-inf, 1, 1],
    ...pairs([NaN], [1, inf, NaN], () => NaN),
    ...pairs([1, -inf], [NaN], () => NaN),
  ],
  minimum: () => [
    ...pairs([0, -0], [-0], () => -0),
    [0, 0, 0],
    [inf, 1, 1],
    [-inf, 1, -inf],
    ...pairs([NaN], [1, -inf, NaN], () => NaN),
    ...pairs([1, inf], [NaN], () => NaN),
  ],
  add: ({ least, largest }) => [
    [-0, -0, -0],
    [0, -0, 0],
    [1, -1, 0],
    [inf, -inf, NaN],
    [largest, largest, inf],
    [least, least, 2 * least],
    [2 ** -126, -least, 2 ** -126 - least],
    [NaN, 1, NaN],
  ],
  mul: ({ least, largest }) => [
    [-0, 1, -0],
    [-1, 0, -0],
    [inf, 0, NaN],
    [least, 0.75, least],
    [least, 0.5, 0],
    [-least, 0.5, -0],
    [largest, -2, -inf],
    [least, 2 ** 23, least * 2 ** 23],
    [NaN, 0, NaN],
  ],
  div: ({ least }) => [
    [1, 0, inf],
    [1, -0, -inf],
    [0, 0, NaN],
    [inf, inf, NaN],
    [1, -inf, -0],
    [2 * least, 2, least],
    [3 * least, -2, -2 * least],
    [NaN, 1, NaN],
  ],
};

type Operation = (...args: Tensor[]) => Tensor;

const operations = d as unknown as Readonly<Record<string, Operation>>;

/** The cases in windows of `length`, each column of arguments by itself; the last window goes back to be whole. */
const windows = (cases: readonly Case[], length: number): Case[][] =>
  Array.from({ length: Math.ceil(cases.length / length) }, (_, i) =>
    Array.from({ length }, (_, k) => cases[(i * length + k) % cases.length]!),
  );

const show = (x: number): string => (Object.is(x, -0) ? "-0" : String(x));

describe.each(formats)("%s", (_, make, numbers) => {
  test.each(Object.entries({ ...unary, ...binary }))("%s", (name, casesFor) => {
    const cases = casesFor(numbers).map((values): Case => [...make(values)] as unknown as Case);
    const arity = cases[0]!.length - 1;
    const column = (window: readonly Case[], k: number): Tensor =>
      tensor(make(window.map((values) => values[k]!)));
    const wrong = new Set<string>();
    for (const length of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      const all = windows(cases, length);
      const args = (window: readonly Case[]): Tensor[] =>
        Array.from({ length: arity }, (_, k) => column(window, k));
      const program = makeProgram(operations[name]!)(...args(all[0]!));
      for (const [way, options] of ways) {
        // Single values are not worked on differently in longer runs.
        if (length > 1 && (options === undefined || options.simd === false)) continue;
        const run = compileFor(program, options);
        for (const window of all) {
          const [result] = run(args(window).map((arg) => arg.concrete("test")));
          window.forEach((values, i) => {
            const [given, expected] = [values.slice(0, -1), values.at(-1)!];
            if (!Object.is(result!.values[i], expected))
              wrong.add(
                `${way}: ${name}(${given.map(show).join(", ")}) is ${show(result!.values[i]!)}, not ${show(expected)}`,
              );
          });
        }
      }
    }
    expect([...wrong]).toEqual([]);
  });
});
