/** Loops whose number of steps is known when they run, or beforehand. */
import { convert } from "../primitives/index.ts";
import { arange } from "../functions/create.ts";
import { traceProgram } from "../program/trace.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { formatShape } from "../tensor/shape.ts";
import { literal, type Tensor } from "../tensor/tensor.ts";
import { asTensor, flatFunction, flattenTensors, type Loose } from "./arguments.ts";
import { bindWhile } from "./loops/while.ts";
import { requireSameCarry, scan } from "./scan.ts";

/**
 * `state = step(state)` for as long as `condition(state)` holds, as one operation: compiled as a loop, batched by `vmap`
 * (examples that are done wait for the others), differentiable in forward mode (`jvp`, `jacfwd`, `linearize`).
 *
 * Reverse mode throws where the loop's results are differentiated: write `forLoop` or `scan` with a fixed number of steps.
 *
 * @param condition returns a scalar: a bool, or a number, which holds unless it is 0.
 * @param step traced once; keeps the nesting, shapes and dtypes of the state.
 * @param init the first state: a tensor, or a tree of tensors.
 * @throws ShapeError, DTypeError, ArgumentError if the state changes its type or the condition is no scalar.
 */
export const whileLoop = <State>(
  condition: (state: State) => Tensor | number | boolean,
  step: (state: State) => State,
  init: Loose<State>,
): State => {
  const { leaves, structure } = flattenTensors(init, "whileLoop");
  const goesOn = (state: readonly Tensor[]): Tensor => {
    const given = condition(structure.unflatten(state) as State);
    const tensor = typeof given === "boolean" ? literal(Number(given), "bool") : asTensor(given);
    if (tensor.rank > 0)
      throw new ShapeError(
        "whileLoop",
        `the condition has shape ${formatShape(tensor.shape)} and must be a scalar; write .all() or .any()`,
        [tensor.shape],
      );
    return convert(tensor, "bool");
  };
  const flat = flatFunction((state: unknown) => step(state as State), flattenTensors([init], "whileLoop").structure, "whileLoop"); // prettier-ignore
  const types = [{ shape: [], dtype: "bool" } as const, ...leaves];
  const { program, captured } = traceProgram("whileLoop", types, ([, ...state]) => {
    const next = flat(state);
    requireSameCarry("whileLoop", leaves, next, [structure.key, flat.result().key]);
    return [goesOn(next), ...next];
  });
  const [, ...last] = bindWhile(program, captured.length, [...captured, goesOn(leaves), ...leaves]);
  return structure.unflatten(last) as State;
};

/**
 * `state = step(i, state)` for i = start … end − 1, as one operation. With numbers as bounds it is a `scan`, differentiable in
 * both modes; a bound that is a tensor makes it a `whileLoop`, which has no reverse mode.
 *
 * @param start a whole number, or an int32 scalar.
 * @param end the first i that is not run; no step is if it is not above `start`.
 * @param step traced once; i is an int32 scalar.
 * @throws ShapeError, DTypeError, ArgumentError
 */
export const forLoop = <State>(
  start: Tensor | number,
  end: Tensor | number,
  step: (i: Tensor, state: State) => State,
  init: Loose<State>,
): State => {
  for (const bound of [start, end])
    if (typeof bound === "number" && !Number.isInteger(bound))
      throw new ArgumentError("forLoop", `bound ${String(bound)}; write a whole number`);
  if (typeof start === "number" && typeof end === "number") {
    const steps = arange(start, Math.max(start, end), 1, { dtype: "int32" });
    return scan((state: State, i: Tensor) => [step(i, state), null] as const, init, steps as never)[0];
  }
  const [first, last] = [asTensor(start, "int32"), asTensor(end, "int32")];
  type Counted = readonly [i: Tensor, state: State];
  const [, state] = whileLoop<Counted>(
    ([i]) => i.less(last),
    ([i, before]) => [i.add(1), step(i, before)],
    [first, init] as never,
  );
  return state;
};
