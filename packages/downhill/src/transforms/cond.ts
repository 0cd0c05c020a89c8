/** Choices between functions as one operation: only the chosen one runs, in compiled programs too. */
import { convert, maximum, minimum, not } from "../primitives/index.ts";
import { traceProgram } from "../program/trace.ts";
import { ArgumentError, DTypeError, ShapeError } from "../tensor/errors.ts";
import { formatShape, sameShape } from "../tensor/shape.ts";
import { literal, type Tensor } from "../tensor/tensor.ts";
import { asTensor, flatFunction, flattenTensors, type LooseArguments } from "./arguments.ts";
import { alignCaptured } from "./custom/captured.ts";
import { bindSwitch } from "./choice/record.ts";

/** One of the functions applied to the operands. `names` are what messages call the functions. */
const choose = (
  operation: string,
  index: Tensor,
  functions: readonly ((...args: never[]) => unknown)[],
  names: readonly string[],
  operands: readonly unknown[],
): unknown => {
  const { leaves, structure } = flattenTensors(operands, operation);
  const flats = functions.map((f) =>
    flatFunction(f as (...args: unknown[]) => unknown, structure, operation),
  );
  const traced = flats.map((flat) => traceProgram(operation, leaves, flat));
  const first = traced[0]!.program.outputs;
  traced.forEach(({ program }, k) => {
    if (flats[k]!.result().key !== flats[0]!.result().key)
      throw new ArgumentError(
        operation,
        `${names[0]!} and ${names[k]!} return results of different nesting; return the same arrays and keys from both`,
      );
    program.outputs.forEach((output, i) => {
      const known = first[i]!;
      if (output.dtype !== known.dtype)
        throw new DTypeError(
          operation,
          `${names[0]!} returns ${known.dtype} where ${names[k]!} returns ${output.dtype}; write .astype("${known.dtype}")`,
        );
      if (!sameShape(output.shape, known.shape))
        throw new ShapeError(
          operation,
          `${names[0]!} returns shape ${formatShape(known.shape)} where ${names[k]!} returns ${formatShape(output.shape)}; ` +
            "the shapes must be equal, since what follows is compiled for one",
          [known.shape, output.shape],
        );
    });
  });
  const { programs, captured } = alignCaptured(traced);
  return flats[0]!.result().unflatten(bindSwitch(programs, index, [...captured, ...leaves]));
};

const requireScalar = (operation: string, what: string, { shape }: Tensor): void => {
  if (shape.length > 0)
    throw new ShapeError(
      operation,
      `${what} has shape ${formatShape(shape)} and must be a scalar; to choose for each element write where(condition, a, b)`,
      [shape],
    );
};

/**
 * `ifTrue(...operands)` where the predicate holds, otherwise `ifFalse(...operands)`: like `if`, but on a value that is known
 * only when the program runs, so that it works under `jit` too. Only the chosen function runs. Differentiable in both
 * modes to any order. Where a batch has a predicate for each example (`vmap`), both functions run on all examples and
 * the results are selected: as with `where`, reverse mode over such a batch meets 0·∞ if the function that was not
 * chosen has an infinite slope there.
 *
 * @param predicate a scalar: a bool, or a number, which holds unless it is 0.
 * @param ifTrue traced once, as `ifFalse` is; both return the same nesting, shapes and dtypes.
 * @throws ShapeError, DTypeError, ArgumentError if the predicate is no scalar or the results differ in type.
 */
export const cond = <A extends readonly unknown[], R>(
  predicate: Tensor | number | boolean,
  ifTrue: (...operands: A) => R,
  ifFalse: (...operands: A) => R,
  ...operands: LooseArguments<A>
): R => {
  const given = typeof predicate === "boolean" ? literal(Number(predicate), "bool") : asTensor(predicate);
  requireScalar("cond", "the predicate", given);
  const isFalse = convert(not(convert(given, "bool")), "int32");
  return choose("cond", isFalse, [ifTrue, ifFalse], ["ifTrue", "ifFalse"], operands) as R;
};

/**
 * `functions[index](...operands)`, of which only that one runs; see `cond`. An index out of range takes the nearest
 * function, as `jax.lax.switch` does.
 *
 * @param index an int32 scalar.
 * @throws ShapeError, DTypeError, ArgumentError
 */
export const switchCase = <A extends readonly unknown[], R>(
  index: Tensor | number,
  functions: readonly ((...operands: A) => R)[],
  ...operands: LooseArguments<A>
): R => {
  if (functions.length === 0)
    throw new ArgumentError("switchCase", "there are no functions to choose from; give at least one");
  const given = asTensor(index, "int32");
  requireScalar("switchCase", "the index", given);
  if (given.dtype !== "int32")
    throw new DTypeError("switchCase", `the index is ${given.dtype}; write .astype("int32")`);
  const inRange = minimum(maximum(given, literal(0, "int32")), literal(functions.length - 1, "int32"));
  const names = functions.map((_, k) => `function ${String(k)}`);
  return choose("switchCase", inRange, functions, names, operands) as R;
};
