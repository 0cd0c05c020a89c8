/** Derivations of functions of tensors, in the notation of matrices. */
import { shareCommonSubexpressions } from "../../compiler/common-subexpressions.ts";
import { prune } from "../../program/prune.ts";
import { interpret, traceProgram } from "../../program/trace.ts";
import { isFloating } from "../../tensor/dtype.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { type Operand, type Tensor, type TensorType } from "../../tensor/tensor.ts";
import { asTensor } from "../../functions/operands.ts";
import type { Node } from "../algebra/node.ts";
import { symbolsIn } from "../algebra/traverse.ts";
import type { Derivation, DerivedStep, PartialDerivative } from "../derivation/derivation.ts";
import { slopeKey } from "../derivation/gradient.ts";
import { derivationLatex } from "../derivation/latex.ts";
import { hasDecimals } from "../derivation/constants.ts";
import { chainRule, constantRule, type Rule } from "../derivation/rules.ts";
import { derivationText } from "../derivation/text.ts";
import { freeName, nameNotation, type Notation } from "../notation/names.ts";
import { notesOn } from "../notation/notes.ts";
import { print, type PrintOptions, type SymbolNotation } from "../notation/print.ts";
import { type TensorChain, tensorChain, type TensorProgram, type TensorStep } from "./chain.ts";
import { checkTensors } from "./check.ts";
import { withComposites } from "./collapse.ts";
import { evaluateElements } from "./evaluate.ts";
import { type TensorGradient, tensorGradient } from "./gradient.ts";
import { createLabels, dependsOn, isLabel, type Labels } from "./labels.ts";
import { matrixOf } from "./matrix.ts";
import { tensorCalls } from "./notation.ts";
import { withNames } from "./recognise.ts";

const capturedLetters = ["A", "B", "C", "D", "E", "G", "H", "K", "M", "N"];

/** The program of a function of tensors like these: floats in double precision, captured numbers written into it. */
export const traceTensors = (
  f: (...args: Tensor[]) => Tensor,
  names: readonly string[],
  examples: readonly Tensor[],
): { traced: TensorProgram; captured: ReadonlyMap<string, Tensor> } => {
  const types = examples.map(({ shape, dtype }): TensorType => ({
    shape,
    dtype: isFloating(dtype) ? "float64" : dtype,
  }));
  const { program, captured } = traceProgram("derive", types, (args) => [f(...args)]);
  const free = capturedLetters.filter((letter) => !names.includes(letter));
  const outside = captured.map((tensor, i) => [free[i] ?? `A${i}`, tensor] as const);
  const [output] = program.outputs;
  if (output!.shape.length > 0)
    throw new ArgumentError(
      "derive",
      `the function returns shape ${output!.shape.join("×")}; a derivation is of a number: add .mean() or .sum()`,
    );
  return {
    traced: {
      program: prune(shareCommonSubexpressions(prune(program))),
      names: [...outside.map(([name]) => name), ...names],
    },
    captured: new Map(outside),
  };
};

interface Writer {
  /** A tensor whose elements are given, by rows and columns; by its elements where that has no form. */
  tensor(node: Node, labels: readonly string[]): { notation: Notation; isByElement: boolean };
  name(key: string): Notation;
  slope(by: Notation): Notation;
  readonly result: Notation;
  /** `name` with indices. */
  element(name: Notation, labels: readonly string[]): Notation;
}

