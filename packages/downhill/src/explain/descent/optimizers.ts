/** Optimizers by name, and what curvature has to say about their steps. */
import type { StepRule } from "../../curvature/stable-rate.ts";
import * as optim from "../../optim/index.ts";
import type { DescentMethod, GradientTransformation, LearningRate, Optimizer } from "../../optim/index.ts";
import { ArgumentError } from "../../tensor/errors.ts";

type Settings = Readonly<Record<string, unknown>>;

/** Steps that are multiples of gradients, which curvature sets a border to; with the settings that they begin from. */
const gradientSteps = {
  gd: { make: optim.sgd, defaults: {} },
  sgd: { make: optim.sgd, defaults: {} },
  momentum: { make: optim.momentum, defaults: { momentum: 0.9 } },
  nesterov: { make: optim.nesterov, defaults: { momentum: 0.9, nesterov: true } },
} as const;

/** Undefined with settings that change the steps in other ways. */
const ruleOf = ({
  momentum = 0,
  nesterov = false,
  dampening = 0,
  weightDecay = 0,
}: optim.SgdOptions): StepRule | undefined =>
  dampening === 0 && weightDecay === 0 ? { momentum, nesterov } : undefined;

/** Steps that are scaled by what the method has seen. */
const adaptiveSteps = {
  adagrad: optim.adagrad,
  adadelta: optim.adadelta,
  rmsprop: optim.rmsprop,
  adam: optim.adam,
  adamw: optim.adamw,
  nadam: optim.nadam,
  radam: optim.radam,
  adamax: optim.adamax,
  amsgrad: optim.amsgrad,
  adabelief: optim.adabelief,
  lion: optim.lion,
  lamb: optim.lamb,
};

export type OptimizerName = keyof typeof gradientSteps | keyof typeof adaptiveSteps | "lbfgs";

export const optimizerNames = [
  ...Object.keys(gradientSteps),
  ...Object.keys(adaptiveSteps),
  "lbfgs",
] as readonly OptimizerName[];

/** A named optimizer with settings of its own, those of the function of that name in `optim`: `{ name: "momentum", momentum: 0.5 }`. */
export interface NamedOptimizer {
  readonly name: OptimizerName;
  readonly [setting: string]: unknown;
}

/**
 * What descends: a name; a name with settings; a function that makes an optimizer for a learning rate; an optimizer or a
 * descent method that is complete with its own.
 */
export type OptimizerChoice =
  | OptimizerName
  | NamedOptimizer
  | ((learningRate: LearningRate) => Optimizer)
  | GradientTransformation
  | DescentMethod;

/** An optimizer that still lacks its learning rate. */
export interface RatedOptimizer {
  readonly kind: "rated";
  readonly name: string;
  readonly make: (learningRate: LearningRate) => Optimizer;
  /** Undefined unless the steps are multiples of gradients. */
  readonly rule: StepRule | undefined;
}

/** One that takes none. */
export interface CompleteOptimizer {
  readonly kind: "complete";
  readonly name: string;
  readonly method: GradientTransformation | DescentMethod;
}

const isNamed = (choice: OptimizerChoice): choice is NamedOptimizer =>
  typeof choice === "object" && "name" in choice;

/** `momentum (momentum 0.5)`. */
const labelOf = (name: string, settings: Settings): string => {
  const given = Object.entries(settings).map(([setting, value]) => `${setting} ${String(value)}`);
  return given.length === 0 ? name : `${name} (${given.join(", ")})`;
};

/** @throws ArgumentError at a name that is none. */
export const optimizerOf = (
  operation: string,
  choice: OptimizerChoice,
): RatedOptimizer | CompleteOptimizer => {
  if (typeof choice === "function") return { kind: "rated", name: "own", make: choice, rule: undefined };
  if (typeof choice === "object" && !isNamed(choice))
    return { kind: "complete", name: "own", method: choice };
  const { name, ...settings }: NamedOptimizer = typeof choice === "string" ? { name: choice } : choice;
  if (name === "lbfgs") return { kind: "complete", name, method: optim.lbfgs(settings) };
  const label = labelOf(name, settings);
  if (Object.hasOwn(gradientSteps, name)) {
    const { make, defaults } = gradientSteps[name as keyof typeof gradientSteps];
    return {
      kind: "rated",
      name: label,
      make: (learningRate) => make({ ...settings, learningRate }),
      rule: ruleOf({ learningRate: 1, ...defaults, ...settings }),
    };
  }
  if (Object.hasOwn(adaptiveSteps, name)) {
    const make = adaptiveSteps[name as keyof typeof adaptiveSteps] as (options: Settings) => Optimizer;
    return {
      kind: "rated",
      name: label,
      make: (learningRate) => make({ ...settings, learningRate }),
      rule: undefined,
    };
  }
  throw new ArgumentError(
    operation,
    `there is no optimizer ${JSON.stringify(name)}; write one of ${optimizerNames.join(", ")}, or a function that makes ` +
      "one: (learningRate) => optim.adam({ learningRate, beta1: 0.8 })",
  );
};
