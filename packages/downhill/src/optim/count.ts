/** Counting steps: the count is a tensor in the state, so that a compiled step serves every step. */
import { add, less, where } from "../functions/elementwise.ts";
import { literal, type Tensor } from "../tensor/tensor.ts";

const largest = 2 ** 31 - 1;

/** No step yet. */
export const noSteps = (): Tensor => literal(0, "int32");

/** One step more; stays at the largest int32 rather than wrapping round to negative. */
export const nextStep = (count: Tensor): Tensor => where(less(count, largest), add(count, 1), count);
