/** A program of scalars as a chain of named steps with the slope of each. */
import type { Atom, Equation, Variable } from "../../program/program.ts";
import { call, sum } from "../algebra/build.ts";
import { hasValue, isCall, type Node, one, symbol, zero } from "../algebra/node.ts";
import { tableEntry } from "./table.ts";
import { constantNode } from "./constants.ts";
import { type Exception, generalCase, localSlope } from "./local.ts";
import { type Rule, ruleOf } from "./rules.ts";
import type { ScalarProgram } from "./trace-scalars.ts";

/** The slope of a step by one of the things it is made of. */
export interface Edge {
  /** A variable's name, or a step's key. */
  readonly from: string;
  /** In the names of steps: 2 u₃. */
  readonly local: Node;
  /** With steps written out, as far as that is short. */
  readonly slope: Node;
  /** The same, but for the step itself: −f/v. */
  readonly slopeByName: Node;
  readonly rule: Rule;
  readonly exceptions: readonly Exception[];
}

export interface Step {
  /** Stands for the step in formulas: the symbol's name. */
  readonly key: string;
  /** Where the program computes it. */
  readonly variable: Variable;
  /** In the names of the steps before. */
  readonly definition: Node;
  /** In the variables, as far as that is short; otherwise in names of steps. */
  readonly value: Node;
  /** The variables on which it depends among those that it is differentiated by. */
  readonly dependsOn: ReadonlySet<string>;
  readonly edges: readonly Edge[];
}

export interface Chain {
  readonly steps: readonly Step[];
  /** The result: a step's symbol, a variable or a constant. */
  readonly output: Node;
}

/** Both sides of each equation under which an operation has a slope of its own, one after the other: x and y of max(x, y). */
export const tiesOf = ({ steps }: Chain): Node[] =>
  steps.flatMap(({ edges }) =>
    edges.flatMap(({ exceptions }) =>
      exceptions.flatMap(({ condition }) => (isCall(condition, "eq") ? [...condition.args] : [])),
    ),
  );

/** Values that take more than this to write are called by the names of their steps. */
const longestValue = 60;

interface Known {
  /** As the operand of a step. */
  readonly name: Node;
  readonly value: Node;
  readonly key: string | undefined;
  readonly dependsOn: ReadonlySet<string>;
}

const independent: ReadonlySet<string> = new Set();

const constantOf = (node: Node): Known => ({
  name: node,
  value: node,
  key: undefined,
  dependsOn: independent,
});

/** Bookkeeping that is no step of calculus: it is written into the steps that use it. */
const isInline = ({ primitive, outputs }: Equation): boolean =>
  outputs[0]!.dtype === "bool" || primitive.name === "convert";

const applied = (
  { primitive, inputs, outputs }: Equation,
  args: readonly Node[],
  apply: (primitive: string, args: readonly Node[]) => Node = call,
): Node => {
  const isFlag = primitive.name === "convert" && inputs[0]!.dtype === "bool" && outputs[0]!.dtype !== "bool";
  return isFlag ? call("select", [args[0]!, one, zero]) : apply(primitive.name, args);
};

/** The chain of steps; `wrt` are the names of the variables to differentiate by. */
export const chainOf = ({ program, variables }: ScalarProgram, wrt: readonly string[]): Chain => {
  const known = new Map<Variable, Known>();
  program.inputs.forEach((input, i) => {
    const name = variables[i]!;
    const node = symbol(name);
    known.set(input, {
      name: node,
      value: node,
      key: name,
      dependsOn: new Set(wrt.includes(name) ? [name] : []),
    });
  });
  const read = (atom: Atom): Known =>
    atom.kind === "literal" ? constantOf(constantNode(atom.value)) : known.get(atom)!;
  const steps: Step[] = [];
  for (const equation of program.equations) {
    const operands = equation.inputs.map(read);
    const output = equation.outputs[0]!;
    const names = operands.map(({ name }) => name);
    const value = applied(
      equation,
      operands.map((operand) => operand.value),
      // What holds at single points only does not make formulas simpler.
      generalCase,
    );
    const dependsOn = new Set(operands.flatMap((operand) => [...operand.dependsOn]));
    if (operands.every(({ key }) => key === undefined)) {
      known.set(output, constantOf(value));
      continue;
    }
    if (isInline(equation)) {
      // A condition does not pass a slope on, nor does a number made of it.
      const isCondition = [equation.inputs[0]!, output].some(({ dtype }) => dtype === "bool");
      known.set(output, {
        name: applied(equation, names),
        value,
        key: operands.find(({ key }) => key)?.key,
        dependsOn: isCondition ? independent : dependsOn,
      });
      continue;
    }
    const key = `step ${steps.length + 1}`;
    const self = symbol(key);
    const shown = value.size > longestValue ? self : value;
    steps.push({
      key,
      variable: output,
      definition: applied(equation, names),
      value: shown,
      dependsOn,
      edges: edgesOf(equation, operands, self, shown),
    });
    known.set(output, { name: self, value: shown, key, dependsOn });
  }
  return { steps, output: read(program.outputs[0]!).name };
};

const edgesOf = (equation: Equation, operands: readonly Known[], self: Node, value: Node): Edge[] => {
  const edges = new Map<string, Edge>();
  operands.forEach(({ key, dependsOn }, position) => {
    if (key === undefined || dependsOn.size === 0) return;
    const names = operands.map(({ name }) => name);
    const values = operands.map((operand) => operand.value);
    const { slope: local, exceptions } = localSlope(equation, position, names, self);
    const { slope } = localSlope(equation, position, values, value);
    const { slope: slopeByName } = localSlope(equation, position, values, self);
    const before = edges.get(key);
    const edge: Edge = {
      from: key,
      local: before === undefined ? local : sum(before.local, local),
      slope: before === undefined ? slope : sum(before.slope, slope),
      slopeByName: before === undefined ? slopeByName : sum(before.slopeByName, slopeByName),
      rule: ruleOf(
        equation,
        position,
        operands.map((operand) => operand.dependsOn.size === 0),
        () => tableEntry(equation, position),
      ),
      exceptions: [...(before?.exceptions ?? []), ...exceptions],
    };
    edges.set(key, edge);
  });
  return [...edges.values()].filter(({ local }) => !hasValue(local, 0));
};
