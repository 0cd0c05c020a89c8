/**
 * Zeros with their signs, infinities, NaN and subnormals, as IEEE 754 and Annex F of the C standard have them (what they do
 * not name follows from limits): in both formats, in every way to run, and at every place of a vector and of what is left
 * over after the last whole one.
 */
import * as d from "downhill";
import { makeProgram, tensor, type Tensor } from "downhill";
import { describe, expect, test } from "vitest";
import { compileFor, ways } from "../../../targets/ways.ts";
import type { Floats } from "../measure.ts";
import type { Case, Numbers } from "./cases.ts";
import { binary } from "./binary.ts";
import { unary } from "./unary.ts";

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
