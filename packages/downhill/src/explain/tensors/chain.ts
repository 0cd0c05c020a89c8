/** A program of tensors as a chain of named steps, element by element. */
import type { Atom, Equation, Program, Variable } from "../../program/program.ts";
import type { Shape } from "../../tensor/shape.ts";
import { product } from "../algebra/build.ts";
import { hasValue, type Node } from "../algebra/node.ts";
import { constantNode } from "../derivation/constants.ts";
import type { Exception } from "../derivation/local.ts";
import { type Rule, ruleOf } from "../derivation/rules.ts";
import { tableEntry } from "../derivation/table.ts";
import { elementOf, type Labels, relabel, sumOver } from "./labels.ts";
import { indicator, type Meaning, meaningOf } from "./meaning.ts";

/** What a step takes from a variable or from a step before it. */
export interface TensorEdge {
  readonly from: string;
  /** The labels of what it is taken from, and where those stand in the step. */
  readonly fromLabels: readonly string[];
  readonly places: readonly string[];
  /** Labels over which the step adds up. */
  readonly summed: readonly string[];
  /** Of an element of the step by an element taken; undefined where there is none that could be written. */
  readonly local: Node | undefined;
  readonly slope: Node | undefined;
  readonly rule: Rule;
  readonly exceptions: readonly Exception[];
  /** The operation, for messages. */
  readonly operation: string;
}

export interface TensorStep {
  readonly key: string;
  readonly variable: Variable;
  readonly shape: Shape;
  readonly labels: readonly string[];
  /** An element, in elements of the steps before. */
  readonly definition: Node;
  /** An element, in elements of variables as far as that is short. */
  readonly value: Node;
  readonly dependsOn: ReadonlySet<string>;
  readonly edges: readonly TensorEdge[];
}

export interface TensorChain {
  /** The labels of the inputs, by name. */
  readonly inputs: ReadonlyMap<string, readonly string[]>;
  readonly steps: readonly TensorStep[];
  readonly output: Node;
}

/** A variable or step, and where its elements are found in a value. */
interface Source {
  readonly key: string;
  readonly labels: readonly string[];
  /** For each of its labels that of the value. */
  readonly places: readonly string[];
}

interface Known {
  readonly name: Node;
  readonly value: Node;
  readonly labels: readonly string[];
  /** Absent for constants. */
  readonly source?: Source;
  readonly dependsOn: ReadonlySet<string>;
}

const longestValue = 60;

/** logsumexp takes the difference of a value and its maximum, in which the value stands twice: it must not be cut there. */
const longestMaximised = (longestValue - 6) / 2;
const independent: ReadonlySet<string> = new Set();

/** Operations that only bring elements to other places: they are written into the steps that use them. */
const moves = new Set(["reshape", "transpose", "broadcast", "iota", "convert"]);

const isInline = ({ primitive, outputs }: Equation): boolean =>
  moves.has(primitive.name) || outputs[0]!.dtype === "bool";

/** A mean is a sum divided by the number of elements, for which there is a letter. */
const divisorOf = (
  equation: Equation,
  sums: ReadonlyMap<Variable, readonly string[]>,
  labels: Labels,
): Node | undefined => {
  const [sum, count] = equation.inputs;
  if (equation.primitive.name !== "div" || sum?.kind !== "variable" || count?.kind !== "literal")
    return undefined;
  const summed = sums.get(sum);
  if (summed === undefined || summed.length === 0) return undefined;
  const total = summed.reduce((size, label) => size * labels.length(label), 1);
  return total === count.value ? product(...summed.map((label) => labels.size(label))) : undefined;
};

export interface TensorProgram {
  readonly program: Program;
  /** Names of its inputs. */
  readonly names: readonly string[];
}

