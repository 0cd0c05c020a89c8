import { convert } from "../primitives/index.ts";
import { literal, Tensor } from "../tensor/tensor.ts";
import { nextStep, noSteps } from "./count.ts";
import type { Schedule } from "./schedules/schedule.ts";
import type { GradientTransformation, Optimizer, OptimizerState } from "./transformation.ts";
import { leavesOf } from "./tree.ts";

/** Steps done, the values in force, and the state of the optimizer that they are for. */
export type InjectedState<Name extends string = string> = {
  count: Tensor;
  hyperparams: Readonly<Record<Name, Tensor>>;
  inner: OptimizerState;
};

/**
 * An optimizer whose settings are part of its state, where they can be read, logged, and changed between steps without
 * compiling anything again:
 *
 *     const optimizer = injectHyperparams(adam, { learningRate: 1e-3 });
 *     const slower = { ...state, hyperparams: { learningRate: tensor(1e-4) } };
 *
 * @param make the optimizer of these settings, each a scalar tensor.
 * @param hyperparams where the settings start; those that are schedules follow their schedule.
 */
export const injectHyperparams = <Name extends string>(
  make: (hyperparams: Readonly<Record<Name, Tensor>>) => Optimizer,
  hyperparams: Readonly<Record<Name, number | Schedule>>,
): GradientTransformation<InjectedState<Name>> => {
  const names = Object.keys(hyperparams) as Name[];
  const collect = (valueOf: (name: Name) => Tensor): Readonly<Record<Name, Tensor>> =>
    Object.fromEntries(names.map((name) => [name, valueOf(name)])) as Record<Name, Tensor>;
  const initial = (params: object): Readonly<Record<Name, Tensor>> => {
    // As precise as the most precise of the parameters.
    const isDouble = leavesOf("injectHyperparams", params).some(({ dtype }) => dtype === "float64");
    const zero = literal(0, isDouble ? "float64" : "float32");
    return collect((name) => {
      const start: number | Schedule = hyperparams[name];
      const value = typeof start === "function" ? start(zero) : start;
      return value instanceof Tensor ? convert(value, zero.dtype) : literal(value, zero.dtype);
    });
  };
  return {
    init: (params) => {
      const values = initial(params);
      return { count: noSteps(), hyperparams: values, inner: make(values).init(params) };
    },
    update: (gradients, state, params, extras) => {
      const values = collect((name) => {
        const setting: number | Schedule = hyperparams[name];
        const before = state.hyperparams[name];
        if (typeof setting !== "function") return before;
        const value = setting(convert(state.count, before.dtype));
        return value instanceof Tensor ? convert(value, before.dtype) : literal(value, before.dtype);
      });
      const [updates, inner] = make(values).update(gradients, state.inner, params, extras);
      return [updates, { count: nextStep(state.count), hyperparams: values, inner }];
    },
  };
};
