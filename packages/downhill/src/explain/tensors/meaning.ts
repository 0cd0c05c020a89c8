/** What the engine's operations on tensors compute, element by element. */
import type { Equation } from "../../program/program.ts";
import { dotAxes, freeAxes } from "../../primitives/dot.ts";
import { numberParam, numbersParam } from "../../primitives/params.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Shape } from "../../tensor/shape.ts";
import { call, product } from "../algebra/build.ts";
import { type Node, one, plainCall, symbol, zero } from "../algebra/node.ts";
import { applied, type Exception, localSlope } from "../derivation/local.ts";
import type { Labels } from "./labels.ts";

/** out(labels) = Σ over `summed` of body(operands at `places`). */
export interface Meaning {
  /** Of the result. */
  readonly labels: readonly string[];
  readonly summed: readonly string[];
  /** For each operand the labels of its elements. */
  readonly places: readonly (readonly string[])[];
  body(args: readonly Node[]): Node;
  /** The slope of the body by an operand; undefined where the operation has none that could be written. */
  slope(
    position: number,
    args: readonly Node[],
    result: Node,
  ): { slope: Node; exceptions: readonly Exception[] } | undefined;
}

const isOne = (length: number): boolean => length === 1;

/** Labels for each axis of a shape, from those of its axes longer than 1. */
const spread = (shape: Shape, labels: readonly string[]): (string | undefined)[] => {
  let next = 0;
  return shape.map((length) => (isOne(length) ? undefined : labels[next++]!));
};

const present = (labels: readonly (string | undefined)[]): string[] =>
  labels.filter((label) => label !== undefined);

/** An operation that passes elements on: its result is the operand at other places, added up over some. */
const moving = (
  labels: readonly string[],
  places: readonly string[],
  summed: readonly string[] = [],
): Meaning => ({
  labels,
  summed,
  places: [places],
  body: ([x]) => x!,
  slope: () => ({ slope: one, exceptions: [] }),
});

const unsupported = ({ primitive }: Equation, why: string): never => {
  throw new ArgumentError(
    "derive",
    `${primitive.name} ${why}; of tensors there are elementwise functions, matrix products, sums, means, maxima held fixed, ` +
      "transposes and broadcasts",
  );
};

/** @throws ArgumentError for operations that have no form here. */
export const meaningOf = (equation: Equation, all: Labels): Meaning => {
  const { primitive, inputs, params, outputs } = equation;
  const [output] = outputs;
  const shape = output!.shape;
  const labels = all.fresh(shape);
  const axes = spread(shape, labels);
  if (primitive.kind === "elementwise")
    return {
      labels,
      summed: [],
      places: inputs.map((input) => (input.shape.length === 0 ? [] : labels)),
      body: (args) => applied(equation, args),
      slope: (position, args, result) => localSlope(equation, position, args, result),
    };
  switch (primitive.name) {
    case "iota": {
      const label = axes[numberParam(params, "axis")];
      return { ...moving(labels, []), places: [], body: () => (label === undefined ? zero : symbol(label)) };
    }
    case "reshape": {
      const [before, after] = [inputs[0]!.shape, shape].map((each) =>
        each.filter((length) => !isOne(length)).join(),
      );
      return before === after
        ? moving(labels, labels)
        : unsupported(equation, `from ${inputs[0]!.shape.join("×")} to ${shape.join("×")} has no form`);
    }
    case "transpose": {
      const places = new Array<string | undefined>(shape.length);
      numbersParam(params, "permutation").forEach((axis, position) => (places[axis] = axes[position]));
      return moving(labels, present(places));
    }
    case "broadcast":
      return moving(
        labels,
        present(
          numbersParam(params, "axes").map((axis, i) =>
            isOne(inputs[0]!.shape[i]!) ? undefined : axes[axis],
          ),
        ),
      );
    case "sum":
    case "max":
    case "min": {
      const summedAxes = numbersParam(params, "axes");
      const source = inputs[0]!.shape;
      const summed = all.fresh(summedAxes.map((axis) => source[axis]!));
      const kept = labels[Symbol.iterator]();
      const running = summed[Symbol.iterator]();
      const places = present(
        source.map((length, axis) =>
          isOne(length) ? undefined : ((summedAxes.includes(axis) ? running : kept).next().value as string),
        ),
      );
      if (primitive.name === "sum") return moving(labels, places, summed);
      return {
        ...moving(labels, places),
        body: ([x]) => summed.reduce((inner, label) => plainCall(primitive.name, [inner, symbol(label)]), x!),
        slope: () => undefined,
      };
    }
    case "dot": {
      const { leftContract, rightContract, leftBatch, rightBatch } = dotAxes(params);
      const [left, right] = [inputs[0]!.shape, inputs[1]!.shape];
      const contracted = leftContract.map((axis) => all.fresh([left[axis]!])[0]);
      const leftFree = freeAxes(left.length, leftContract, leftBatch);
      const rightFree = freeAxes(right.length, rightContract, rightBatch);
      const place = (
        rank: number,
        contract: readonly number[],
        batch: readonly number[],
        free: readonly number[],
        offset: number,
      ): string[] => {
        const places = new Array<string | undefined>(rank);
        contract.forEach((axis, i) => (places[axis] = contracted[i]));
        batch.forEach((axis, i) => (places[axis] = axes[i]));
        free.forEach((axis, i) => (places[axis] = axes[offset + i]));
        return present(places);
      };
      return {
        labels,
        summed: present(contracted),
        places: [
          place(left.length, leftContract, leftBatch, leftFree, leftBatch.length),
          place(right.length, rightContract, rightBatch, rightFree, leftBatch.length + leftFree.length),
        ],
        body: ([a, b]) => product(a!, b!),
        slope: (position, args) => ({ slope: args[1 - position]!, exceptions: [] }),
      };
    }
    default:
      return unsupported(equation, "has no form");
  }
};

/** A condition as a number: 1 where it holds. */
export const indicator = (condition: Node): Node => call("select", [condition, one, zero]);
