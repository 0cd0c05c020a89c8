/** What a derivation holds: plain data, but for the functions that compute its results. */
import type { Operand, Tensor } from "../../tensor/tensor.ts";
import type { Notation } from "../notation/names.ts";
import type { Check } from "./check.ts";
import type { Rule } from "./rules.ts";

export interface Derivation {
  /** The function's letter: f. */
  readonly name: Notation;
  /** With its variables: f(w, b). */
  readonly call: Notation;
  /** As it was written, in one line if that is short enough, otherwise in its last step. */
  readonly formula: Notation;
  /** The names of its variables. */
  readonly variables: readonly string[];
  /** Those it is differentiated by. */
  readonly wrt: readonly string[];
  /** The function in steps, the last of which is the result. */
  readonly steps: readonly DerivedStep[];
  /** The first derivatives, one for each of `wrt`. */
  readonly partials: readonly PartialDerivative[];
  /** Derivatives of higher order, each mixed one once. */
  readonly higher: readonly HigherDerivative[];
  /** The rules that were used, in order of first use. */
  readonly rules: readonly Rule[];
  /** What signs mean that not every reader knows. */
  readonly notes: readonly string[];
  /** Of the first derivatives. */
  readonly check: Check;
  /** Where numbers were put in: the variables' values and the function's. */
  readonly at?: { readonly values: Readonly<Record<string, number>>; readonly value: number };
  /** In characters, for people; `derivationText` has options. */
  toString(): string;
  /** In LaTeX: display formulas with comments that name them. */
  toLatex(): string;
}

export interface DerivedStep {
  readonly name: Notation;
  /** Of tensors; absent for numbers. */
  readonly shape?: readonly number[];
  /** In names of variables and of steps before. */
  readonly definition: Notation;
  /** By each thing that it is made of and that depends on `wrt`. */
  readonly slopes: readonly LocalDerivative[];
  /** The slope of the result by this step; absent if the result does not depend on `wrt` through it. */
  readonly backward?: BackwardSlope;
  readonly numbers?: Numbers;
}

export interface LocalDerivative {
  /** ∂u₂/∂u₁ */
  readonly symbol: Notation;
  /** What it is by: the name of a variable or of a step before. */
  readonly by: Notation;
  readonly slope: Notation;
  /** Where numbers were put in: the slope's value. */
  readonly value?: number;
  /** The name of a rule. */
  readonly rule: string;
  /** Single points where the engine takes another slope. */
  readonly exceptions: readonly { readonly condition: Notation; readonly slope: Notation }[];
}

export interface BackwardSlope {
  /** ∂f/∂u₁ */
  readonly symbol: Notation;
  /** Σ over the steps that use this one, slope times slope: ∂f/∂u₂ · ∂u₂/∂u₁, put in. */
  readonly sum: Notation;
}

export interface Numbers {
  readonly value: number;
  /** Of the result by this value, by the engine. */
  readonly slope: number;
  /** The same by a central difference. */
  readonly centralDifference: number;
}

/** A way from a variable to the result. */
export interface DerivedPath {
  /** f → u₃ → u₂ → w */
  readonly route: Notation;
  /** The slopes along it, multiplied. */
  readonly product: Notation;
}

export interface PartialDerivative {
  readonly by: string;
  /** The variable as formulas write it: w₁ for w1. */
  readonly name: Notation;
  /** ∂f/∂w */
  readonly symbol: Notation;
  /** How many paths lead from the variable to the result. */
  readonly pathCount: bigint | number;
  /** The paths; left out if they are many: then the slopes of the steps are added up from the last to the first. */
  readonly paths?: readonly DerivedPath[];
  /** Σ of products before it is simplified. */
  readonly sum: Notation;
  /** Simplified. */
  readonly result: Notation;
  readonly numbers?: Numbers;
  /** What a small step does, and which way to go. */
  readonly sentence?: string;
  /** The simplified result as a function of float64 scalars (numbers are taken as such). */
  readonly evaluate: (values: Readonly<Record<string, Operand>>) => Tensor;
}

export interface HigherDerivative {
  readonly order: number;
  readonly by: readonly string[];
  /** ∂²f/∂w∂b */
  readonly symbol: Notation;
  readonly result: Notation;
  /** Names in the result. */
  readonly where: readonly { readonly name: Notation; readonly definition: Notation }[];
  readonly check: Check;
  /** At the values put in. */
  readonly value?: number;
  readonly evaluate: (values: Readonly<Record<string, Operand>>) => Tensor;
}
