/** A loss taken apart: which of its equations belong to which layer, and every value in them. */
import type { Atom, Equation, Program, Variable } from "../../program/program.ts";
import { cotangentsOf, valueOf, type Values, valuesOf } from "../../transforms/non-finite/observe.ts";
import { isLeaf } from "../../transforms/arguments.ts";
import { traceFunction } from "../../transforms/trace-function.ts";
import type { ConcreteTensor, Tensor } from "../../tensor/tensor.ts";
import { pathsOf } from "../../tensor/tree.ts";
import { total } from "../data.ts";
import type { Batch, Loss } from "../loss.ts";
import type { LayerGain, Part } from "./diagnosis.ts";

/** What an equation's result depends on. */
interface Sources {
  readonly inputs: boolean;
  readonly targets: boolean;
  /** Paths of parameters, without their last name: one for each layer. */
  readonly layers: ReadonlySet<string>;
}

const nothing: Sources = { inputs: false, targets: false, layers: new Set() };

const joined = (all: readonly Sources[]): Sources => ({
  inputs: all.some(({ inputs }) => inputs),
  targets: all.some(({ targets }) => targets),
  layers: new Set(all.flatMap(({ layers }) => [...layers])),
});

/** A loss as a program at parameters and a batch. */
export interface LossProgram {
  readonly program: Program;
  readonly inputs: readonly ConcreteTensor[];
  /** Of each input whether it is a parameter. */
  readonly isParameter: readonly boolean[];
  /** Of parameters: `layers[0].kernel`. */
  readonly paths: readonly string[];
  partOf(equation: Equation): Part;
  /** Equations in which a signal meets a layer's weights, in order. */
  readonly products: readonly Product[];
  /** The number of a parameter's layer, from 1; 0 if it has none. */
  layerOf(path: string): number;
}

interface Product {
  readonly equation: Equation;
  readonly layer: number;
  readonly parameter: string;
  /** Which operand is the signal. */
  readonly signal: number;
}

/** `layers[0].kernel` belongs to `layers[0]`; parameters without a group to the only layer. */
const groupOf = (path: string): string => path.replace(/\.?[^.[\]]+$/, "");

export const lossProgram = <P extends object>(loss: Loss<P>, parameters: P, batch: Batch): LossProgram => {
  const { program, captured, leaves } = traceFunction("diagnosis", loss, [parameters, batch], false);
  const all = pathsOf([parameters, batch], isLeaf);
  const paths = program.inputs.map((_, i) => all[i - captured.length] ?? "");
  const isParameter = paths.map((path) => path.startsWith("[0]"));
  const names = paths.map((path) => path.slice(3).replace(/^\./, ""));
  const sources = new Map<Atom, Sources>();
  program.inputs.forEach((input, i) => {
    const name = names[i]!;
    if (isParameter[i]) sources.set(input, { ...nothing, layers: new Set([groupOf(name)]) });
    else
      sources.set(input, { ...nothing, inputs: name === "X", targets: name === "Y" || name === "weights" });
  });
  const of = (atom: Atom): Sources => sources.get(atom) ?? nothing;
  const order: string[] = [];
  const products: Product[] = [];
  const parts = new Map<Equation, Part>();
  for (const equation of program.equations) {
    const operands = equation.inputs.map(of);
    const result = joined(operands);
    for (const output of equation.outputs) sources.set(output, result);
    if (result.inputs)
      for (const { inputs, targets, layers } of operands)
        if (!inputs && !targets) for (const layer of layers) if (!order.includes(layer)) order.push(layer);
    const layer = Math.max(0, ...[...result.layers].map((name) => order.indexOf(name) + 1));
    const meetsWeights = operands.some(({ inputs, layers }) => !inputs && layers.size > 0);
    const signal = operands.findIndex(({ inputs }) => inputs);
    if (equation.primitive.name === "dot" && meetsWeights && signal >= 0 && !result.targets)
      products.push({ equation, layer, parameter: order[layer - 1]!, signal });
    parts.set(equation, partFrom(result, layer, meetsWeights));
  }
  const layers = order.length;
  return {
    program,
    inputs: [...captured, ...leaves].map((tensor: Tensor) => tensor.concrete("diagnosis")),
    isParameter,
    paths: names,
    partOf: (equation) => {
      const part = parts.get(equation)!;
      return part.kind === "layer" ? { ...part, layers, parameter: order[part.layer! - 1]! } : part;
    },
    products,
    layerOf: (path) => order.indexOf(groupOf(path)) + 1,
  };
};

