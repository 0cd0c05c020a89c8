/** Functions with a derivative of their own, given in reverse mode. */
import { indexParam, programParam } from "../primitives/params.ts";
import { cos, reduceSum, sin, zerosLike } from "../primitives/index.ts";
import { type Dual, type Params, type Primitive, register, type Tangent } from "../program/primitive.ts";
import { prune } from "../program/prune.ts";
import { bind, buildProgram, evaluateProgram, interpret, isTracing, traceProgram } from "../program/trace.ts";
import { isFloating } from "../tensor/dtype.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { sameTypes, type Tensor } from "../tensor/tensor.ts";
import {
  flatFunction,
  flattenTensors,
  type Loose,
  type LooseFunction,
  loosely,
  matchingTensors,
} from "./arguments.ts";
import { batchThroughout } from "./batching.ts";
import { alignCaptured } from "./custom/captured.ts";
import { directionsOf, dualOf, floatsOf, requireNoneOutside } from "./custom/operands.ts";
import { bindPushforward, matrix, slopeOfSine } from "./custom/pushforward.ts";

const operation = "customVjp";

/** Parameters are three programs: see `customVjp`. */
const differentiate = (primals: readonly Tensor[], tangents: readonly Tangent[], params: Params): Dual => {
  const captured = indexParam(params, "captured", primals.length + 1);
  requireNoneOutside(operation, tangents.slice(0, captured));
  const count = programParam(params, "value").outputs.length;
  const results = interpret(programParam(params, "forward"), primals);
  const values = results.slice(0, count);
  const residuals = results.slice(count);
  const directions = directionsOf(primals, tangents, captured);
  const given = [...primals.slice(0, captured), ...residuals];
  const slopes = bindPushforward(programParam(params, "backward"), given, directions);
  return dualOf(values, slopes);
};

const customVjpPrimitive: Primitive = register({
  name: operation,
  kind: "explicit",
  dtypes: ["float64"],
  types: (inputs, params) => {
    const captured = indexParam(params, "captured", inputs.length + 1);
    const value = programParam(params, "value");
    const forward = programParam(params, "forward");
    const backward = programParam(params, "backward");
    const count = value.outputs.length;
    if (
      !sameTypes(inputs, value.inputs) ||
      !sameTypes(inputs, forward.inputs) ||
      !sameTypes(forward.outputs.slice(0, count), value.outputs) ||
      !sameTypes(backward.inputs, [
        ...inputs.slice(0, captured),
        ...forward.outputs.slice(count),
        ...floatsOf(value.outputs),
      ]) ||
      !sameTypes(backward.outputs, floatsOf(inputs.slice(captured)))
    )
      throw new Error("internal: operands of a customVjp do not fit its programs");
    return value.outputs.map(({ shape, dtype }) => ({ shape, dtype }));
  },
  evaluate: (inputs, params) => evaluateProgram(programParam(params, "value"), inputs),
  jvp: differentiate,
  batch: (operands, batched, size, params) => {
    const captured = indexParam(params, "captured", operands.length + 1);
    const value = programParam(params, "value");
    const backward = programParam(params, "backward");
    const flags = backward.inputs.map((_, i) => i >= captured || batched[i]!);
    const ofEach = batchThroughout(backward, flags, size);
    const isBatched = batched.slice(captured).filter((_, i) => isFloating(operands[captured + i]!.dtype));
    return bind(customVjpPrimitive, operands, {
      captured,
      value: prune(batchThroughout(value, batched, size)),
      forward: prune(batchThroughout(programParam(params, "forward"), batched, size)),
      // An argument that all examples share has the sum of their cotangents.
      backward: prune(
        buildProgram("vmap", ofEach.inputs, (inputs) =>
          interpret(ofEach, inputs).map((result, i) => (isBatched[i] ? result : reduceSum(result, [0]))),
        ),
      ),
    });
  },
  lowering: { form: "inline", program: (params) => programParam(params, "value") },
  // Made when they are asked for: only tests do.
  get samples() {
    return [
      {
        params: {
          captured: 0,
          value: buildProgram(operation, [matrix], ([x]) => [sin(x!)]),
          forward: buildProgram(operation, [matrix], ([x]) => [sin(x!), cos(x!)]),
          backward: slopeOfSine(),
        },
        operands: [{ shape: [2, 3], low: -1, high: 1, dtype: "float64" as const }],
      },
    ];
  },
});

