/** `npm run bench -- --growth`: how time and memory grow, beside how the arithmetic does. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { type Machine, machine } from "../harness/machine.ts";
import { benchFolder, type ToolBox } from "../harness/participants.ts";
import { spread } from "../harness/statistics.ts";
import { align, digits, quantities } from "../harness/table.ts";
import { type Axis, axes } from "./axes.ts";
import { exponent, tolerance, upperHalf } from "./fit.ts";
import { largeEquations, largeLimit, type LargeProgram, largePrograms } from "./large-programs.ts";
import type { ProgramMeasured, StepMeasured } from "./worker.ts";

export interface Point extends StepMeasured {
  readonly size: number;
  readonly arithmetic: number;
  readonly bytes: number;
}

/** An exponent, what was expected of it, and whether it is within bounds. */
export interface Growth {
  readonly measured: number;
  readonly expected: number;
  readonly isKept: boolean;
}

export interface AxisResult {
  readonly axis: string;
  readonly title: string;
  readonly subject: string;
  readonly points: readonly Point[];
  /** The step against its arithmetic, or against a loop that copies as many bytes, whichever grows faster. */
  readonly step: Growth;
  /** Peak memory against the bytes of parameters, data and activations. */
  readonly memory: Growth;
  /** The first call, which traces, compiles and takes the data in, against equations or bytes, whichever grow faster. */
  readonly firstCall: Growth;
}

export interface ProgramResult extends ProgramMeasured {
  readonly name: string;
  readonly title: string;
  readonly isKept: boolean;
  /** Why there is no time. */
  readonly failure?: string;
}

export interface GrowthSession {
  readonly date: string;
  readonly machine: Machine;
  readonly node: string;
  readonly runs: number;
  readonly axes: readonly AxisResult[];
  readonly programs: readonly ProgramResult[];
}

const worker = join(benchFolder, "dist", "growth-worker.js");

/** The median of each number over so many processes. */
function measured<M extends { readonly [K in keyof M]: number }>(
  node: string,
  runs: number,
  ...args: string[]
): M {
  const all = Array.from({ length: runs }, () => {
    const output = execFileSync(node, [worker, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    return JSON.parse(output) as M;
  });
  const names = Object.keys(all[0]!) as (keyof M)[];
  return Object.fromEntries(
    names.map((name) => [name, spread(all.map((one) => one[name])).median]),
  ) as unknown as M;
}

/** Below this, what a process takes from the system says more about the system. */
const leastMemory = 2 ** 20;

function growthOf(
  points: readonly Point[],
  value: (point: Point) => number,
  ...expected: ((point: Point) => number)[]
): Growth {
  const upper = upperHalf(points);
  // With fewer than two sizes there is nothing that grows.
  if (upper.length < 2) return { measured: 0, expected: 0, isKept: true };
  const sizes = upper.map(({ size }) => size);
  const exponentOf = (value: (point: Point) => number): number => exponent(sizes, upper.map(value));
  const growth = { measured: exponentOf(value), expected: Math.max(...expected.map(exponentOf)) };
  return { ...growth, isKept: growth.measured <= growth.expected + tolerance };
}

function measureAxis(
  { name, title, subject, sizes, arithmetic, bytes }: Axis,
  node: string,
  runs: number,
): AxisResult {
  const points = sizes.map((size): Point => ({
    size,
    arithmetic: arithmetic(size),
    bytes: bytes(size),
    ...measured<StepMeasured>(node, runs, "step", name, String(size)),
  }));
  return {
    ...{ axis: name, title, subject, points },
    step: growthOf(
      points,
      ({ step }) => step,
      ({ arithmetic }) => arithmetic,
      ({ copy }) => copy,
    ),
    memory: growthOf(
      points.filter(({ peakBytes }) => peakBytes >= leastMemory),
      ({ peakBytes }) => peakBytes,
      ({ bytes }) => bytes,
    ),
    firstCall: growthOf(
      points,
      ({ firstCall }) => firstCall,
      ({ equations }) => equations,
      ({ bytes }) => bytes,
    ),
  };
}

function measureProgram({ name, title }: LargeProgram, node: string, runs: number): ProgramResult {
  try {
    const result = measured<ProgramMeasured>(node, runs, "program", name, String(largeEquations));
    return { name, title, ...result, isKept: result.seconds < largeLimit };
  } catch (error) {
    const failure = (error as Error).message;
    return { name, title, equations: largeEquations, seconds: NaN, isKept: false, failure };
  }
}

const growthText = ({ measured, expected, isKept }: Growth): string =>
  `${measured.toFixed(2)} of ${expected.toFixed(2)}${isKept ? "" : " TOO FAST"}`;

const range = (values: readonly number[], unit: "seconds" | "bytes"): string =>
  [values[0]!, values.at(-1)!].map((value) => quantities([value], unit)[0]).join(" – ");

/** Prints while it measures. */
export function measureGrowth({ node }: ToolBox, only: readonly string[], runs: number): GrowthSession {
  const isChosen = ({ name }: { name: string }): boolean =>
    only.length === 0 || only.some((part) => name.includes(part));
  const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
  console.log(
    `exponents of the growth of time and memory, and those of arithmetic and data; Node ${version}`,
  );
  const results = axes.filter(isChosen).map((axis) => {
    const result = measureAxis(axis, node, runs);
    const { points, step, firstCall, memory } = result;
    const line = (
      name: string,
      growth: Growth,
      values: readonly number[],
      unit: "seconds" | "bytes",
    ): string[] => [`  ${name}`, growthText(growth), range(values, unit)];
    console.log(
      [
        `\n${axis.title} ${axis.sizes[0]} – ${axis.sizes.at(-1)}: ${axis.subject}`,
        ...align([
          line(
            "step",
            step,
            points.map(({ step }) => step),
            "seconds",
          ),
          line(
            "first call",
            firstCall,
            points.map(({ firstCall }) => firstCall),
            "seconds",
          ),
          line(
            "peak memory",
            memory,
            points.map(({ peakBytes }) => peakBytes),
            "bytes",
          ),
        ]),
      ].join("\n"),
    );
    return result;
  });
  const programs = largePrograms.filter(isChosen).map((program) => measureProgram(program, node, runs));
  if (programs.length > 0) {
    const lines = programs.map(({ title, equations, seconds, isKept, failure }) => [
      `  ${title}`,
      `${equations} equations`,
      failure === undefined ? `${digits(seconds)} s` : `FAILED ${failure.split("\n")[0]}`,
      isKept ? "" : "TOO LONG",
    ]);
    console.log(["\nfirst calls of large programs, at most 1 s", ...align(lines)].join("\n"));
  }
  return { date: new Date().toISOString(), machine: machine(), node: version, runs, axes: results, programs };
}

export const isGrowthKept = ({ axes, programs }: GrowthSession): boolean =>
  axes.every(({ step, memory, firstCall }) => step.isKept && memory.isKept && firstCall.isKept) &&
  programs.every(({ isKept }) => isKept);
