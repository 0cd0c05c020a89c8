/** Derivations as plain data, which can be sent. */
import type { Derivation } from "downhill/formula";

type Plain<T> = { readonly [K in keyof T as T[K] extends (...args: never[]) => unknown ? never : K]: T[K] };

export interface PlainDerivation extends Omit<Plain<Derivation>, "partials" | "higher"> {
  readonly partials: readonly Plain<Derivation["partials"][number]>[];
  readonly higher: readonly Plain<Derivation["higher"][number]>[];
}

const withoutFunctions = <T extends object>(value: T): Plain<T> =>
  Object.fromEntries(Object.entries(value).filter(([, part]) => typeof part !== "function")) as Plain<T>;

export const plainDerivation = (derivation: Derivation): PlainDerivation => ({
  ...withoutFunctions(derivation),
  partials: derivation.partials.map(withoutFunctions),
  higher: derivation.higher.map(withoutFunctions),
});