const writerOf = (
  { inputs, steps, output }: TensorChain,
  names: readonly string[],
  labels: Labels,
  decimals: boolean,
): Writer => {
  // Letters in the order of the variables.
  for (const own of inputs.values()) own.forEach((label) => labels.letter(label));
  const result = nameNotation(freeName(["L", "f", "J", "F"], names));
  const letter = freeName(
    ["u", "v", "s", "t", "z"].filter((stem) => !names.some((name) => name.startsWith(stem))),
    names,
  );
  const isResult = (key: string): boolean => output.kind === "symbol" && output.name === key;
  const slope = (by: Notation): Notation => ({
    text: `∂${result.text}/∂${by.text}`,
    latex: `\\frac{\\partial ${result.latex}}{\\partial ${by.latex}}`,
  });
  const notations = new Map<string, SymbolNotation>(names.map((name) => [name, nameNotation(name)]));
  steps.forEach(({ key }, i) => {
    const name = isResult(key) ? result : nameNotation(`${letter}${i + 1}`);
    notations.set(key, name);
    notations.set(slopeKey(key), { ...slope(name), kind: "word" });
  });
  const place = (name: string): number => (names.includes(name) ? names.indexOf(name) : names.length);
  const options: PrintOptions = {
    symbol: (key) => {
      if (!isLabel(key)) return notations.get(key);
      const letter = labels.letter(key);
      return { text: letter, latex: letter };
    },
    order: place,
    decimals,
    call: tensorCalls((label) => labels.letter(label)),
  };
  const subscripts = "ᵢⱼₖₗₘₙ";
  return {
    result,
    name: (key) => {
      const { text, latex } = notations.get(key)!;
      return { text, latex };
    },
    slope,
    tensor: (node, [row, column, ...rest]) => {
      const matrix = rest.length === 0 ? matrixOf(node, row, column) : undefined;
      return { notation: print(matrix ?? node, options), isByElement: matrix === undefined };
    },
    element: ({ text, latex }, indices) => {
      const letters = indices.map((label) => labels.letter(label));
      return {
        text: text + letters.map((each) => subscripts["ijklmn".indexOf(each)] ?? each).join(""),
        latex: `${latex}_{${letters.join("")}}`,
      };
    },
  };
};

/** The derivation of a function of tensors. `examples` give shapes and dtypes, and a point to check at. */
export const deriveTensors = (
  f: (...args: Tensor[]) => Tensor,
  variables: readonly string[],
  examples: readonly Tensor[],
  wrt: readonly string[],
): Derivation => {
  const { traced, captured } = traceTensors(f, variables, examples);
  const labels = createLabels([...traced.names]);
  const chain = withComposites(tensorChain(traced, wrt, labels), labels);
  const gradient = tensorGradient(chain, wrt, labels);
  const writer = writerOf(chain, traced.names, labels, hasDecimals(traced.program));
  const evaluate = (inputs: readonly Tensor[]): Tensor[] =>
    evaluateGradient(traced, chain, gradient, wrt, labels, inputs);
  const check = checkTensors(
    traced.program,
    wrt.map((name) => traced.names.indexOf(name)),
    evaluate,
    [...captured.values(), ...examples],
  );
  const inputsOf = (given: Readonly<Record<string, Operand>>): Tensor[] =>
    traced.names.map((name, i) => {
      const value = captured.get(name) ?? given[name];
      if (value === undefined) throw new ArgumentError("derive", `no value for ${name}`);
      return asTensor(value, traced.program.inputs[i]!.dtype);
    });
  const notations = variables.map((name) => nameNotation(name));
  const { result } = writer;
  const last = chain.steps.find(({ key }) => chain.output.kind === "symbol" && chain.output.name === key);
  const formula = writer.tensor(withNames(last?.value ?? chain.output), []).notation;
  const steps = chain.steps.map((step) => stepOf(step, gradient, writer));
  const partials = wrt.map((name, i) => ({
    ...partialOf(name, gradient, writer, chain),
    evaluate: (given: Readonly<Record<string, Operand>>): Tensor => evaluate(inputsOf(given))[i]!,
  }));
  const shown = [
    formula,
    ...steps.flatMap(({ definition, backward }) => [definition, ...(backward ? [backward.sum] : [])]),
    ...partials.flatMap((partial) => [partial.sum, partial.result]),
  ];
  const derivation: Derivation = {
    name: result,
    call: {
      text: `${result.text}(${notations.map(({ text }) => text).join(", ")})`,
      latex: `${result.latex}(${notations.map(({ latex }) => latex).join(", ")})`,
    },
    formula,
    variables,
    wrt,
    steps,
    partials,
    higher: [],
    rules: rulesOf(chain),
    notes: [...sizeNotes(labels), ...capturedNotes(captured), ...notesOn(shown)],
    check,
    toString: () => derivationText(derivation),
    toLatex: () => derivationLatex(derivation),
  };
  return derivation;
};

