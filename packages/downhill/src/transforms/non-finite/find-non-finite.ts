/** Where in a function of the user the first NaN or infinity arises, forwards or backwards. */
import { type SourceLine, withSourceLines } from "../../program/source-lines.ts";
import { traceProgram } from "../../program/trace.ts";
import { isFloating } from "../../tensor/dtype.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { pathsOf } from "../../tensor/tree.ts";
import {
  argumentPositions,
  flatFunction,
  flattenTensors,
  isLeaf,
  leafOwners,
  type LooseFunction,
  loosely,
} from "../arguments.ts";
import { type Origin, originOf } from "./origin.ts";
import { type Stretch, unrolled } from "./unroll.ts";
import { operationName, short, tell } from "./words.ts";

/** The first number that is not finite, and how it came about. */
export interface NonFinite {
  /** In an argument, on the way to the value, or on the way back to the gradient. */
  readonly phase: "input" | "forward" | "backward";
  /** The primitive operation, as programs print it; undefined of an argument. */
  readonly operation: string | undefined;
  /** NaN, Infinity or −Infinity. */
  readonly value: number;
  /** Where it stands in the tensor that the operation gave (backwards: in the operand's slope). */
  readonly shape: readonly number[];
  readonly index: readonly number[];
  /** What happened, in one clause with its numbers. */
  readonly happened: string;
  readonly change: string;
  /** The argument that holds it: `1.layers[0].kernel` of the second one. */
  readonly argument: string | undefined;
  /** The line that called the operation; undefined where the engine does not say, or the library is bundled with it. */
  readonly source: SourceLine | undefined;
  /** Inside loops (`scan`, `forLoop`, `whileLoop`) their steps, the outermost first, counted from 0; otherwise empty. */
  readonly steps: readonly number[];
  /** All of this as text. */
  toString(): string;
}

export interface FindNonFiniteOptions {
  /** Which arguments the gradient is by: one, or several; the first if left out. */
  readonly argnums?: number | readonly number[];
}

const indexOf = (place: number, shape: readonly number[]): number[] => {
  const index: number[] = [];
  let rest = place;
  for (const length of shape.toReversed()) {
    index.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return index;
};

const textOf = ({
  phase,
  value,
  shape,
  index,
  happened,
  change,
  argument,
  source,
  steps,
  operation,
}: NonFinite): string => {
  const what = shape.length === 0 ? short(value) : `${short(value)} at [${index.join(", ")}]`;
  if (phase === "input") return `the argument ${argument ?? ""} holds ${what}\n  ${change}`;
  const where = source === undefined ? "" : `, ${source.file}:${source.line}:${source.column}`;
  const way = phase === "forward" ? "in the value" : "in the gradient";
  const when = steps.map((step) => `, in step ${step} of the loop`).join("");
  return `${what} ${way}, by ${operationName(operation!)}${when}${where}\n  ${happened}\n  ${change}`;
};

/**
 * A function of the same arguments that tells where the first NaN or infinity of `f` arises: in its value or, if that is
 * finite and a float scalar, in its gradient; null if everything is finite. It evaluates the operations one by one, plainly:
 * to be called when something has gone wrong.
 *
 * Of an infinity that the function writes itself (a mask), the operation counts that makes NaN of it.
 *
 * @param f as for `grad`; values can be read inside.
 */
export const findNonFinite = <A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  { argnums = 0 }: FindNonFiniteOptions = {},
): LooseFunction<A, NonFinite | null> =>
  loosely((...args) => {
    const operation = "findNonFinite";
    const positions = args.length === 0 ? [] : argumentPositions(operation, argnums, args.length);
    const { leaves, structure } = flattenTensors(args, operation);
    const owners = leafOwners(args, operation);
    const flat = flatFunction(f, structure, operation);
    const { result: found, lineOf } = withSourceLines(() => {
      const { program: whole, captured } = traceProgram(operation, leaves, flat, leaves);
      const inputs = [...captured, ...leaves];
      const values = inputs.map((tensor: Tensor) => tensor.concrete(operation));
      /** @param looks at values alone, inside of every function; or at slopes, by the rules that functions have. */
      const search = (looks: "at values" | "at slopes", isActive: readonly boolean[]): Found | undefined => {
        const stretches: Stretch[] = [];
        const { program } = traceProgram(
          operation,
          inputs,
          (tensors) => unrolled(whole, tensors, stretches, looks === "at values"),
          inputs,
        );
        const origin = originOf(program, values, isActive);
        if (origin === undefined) return undefined;
        if (origin.phase === "input") return { origin, leaf: origin.input - captured.length, steps: [] };
        const position = program.equations.indexOf(origin.equation);
        return { origin, leaf: -1, steps: stepsOf(position, stretches) };
      };
      const [loss] = whole.outputs;
      const isLoss = whole.outputs.length === 1 && loss!.shape.length === 0 && isFloating(loss!.dtype);
      const isActive = [...captured.map(() => false), ...owners.map((owner) => positions.includes(owner))];
      return (
        search(
          "at values",
          isActive.map(() => false),
        ) ?? (isLoss ? search("at slopes", isActive) : undefined)
      );
    });
    if (found === undefined) return null;
    const { origin, leaf, steps } = found;
    const { phase, value, place } = origin;
    const equation = phase === "input" ? undefined : origin.equation;
    const result = {
      phase,
      operation: equation?.primitive.name,
      value: value.values[place]!,
      shape: value.shape,
      index: indexOf(place, value.shape),
      ...tell(origin),
      argument: phase === "input" ? nameOfInput(args, leaf) : undefined,
      source: equation && lineOf(equation),
      steps,
    };
    return { ...result, toString: () => textOf(result) };
  });

/** What a search comes upon. */
interface Found {
  readonly origin: Origin;
  /** Of an argument, which leaf it is. */
  readonly leaf: number;
  readonly steps: readonly number[];
}

/** The steps to which the equation at this position belongs. */
const stepsOf = (position: number, stretches: readonly Stretch[]): number[] =>
  stretches
    .filter(({ from, end }) => from <= position && position < end)
    .map(({ step }) => step)
    .reverse();

const nameOfInput = (args: readonly unknown[], leaf: number): string =>
  leaf < 0 ? "(a tensor from outside of the function)" : pathsOf(args, isLeaf)[leaf]!;
