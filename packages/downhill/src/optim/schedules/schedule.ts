/** Learning rates that depend on the step. */
import { floating } from "../../functions/operands.ts";
import { literal, Tensor } from "../../tensor/tensor.ts";

/**
 * A rate for each step, counted from 0. Optimizers call it with the step as a float scalar of the parameters' dtype,
 * which has no value under `jit`: choose with `where` rather than `if`.
 */
export type Schedule = (step: Tensor) => Tensor | number;

/** A schedule that can also be asked for the rate of a step given as a number, to print or plot it. */
export interface BuiltSchedule {
  (step: number): number;
  /** The step as a scalar (int32 or float) of any trace; the rate has its dtype, float32 for int32. */
  (step: Tensor): Tensor;
}

/** `rate` for numbers too, in float64. */
export const schedule = (rate: (step: Tensor) => Tensor): BuiltSchedule => {
  function atStep(step: number): number;
  function atStep(step: Tensor): Tensor;
  function atStep(step: number | Tensor): number | Tensor {
    return step instanceof Tensor ? rate(floating(step)) : rate(literal(step, "float64")).item();
  }
  return atStep;
};
