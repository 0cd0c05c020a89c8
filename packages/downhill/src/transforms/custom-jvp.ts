/** Functions with a derivative of their own, given in forward mode; reverse mode is its transpose. */
import { indexParam, programParam } from "../primitives/params.ts";
import { add, cos, mul, sin, zerosLike } from "../primitives/index.ts";
import { type Dual, type Params, type Primitive, register, type Tangent } from "../program/primitive.ts";
import { prune } from "../program/prune.ts";
import { bind, buildProgram, evaluateProgram, interpret, isTracing, traceProgram } from "../program/trace.ts";
import { isFloating } from "../tensor/dtype.ts";
import { sameTypes, type Tensor, type TensorType } from "../tensor/tensor.ts";
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
import { requireTranspose } from "./custom/linearity.ts";

const operation = "customJvp";

/**
 * Parameters: `value`, [captured…, arguments…] → results, and `slope`, [captured…, arguments…, results…, tangents of the
 * arguments that are floats…] → tangents of the results that are floats.
 */
const differentiate = (primals: readonly Tensor[], tangents: readonly Tangent[], params: Params): Dual => {
  const captured = indexParam(params, "captured", primals.length + 1);
  requireNoneOutside(operation, tangents.slice(0, captured));
  const values = bind(customJvpPrimitive, primals, params);
  const directions = directionsOf(primals, tangents, captured);
  const slopes = interpret(programParam(params, "slope"), [...primals, ...values, ...directions]);
  return dualOf(values, slopes);
};

const customJvpPrimitive: Primitive = register({
  name: operation,
  kind: "explicit",
  dtypes: ["float64"],
  types: (inputs, params) => {
    const captured = indexParam(params, "captured", inputs.length + 1);
    const { inputs: wanted, outputs } = programParam(params, "value");
    const slope = programParam(params, "slope");
    const types = [...wanted, ...outputs, ...floatsOf(wanted.slice(captured))];
    if (
      !sameTypes(inputs, wanted) ||
      !sameTypes(slope.inputs, types) ||
      !sameTypes(slope.outputs, floatsOf(outputs))
    )
      throw new Error("internal: operands of a customJvp do not fit its programs");
    return outputs.map(({ shape, dtype }) => ({ shape, dtype }));
  },
  evaluate: (inputs, params) => evaluateProgram(programParam(params, "value"), inputs),
  jvp: differentiate,
  batch: (operands, batched, size, params) => {
    const captured = indexParam(params, "captured", operands.length + 1);
    const value = programParam(params, "value");
    const withTangent = value.inputs.map(({ dtype }, i) => i >= captured && isFloating(dtype));
    const flags = [...batched, ...value.outputs.map(() => true), ...batched.filter((_, i) => withTangent[i])];
    return bind(customJvpPrimitive, operands, {
      captured,
      value: prune(batchThroughout(value, batched, size)),
      slope: prune(batchThroughout(programParam(params, "slope"), flags, size)),
    });
  },
  lowering: { form: "inline", program: (params) => programParam(params, "value") },
  // Made when they are asked for: only tests do.
  get samples() {
    const matrix: TensorType = { shape: [2, 3], dtype: "float64" };
    const operand = { shape: [2, 3], low: -1, high: 1, dtype: "float64" } as const;
    return [
      {
        params: {
          captured: 0,
          value: buildProgram(operation, [matrix, matrix], ([x, y]) => [mul(sin(x!), y!)]),
          slope: buildProgram(operation, new Array<TensorType>(5).fill(matrix), ([x, y, , dx, dy]) => [
            add(mul(mul(cos(x!), y!), dx!), mul(sin(x!), dy!)),
          ]),
        },
        operands: [operand, operand],
      },
    ];
  },
});

/**
 * `f` with the derivative that `rule` gives: for a formula that is better than differentiating what `f` does (log(1 + eˣ) at
 * large x), or for what cannot be differentiated (a solver, a table).
 *
 * Reverse mode is the transpose of the rule, and derivatives of higher order are those of the rule, so that the rule
 * should use differentiable operations, and `value` rather than compute it again. `f` and the rule are traced for each
 * call under a transform; without one, `f` is called as it is.
 *
 * @param rule the tangent of the result, nested as the result is, from the arguments, their tangents (zeros for
 *   integers) and the value. It must be linear in the tangents.
 * @throws ArgumentError if the rule is not linear, or if `f` uses a tensor from outside by which is differentiated.
 */
export const customJvp = <A extends readonly unknown[], R>(
  f: (...args: A) => R,
  rule: (primals: A, tangents: A, value: R) => Loose<R>,
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
    const floats = floatsOf(leaves);
    const slope = traceProgram(`the rule of ${operation}`, [...leaves, ...outputs, ...floats], (inputs) => {
      const primals = inputs.slice(0, leaves.length);
      const directions = inputs.slice(leaves.length + outputs.length);
      let next = 0;
      const tangents = primals.map((primal) =>
        isFloating(primal.dtype) ? directions[next++]! : zerosLike(primal),
      );
      const given = rule(
        structure.unflatten(primals) as unknown as A,
        structure.unflatten(tangents) as unknown as A,
        result.unflatten(inputs.slice(leaves.length, leaves.length + outputs.length)) as R,
      );
      return floatsOf(matchingTensors(operation, ["tangent", "result"], given, outputs, result));
    });
    const { programs, captured } = alignCaptured([value, slope]);
    const [ofValue, ofSlope] = programs.map(prune);
    requireTranspose(
      ofSlope!,
      ofSlope!.inputs.length - floats.length,
      operation,
      "the rule is not linear in the tangents: it must multiply each by something that does not depend on tangents,\n" +
        "  and add up the products, as in ([x], [dx]) => dx.mul(x.cos())",
    );
    const results = bind(customJvpPrimitive, [...captured, ...leaves], {
      captured: captured.length,
      value: ofValue!,
      slope: ofSlope!,
    });
    return result.unflatten(results) as R;
  });