/** The chain of a program; `wrt` are the inputs to differentiate by. */
export const tensorChain = (
  { program, names }: TensorProgram,
  wrt: readonly string[],
  labels: Labels,
): TensorChain => {
  const known = new Map<Variable, Known>();
  const sums = new Map<Variable, readonly string[]>();
  program.inputs.forEach((input, i) => {
    const name = names[i]!;
    const own = labels.fresh(input.shape);
    const node = elementOf(name, own);
    known.set(input, {
      name: node,
      value: node,
      labels: own,
      source: { key: name, labels: own, places: own },
      dependsOn: new Set(wrt.includes(name) ? [name] : []),
    });
  });
  const read = (atom: Atom): Known => {
    if (atom.kind === "variable") return known.get(atom)!;
    const node = constantNode(atom.value);
    return { name: node, value: node, labels: [], dependsOn: independent };
  };
  const steps: TensorStep[] = [];
  /** A value that is about to be taken the maximum of, by its name if it is long. */
  const shortened = (atom: Atom): void => {
    const operand = read(atom);
    const i = steps.findIndex(({ key }) => key === operand.source?.key);
    if (i < 0 || atom.kind !== "variable" || steps[i]!.variable !== atom) return;
    if (operand.value.size <= longestMaximised) return;
    steps[i] = { ...steps[i]!, value: operand.name };
    known.set(atom, { ...operand, value: operand.name });
  };
  for (const equation of program.equations) {
    if (equation.primitive.name === "max") equation.inputs.forEach(shortened);
    const output = equation.outputs[0]!;
    const divisor = divisorOf(equation, sums, labels);
    const operands = equation.inputs.map((atom, i) => {
      const operand = read(atom);
      return divisor === undefined || i === 0 ? operand : { ...operand, name: divisor, value: divisor };
    });
    const meaning = meaningOf(equation, labels);
    const placed = (of: "name" | "value"): Node[] =>
      operands.map((operand, i) => relabel(operand[of], labelMap(operand.labels, meaning.places[i]!)));
    operands.forEach((operand, i) =>
      operand.labels.forEach((label, k) => labels.unite(label, meaning.places[i]![k]!)),
    );
    const added = (body: Node): Node =>
      meaning.summed.reduce((sum, label) => sumOver(sum, label, labels), body);
    const isFlag =
      equation.primitive.name === "convert" &&
      equation.inputs[0]!.dtype === "bool" &&
      output.dtype !== "bool";
    const body = (args: readonly Node[]): Node => (isFlag ? indicator(args[0]!) : meaning.body(args));
    const name = added(body(placed("name")));
    const value = added(body(placed("value")));
    const dependsOn = new Set(operands.flatMap((operand) => [...operand.dependsOn]));
    if (isInline(equation)) {
      const [operand] = operands;
      const source = operand?.source;
      const isCondition = [equation.inputs[0]?.dtype, output.dtype].includes("bool");
      const places = operand && labelMap(operand.labels, meaning.places[0]!);
      known.set(output, {
        name,
        value,
        labels: meaning.labels,
        ...(source && { source: { ...source, places: source.places.map((label) => places!.get(label)!) } }),
        dependsOn: isCondition ? independent : dependsOn,
      });
      continue;
    }
    const key = `step ${steps.length + 1}`;
    const self = elementOf(key, meaning.labels);
    const shown = value.size > longestValue ? self : value;
    steps.push({
      key,
      variable: output,
      shape: output.shape,
      labels: meaning.labels,
      definition: name,
      value: shown,
      dependsOn,
      edges: edgesOf(equation, operands, meaning, placed, self, shown),
    });
    if (equation.primitive.name === "sum") sums.set(output, meaning.summed);
    // What is held fixed passes no slope on.
    const passes = equation.primitive.name === "stopGradient" ? independent : dependsOn;
    known.set(output, {
      name: self,
      value: shown,
      labels: meaning.labels,
      source: { key, labels: meaning.labels, places: meaning.labels },
      dependsOn: passes,
    });
  }
  const inputs = new Map(program.inputs.map((input, i) => [names[i]!, known.get(input)!.labels]));
  return { inputs, steps, output: read(program.outputs[0]!).name };
};

/** From labels of an operand to where its elements stand in an operation. */
const labelMap = (from: readonly string[], to: readonly string[]): Map<string, string> =>
  new Map(from.map((label, i) => [label, to[i]!]));

const edgesOf = (
  equation: Equation,
  operands: readonly Known[],
  meaning: Meaning,
  placed: (of: "name" | "value") => Node[],
  self: Node,
  value: Node,
): TensorEdge[] =>
  operands.flatMap((operand, position) => {
    const { source, dependsOn, labels } = operand;
    if (source === undefined || dependsOn.size === 0) return [];
    const local = meaning.slope(position, placed("name"), self);
    const slope = meaning.slope(position, placed("value"), value);
    if (local !== undefined && hasValue(local.slope, 0)) return [];
    const places = labelMap(labels, meaning.places[position]!);
    return [
      {
        from: source.key,
        fromLabels: source.labels,
        places: source.places.map((label) => places.get(label)!),
        summed: meaning.summed,
        local: local?.slope,
        slope: slope?.slope,
        rule: ruleOf(
          equation,
          position,
          operands.map((each) => each.dependsOn.size === 0),
          () => tableEntry(equation, position),
        ),
        exceptions: local?.exceptions ?? [],
        operation: equation.primitive.name,
      },
    ];
  });
