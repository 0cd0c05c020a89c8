/** What a pipeline takes and gives, from the types of its steps. */
import type { Step } from "../steps.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { FitOptions } from "../watch.ts";
import type { WeightOption } from "../data.ts";

/** Steps with their names, first to last. */
export type NamedSteps = readonly (readonly [name: string, step: Step])[];

type First<S extends NamedSteps> = S extends readonly [readonly [string, infer F], ...NamedSteps]
  ? F
  : S[number][1];

type Last<S extends NamedSteps> = S extends readonly [...NamedSteps, readonly [string, infer L]]
  ? L
  : S[number][1];

/** What the first step takes. */
export type InputOf<S extends NamedSteps> =
  First<S> extends { transform(X: infer X): unknown }
    ? X
    : First<S> extends { predict(X: infer X): unknown }
      ? X
      : never;

/** The targets of the last step. */
export type TargetOf<S extends NamedSteps> =
  Last<S> extends { score(X: never, y: infer Y, options?: WeightOption): unknown } ? Y : undefined;

/** What a method of the last step gives; `never` if it has none. */
export type ResultOf<S extends NamedSteps, Name extends string> =
  Last<S> extends Readonly<Record<Name, (X: never) => infer R>> ? R : never;

/** `transform` gives rows of numbers if the last step transforms too. */
export type TransformedBy<S extends NamedSteps> =
  Last<S> extends { transform(X: never): Tensor } ? Tensor : never;

/** What `fit` takes beside the rows: y may be left out if the last step only transforms. */
export type FitArguments<S extends NamedSteps> =
  TargetOf<S> extends undefined
    ? [y?: unknown, options?: WeightOption]
    : [y: TargetOf<S>, options?: FitOptions<TargetOf<S>, InputOf<S>>];

/** Steps by name. */
export type StepsByName<S extends NamedSteps> = {
  readonly [Entry in S[number] as Entry[0]]: Entry[1];
};

/** The steps that `makePipeline` names: by their kinds, in lower case. */
export type StepsNamedByKind<S extends readonly Step[]> = {
  readonly [I in keyof S]: S[I] extends { readonly kind: infer K extends string }
    ? readonly [name: Lowercase<K>, step: S[I]]
    : never;
};
