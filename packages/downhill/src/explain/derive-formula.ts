/** Derivations of formulas of numbers. */
import { ArgumentError } from "../tensor/errors.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Derivation } from "./derivation/derivation.ts";
import { deriveScalars } from "./derivation/scalars.ts";
import type { Formula } from "./formula.ts";
import { type DeriveOptions, operation, orderOf, requireValues, wrtOf } from "./question.ts";

/** `derive` of a formula whose variables are numbers; one of tensors is a function like any other to `derive`. */
export const deriveFormula = (formula: Formula, options: DeriveOptions): Derivation => {
  const { at } = options;
  const { variables } = formula;
  requireValues(variables, at);
  const values = at && variables.map((name) => at[name]);
  const tensor = values?.findIndex((value) => typeof value !== "number") ?? -1;
  if (tensor >= 0)
    throw new ArgumentError(
      operation,
      `the value of ${variables[tensor]} is ${values![tensor] instanceof Tensor ? "a tensor" : "no number"}; for formulas of tensors write derive(parseFormula(text), …) with derive from downhill/explain`,
    );
  return deriveScalars(
    (...leaves) => formula(Object.fromEntries(variables.map((name, i) => [name, leaves[i]!]))),
    {
      variables,
      wrt: wrtOf(variables, values as number[] | undefined, options),
      order: orderOf(options),
      values: values as number[] | undefined,
    },
  );
};
