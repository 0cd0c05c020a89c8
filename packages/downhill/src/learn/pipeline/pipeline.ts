/** Transformers and a model, one after another, as one model. */
import { astype } from "../../functions/shapes.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { FloatDType, WeightOption } from "../data.ts";
import { collectBatches, type RowBatches } from "../collect.ts";
import { run, runInTurns, type Suspendable } from "../drive.ts";
import { NotFittedError } from "../errors.ts";
import type { Label } from "../labels.ts";
import type { Transformer } from "../preprocessing/transformer.ts";
import { can, inPart, inPartBySteps, type Predictor, type Step, type Task } from "../steps.ts";
import type { FitOptions } from "../watch.ts";
import type {
  FitArguments,
  InputOf,
  NamedSteps,
  ResultOf,
  StepsByName,
  StepsNamedByKind,
  TargetOf,
  TransformedBy,
} from "./types.ts";

type LooseOptions = FitOptions<unknown, unknown>;

/**
 * Steps that follow each other: each transforms the rows for the next, the last one learns from them (or transforms too). Fitting
 * fits the steps themselves; `clone` gives a pipeline of clones.
 *
 * Nested arrays reach the last step in the dtype that it would have made of them: float32 for networks, otherwise float64.
 */
export class Pipeline<const S extends NamedSteps = NamedSteps> {
  readonly kind = "Pipeline";
  /** The steps with their names, first to last. */
  readonly steps: S;