const partFrom = ({ inputs, targets, layers }: Sources, layer: number, meetsWeights: boolean): Part => {
  if (targets) return { kind: "loss" };
  if (!inputs) return { kind: layers.size > 0 ? "penalty" : "input" };
  if (layer === 0) return { kind: "input" };
  return { kind: "layer", layer, stage: meetsWeights ? "weighted sum" : "activation" };
};

export const rootMeanSquare = (values: ArrayLike<number>): number => {
  // Scaled, since squares of the numbers that interest here may overflow.
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]!));
  if (!(largest > 0 && largest < Infinity)) return largest;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! / largest) ** 2;
  return largest * Math.sqrt(sum / values.length);
};

/** A layer with what went through it. */
export interface LayerSignals {
  readonly layer: number;
  readonly parameter: string;
  /** What comes in, and the sums that the weights make of it. */
  readonly input: ConcreteTensor;
  readonly sums: ConcreteTensor;
  /** The operation that gave `input`, if it is the activation of the layer before. */
  readonly activation: string | undefined;
}

/** A loss at parameters and a batch, with every value. */
export interface Anatomy {
  readonly layers: readonly LayerSignals[];
  /** Root mean square of ∂loss/∂(weighted sum) over rows and units, for each layer: what comes back of the error. */
  readonly slopes: () => readonly number[];
}

const signalsOf = ({ program, products }: LossProgram, values: Values): LayerSignals[] => {
  const definitions = new Map<Variable, Equation>();
  for (const equation of program.equations)
    for (const output of equation.outputs) definitions.set(output, equation);
  return products.map(({ equation, layer, parameter, signal }) => {
    const input = equation.inputs[signal]!;
    const maker = input.kind === "variable" ? definitions.get(input) : undefined;
    return {
      layer,
      parameter,
      input: valueOf(values, input),
      sums: values.get(equation.outputs[0]!)!,
      activation: layer > 1 ? maker?.primitive.name : undefined,
    };
  });
};

export const anatomyOf = <P extends object>(loss: Loss<P>, parameters: P, batch: Batch): Anatomy => {
  const traced = lossProgram(loss, parameters, batch);
  const { program, inputs, isParameter } = traced;
  const values = valuesOf(program, inputs);
  return {
    layers: signalsOf(traced, values),
    slopes: () => {
      const pass = cotangentsOf(program, values, isParameter);
      let state = pass.next();
      while (state.done !== true) state = pass.next();
      const cotangents = state.value;
      return traced.products.map(({ equation }) =>
        rootMeanSquare(cotangents.get(equation.outputs[0]!)?.values ?? [0]),
      );
    },
  };
};

/** By which factor each layer makes its signal larger. */
export const gainsOf = (layers: readonly LayerSignals[]): LayerGain[] =>
  layers.map(({ layer, parameter, input, sums }) => {
    const [before, after] = [rootMeanSquare(input.values), rootMeanSquare(sums.values)];
    return { layer, parameter, input: before, output: after, gain: after / before };
  });

/** How many rows the plain interpreter is given: more weights, fewer rows. */
export const rowsToExamine = (parameters: readonly { size: number }[]): number =>
  Math.max(32, Math.min(512, Math.floor(2e7 / (1 + total(parameters.map(({ size }) => size))))));