/** What `backward` returns for the arguments: a cotangent for each, nested as it is; null where there is none. */
export type Cotangents<A extends readonly unknown[]> = { readonly [K in keyof A]: Loose<A[K]> | null };

/**
 * `f` with its reverse mode given by two functions: for what should have another slope than its own (a clipped gradient, a
 * straight-through estimate), or a cheaper way back. Under a transform `forward` runs instead of `f`; derivatives of
 * higher order are those of `forward` and `backward`. Without a transform `f` is called as it is.
 *
 * Forward mode (`jvp`, `hessian`) is the transpose of `backward`, where that is linear in the cotangent.
 *
 * @param forward returns `[value, residuals]`: the value as `f` has it, and what `backward` needs, a tree of tensors.
 * @param backward from residuals and the cotangent of the value, nested as it is, to a list of cotangents, one for each
 *   argument; `null` for an argument that has none.
 * @throws ArgumentError, ShapeError, DTypeError if what they return does not fit, ArgumentError if `f` uses a tensor from
 *   outside by which is differentiated.
 */
export const customVjp = <A extends readonly unknown[], R, Residuals>(
  f: (...args: A) => R,
  forward: (...args: A) => readonly [value: Loose<R>, residuals: Residuals],
  backward: (residuals: Residuals, cotangent: R) => Cotangents<A>,
): LooseFunction<A, R> =>
  loosely((...args) => {
    const { leaves, structure } = flattenTensors(args, operation);
    const flat = flatFunction(f, structure, operation);
    if (!isTracing()) {
      const results = flat(leaves);
      return flat.result().unflatten(results) as R;
    }
    const value = traceProgram(operation, leaves, flat, leaves);
    const { outputs } = value.program;
    const result = flat.result();
    let unflattenResiduals: (leaves: readonly Tensor[]) => unknown = () => undefined;
    const ofForward = traceProgram(
      `forward of ${operation}`,
      leaves,
      (inputs) => {
        const pair: unknown = forward(...(structure.unflatten(inputs) as unknown as A));
        if (!Array.isArray(pair) || pair.length !== 2)
          throw new ArgumentError(
            operation,
            "forward must return [value, residuals]; write [value, null] if backward needs nothing",
          );
        const values = matchingTensors(operation, ["value of forward", "value"], pair[0], outputs, result);
        const residuals = flattenTensors(pair[1], `${operation}: residuals`);
        unflattenResiduals = (tensors) => residuals.structure.unflatten(tensors);
        return [...values, ...residuals.leaves];
      },
      leaves,
    );
    const residuals = ofForward.program.outputs.slice(outputs.length);
    const floats = floatsOf(outputs);
    const ofBackward = traceProgram(`backward of ${operation}`, [...residuals, ...floats], (inputs) => {
      let next = residuals.length;
      const cotangents = outputs.map((output) =>
        isFloating(output.dtype) ? inputs[next++]! : zerosLike(output),
      );
      const given: unknown = backward(
        unflattenResiduals(inputs.slice(0, residuals.length)) as Residuals,
        result.unflatten(cotangents) as R,
      );
      if (!Array.isArray(given) || given.length !== args.length)
        throw new ArgumentError(
          operation,
          `backward must return a list of ${args.length} cotangents, one for each argument; write null for one that has none`,
        );
      return floatsOf(
        args.flatMap((arg, i) => {
          const known = flattenTensors(arg, operation);
          const cotangent: unknown = given[i];
          return cotangent === null
            ? known.leaves.map(zerosLike)
            : matchingTensors(operation, ["cotangent", "argument"], cotangent, known.leaves, known.structure);
        }),
      );
    });
    const { programs, captured } = alignCaptured([value, ofForward, ofBackward]);
    const [plain, there, back] = programs.map(prune);
    const results = bind(customVjpPrimitive, [...captured, ...leaves], {
      captured: captured.length,
      value: plain!,
      forward: there!,
      backward: back!,
    });
    return result.unflatten(results) as R;
  });