/** "n = 5 is the length of an axis." */
const sizeNotes = (labels: Labels): string[] =>
  labels
    .sizes()
    .map(({ name, constant }) => `${name} = ${constant!} is the number of elements along an axis.`);

const capturedNotes = (captured: ReadonlyMap<string, Tensor>): string[] =>
  [...captured].map(
    ([name, { shape }]) => `${name} is a tensor [${shape.join(", ")}] from outside of the function.`,
  );

/** The slopes by `wrt` as tensors, computed from their formulas. */
const evaluateGradient = (
  { program, names }: TensorProgram,
  chain: TensorChain,
  { backward, partials }: TensorGradient,
  wrt: readonly string[],
  labels: Labels,
  inputs: readonly Tensor[],
): Tensor[] => {
  const outputs = chain.steps.map(({ variable }) => variable);
  const values = new Map<string, Tensor>(names.map((name, i) => [name, inputs[i]!]));
  interpret({ ...program, outputs }, inputs).forEach((value, i) => values.set(chain.steps[i]!.key, value));
  const valueOf = (name: string): Tensor => values.get(name)!;
  const asked = new Set<string>();
  for (const { slope } of partials.values()) symbolsIn(slope, asked);
  for (const { definition } of backward) symbolsIn(definition, asked);
  for (const { step, definition } of backward)
    if (asked.has(slopeKey(step.key)))
      values.set(slopeKey(step.key), evaluateElements(definition, step.labels, step.shape, valueOf, labels));
  return wrt.map((name) => {
    const input = program.inputs[names.indexOf(name)]!;
    return evaluateElements(partials.get(name)!.slope, chain.inputs.get(name)!, input.shape, valueOf, labels);
  });
};

const named = (name: Notation, labels: readonly string[], isByElement: boolean, writer: Writer): Notation =>
  isByElement ? writer.element(name, labels) : name;

const stepOf = (step: TensorStep, { backward }: TensorGradient, writer: Writer): DerivedStep => {
  const name = writer.name(step.key);
  const { notation, isByElement } = writer.tensor(step.definition, step.labels);
  const slope = backward.find((candidate) => candidate.step === step);
  const shown = slope && writer.tensor(slope.inNames, step.labels);
  return {
    name: named(name, step.labels, isByElement, writer),
    ...(step.shape.length > 0 && { shape: step.shape }),
    definition: notation,
    slopes: step.edges.flatMap(({ from, local, summed, rule, exceptions }) => {
      if (local === undefined) return [];
      const at = (node: Node): Notation => {
        const own = [...step.labels, ...summed].filter((label) => dependsOn(node, label));
        return writer.tensor(node, own).notation;
      };
      const by = writer.name(from);
      return [
        {
          symbol: {
            text: `∂${name.text}/∂${by.text}`,
            latex: `\\frac{\\partial ${name.latex}}{\\partial ${by.latex}}`,
          },
          by,
          slope: at(local),
          rule: rule.name,
          exceptions: exceptions.map(({ condition, slope: other }) => ({
            condition: at(condition),
            slope: at(other),
          })),
        },
      ];
    }),
    ...(shown && {
      backward: {
        symbol: named(writer.slope(name), step.labels, shown.isByElement, writer),
        sum: shown.notation,
      },
    }),
  };
};

const partialOf = (
  by: string,
  { partials }: TensorGradient,
  writer: Writer,
  { inputs }: TensorChain,
): Omit<PartialDerivative, "evaluate"> => {
  const { slope, inNames, uses } = partials.get(by)!;
  const labels = inputs.get(by)!;
  const [result, sum] = [writer.tensor(slope, labels), writer.tensor(inNames, labels)];
  const symbol = writer.slope(writer.name(by));
  return {
    by,
    name: writer.name(by),
    symbol: named(symbol, labels, result.isByElement || sum.isByElement, writer),
    pathCount: uses,
    sum: sum.notation,
    result: result.notation,
  };
};

const rulesOf = ({ steps }: TensorChain): Rule[] => {
  const rules = new Map<string, Rule>();
  for (const { edges } of steps) for (const { rule } of edges) rules.set(rule.sentence, rule);
  return [...rules.values(), chainRule, constantRule];
};
