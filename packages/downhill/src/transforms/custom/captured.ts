/** What traced functions use from outside. */
import { type Program, variable } from "../../program/program.ts";
import type { Traced } from "../../program/trace.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** Programs of functions that capture different tensors, made to take the same ones. */
export const alignCaptured = (
  traced: readonly Traced[],
): { readonly programs: readonly Program[]; readonly captured: readonly Tensor[] } => {
  const captured = [...new Set(traced.flatMap((one) => one.captured))];
  const programs = traced.map(({ program, captured: own }) => ({
    ...program,
    inputs: [
      ...captured.map((tensor) => {
        const position = own.indexOf(tensor);
        return position < 0 ? variable(tensor.shape, tensor.dtype) : program.inputs[position]!;
      }),
      ...program.inputs.slice(own.length),
    ],
  }));
  return { programs, captured };
};