  /** @throws ArgumentError if there is no step, two have one name, or one but the last does not transform. */
  constructor(steps: S) {
    if (steps.length === 0) throw new ArgumentError(this.kind, "there must be at least one step");
    const names = steps.map(([name]) => name);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) throw new ArgumentError(this.kind, `two steps are named "${twice}"`);
    for (const [name, step] of steps.slice(0, -1))
      if (!("transform" in step))
        throw new ArgumentError(
          this.kind,
          `the step "${name}", a ${step.kind}, does not transform; only the last step may be a model`,
        );
    this.steps = steps;
  }

  /** The steps by name: `pipeline.namedSteps.scale`. */
  get namedSteps(): StepsByName<S> {
    return Object.fromEntries(this.steps) as StepsByName<S>;
  }

  /** The same steps with the same options, not fitted. */
  clone(): this {
    const steps = this.steps.map(([name, step]) => [name, step.clone()] as const);
    return new Pipeline(steps) as unknown as this;
  }

  get isFitted(): boolean {
    return this.steps.every(([, step]) => step.isFitted);
  }

  /** @internal */
  get nestedDType(): FloatDType {
    const step = this.last[1] as { readonly nestedDType?: FloatDType };
    return step.nestedDType ?? "float64";
  }

  /** Whether the last step tells classes apart or predicts numbers; numbers too if it only transforms. */
  get task(): Task {
    const [, step] = this.last;
    return "task" in step ? step.task : "numbers";
  }

  /** How many columns X has. */
  get nFeatures(): number {
    return (this.fittedSteps("nFeatures")[0]![1] as unknown as { readonly nFeatures: number }).nFeatures;
  }

  /** The labels, sorted, in the order of the columns of `predictProba`: of pipelines that end in a classifier. */
  get classes(): readonly Label[] {
    this.fittedSteps("classes");
    const [name, step] = this.last;
    if (!("classes" in step)) throw this.cannot(name, step, "classes");
    return step.classes as readonly Label[];
  }

  /** @internal Whether the last step has a method. */
  can(method: string): boolean {
    return can(this.last[1], method);
  }

  private get last(): readonly [name: string, step: Step] {
    return this.steps.at(-1)!;
  }

  private fittedSteps(asked: string): S {
    if (!this.isFitted) throw new NotFittedError(this.kind, asked);
    return this.steps;
  }

  private cannot(name: string, step: Step, asked: string): ArgumentError {
    return new ArgumentError(
      `${this.kind}.${asked}`,
      `the last step "${name}", a ${step.kind}, has no ${asked}`,
    );
  }

  /** What the last step gets of rows that were given: the dtype is its own choice where the user made none. */
  private handed(rows: unknown, given: unknown): unknown {
    if (!(rows instanceof Tensor) || given instanceof Tensor || this.steps.length === 1) return rows;
    return astype(rows, this.nestedDType);
  }

  private throughAllButLast(operation: string, X: unknown): unknown {
    let rows = X;
    for (const [name, step] of this.steps.slice(0, -1))
      rows = inPart(operation, `step "${name}"`, () => (step as Transformer<unknown>).transform(rows));
    return this.handed(rows, X);
  }

  /** What the method of the last step gives for rows. */
  private ask(asked: string, X: unknown, ...rest: readonly unknown[]): unknown {
    this.fittedSteps(asked);
    const [name, step] = this.last;
    const method = (step as unknown as Readonly<Record<string, unknown>>)[asked];
    if (typeof method !== "function") throw this.cannot(name, step, asked);
    const rows = this.throughAllButLast(`${this.kind}.${asked}`, X);
    return inPart(
      `${this.kind}.${asked}`,
      `step "${name}"`,
      () => method.call(step, rows, ...rest) as unknown,
    );
  }

  private *fitting(X: unknown, y: unknown, options: LooseOptions): Suspendable<this> {
    const operation = `${this.kind}.fit`;
    let rows = X;
    for (const [name, step] of this.steps.slice(0, -1)) {
      const transformer = step as Transformer<unknown>;
      rows = inPart(operation, `step "${name}"`, () => transformer.fit(rows, y).transform(rows));
    }
    rows = this.handed(rows, X);
    const { validation } = options;
    const own: LooseOptions =
      validation === undefined
        ? options
        : {
            ...options,
            validation: {
              ...validation,
              X: this.throughAllButLast(`${operation}: validation`, validation.X),
            },
          };
    const [name, last] = this.last;
    const step = last as Predictor<unknown, unknown, unknown>;
    if ("fitInSteps" in step)
      yield* inPartBySteps(operation, `step "${name}"`, step.fitInSteps(rows, y, own));
    else
      inPart(operation, `step "${name}"`, () =>
        (last as Transformer<unknown>).fit(rows, y, own as WeightOption),
      );
    return this;
  }

  /**
   * Fits each step on what those before it give. The options, such as `sampleWeight`, `validation` and `onEpoch`, go to the last
   * step.
   *
   * @throws what a step throws, with its name in the message.
   */
  fit(X: InputOf<S>, ...[y, options]: FitArguments<S>): this {
    return run(this.fitting(X, y, (options ?? {}) as LooseOptions));
  }

  /** `fit` of rows that come piece by piece, an async iterable of `{ X, y }`: they are collected first. See `fitBatches` of estimators. */
  async fitBatches(
    batches: RowBatches<TargetOf<S>, InputOf<S>>,
    options: FitOptions<TargetOf<S>, InputOf<S>> = {},
  ): Promise<this> {
    const { X, y, ...weight } = await collectBatches(batches, {
      operation: `${this.kind}.fitBatches`,
      signal: options.signal,
    });
    return runInTurns(this.fitting(X, y, { ...options, ...weight }));
  }

  /** `fit` that lets the event loop have its turn about every 16 ms. */
  async fitAsync(X: InputOf<S>, ...[y, options]: FitArguments<S>): Promise<this> {
    return runInTurns(this.fitting(X, y, (options ?? {}) as LooseOptions));
  }

  /** `fit` in pieces, as the last step has it. */
  *fitInSteps(X: InputOf<S>, ...[y, options]: FitArguments<S>): Generator<undefined, this> {
    return yield* this.fitting(X, y, options ?? {});
  }

  /** What the last step predicts. */
  predict(X: InputOf<S>): ResultOf<S, "predict"> {
    return this.ask("predict", X) as ResultOf<S, "predict">;
  }

  /** Probabilities [rows, classes], if the last step has them. */
  predictProba(X: InputOf<S>): ResultOf<S, "predictProba"> {
    return this.ask("predictProba", X) as ResultOf<S, "predictProba">;
  }

  /** Scores before they become probabilities, if the last step has them. */
  decisionFunction(X: InputOf<S>): ResultOf<S, "decisionFunction"> {
    return this.ask("decisionFunction", X) as ResultOf<S, "decisionFunction">;
  }

  /** Rows through all steps, if the last one transforms too: [rows, columns]. */
  transform(X: InputOf<S>): TransformedBy<S> {
    return this.ask("transform", X) as TransformedBy<S>;
  }

  /** `fit`, then `transform` of the same rows. */
  fitTransform(X: InputOf<S>, ...rest: FitArguments<S>): TransformedBy<S> {
    return this.fit(X, ...rest).transform(X);
  }

  /** The last step's: R² of regressors, accuracy of classifiers. */
  score(X: InputOf<S>, y: TargetOf<S>, options: WeightOption = {}): number {
    return this.ask("score", X, y, options) as number;
  }
}

/**
 * A pipeline whose steps are named by their kinds in lower case: `standardscaler`, `logisticregression`; those of one kind
 * `standardscaler-1`, `standardscaler-2`.
 */
export const makePipeline = <const S extends readonly Step[]>(...steps: S): Pipeline<StepsNamedByKind<S>> => {
  const kinds = steps.map(({ kind }) => kind.toLowerCase());
  const named = steps.map((step, i) => {
    const kind = kinds[i]!;
    const isAlone = kinds.filter((other) => other === kind).length === 1;
    const before = kinds.slice(0, i).filter((other) => other === kind).length;
    return [isAlone ? kind : `${kind}-${before + 1}`, step] as const;
  });
  return new Pipeline(named) as unknown as Pipeline<StepsNamedByKind<S>>;
};
