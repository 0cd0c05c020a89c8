/** The derivative of a function of which only reverse mode is given. */
import { broadcastTo, mul, zerosLike } from "../../primitives/index.ts";
import { indexParam, programParam } from "../../primitives/params.ts";
import {
  type Params,
  type Primitive,
  type Program,
  register,
  type TransposeOperand,
} from "../../program/primitive.ts";
import { prune } from "../../program/prune.ts";
import { bind, buildProgram, evaluateProgram, interpret } from "../../program/trace.ts";
import { sameTypes, type Tensor, type TensorType } from "../../tensor/tensor.ts";
import { batchThroughout } from "../batching.ts";
import { jvpProgram } from "../forward.ts";
import { requireTranspose } from "./linearity.ts";

const operation = "customVjp";

/**
 * Tangents of results from captured tensors with residuals (`given`) and tangents of arguments.
 *
 * @param backward [given…, cotangents of results…] → cotangents of arguments
 */
export const bindPushforward = (
  backward: Program,
  given: readonly Tensor[],
  tangents: readonly Tensor[],
): Tensor[] =>
  bind(pushforwardPrimitive, [...given, ...tangents], { given: given.length, backward: prune(backward) });

export const matrix: TensorType = { shape: [2, 3], dtype: "float64" };

/** [cos x, cotangent] → cotangent: of the sine. */
export const slopeOfSine = (): Program =>
  buildProgram(operation, [matrix, matrix], ([slope, ct]) => [mul(slope!, ct!)]);

/**
 * The derivative, which waits to be transposed. Operands are [captured…, residuals…, tangents…], results the tangents; the
 * program `backward`, [captured…, residuals…, cotangents…] → cotangents, is its transpose. Where its values are asked for
 * (forward mode), they are those of the transpose of `backward`.
 */
const pushforwardPrimitive: Primitive = register({
  name: "customVjpTangents",
  kind: "explicit",
  dtypes: ["float64"],
  types: (inputs, params) => {
    const backward = programParam(params, "backward");
    const given = indexParam(params, "given", backward.inputs.length + 1);
    if (!sameTypes(inputs, [...backward.inputs.slice(0, given), ...backward.outputs]))
      throw new Error("internal: operands of the derivative of a customVjp do not fit its program");
    return backward.inputs.slice(given).map(({ shape, dtype }) => ({ shape, dtype }));
  },
  evaluate: (inputs, params) => evaluateProgram(pushforward(params), inputs),
  jvp: (primals, tangents, params) => {
    const given = indexParam(params, "given", primals.length + 1);
    // By the tangents alone it is linear, and remains what can be transposed.
    if (tangents.slice(0, given).every((tangent) => tangent === undefined))
      return {
        primals: bind(pushforwardPrimitive, primals, params),
        tangents: bindPushforward(
          programParam(params, "backward"),
          primals.slice(0, given),
          primals.slice(given).map((primal, i) => tangents[given + i] ?? zerosLike(primal)),
        ),
      };
    const { program, active } = jvpProgram(
      pushforward(params),
      tangents.map((tangent) => tangent !== undefined),
    );
    const directions = tangents.filter((tangent) => tangent !== undefined);
    const results = interpret(program, [...primals, ...directions]);
    let next = active.length;
    return {
      primals: results.slice(0, active.length),
      tangents: active.map((isActive) => (isActive ? results[next++] : undefined)),
    };
  },
  transpose: (cotangents, operands, params) => {
    const backward = programParam(params, "backward");
    const given = indexParam(params, "given", operands.length + 1);
    const known = operands.slice(0, given).map((operand) => {
      if (operand.linear) throw new Error("internal: a residual carries the linear value");
      return operand.value;
    });
    const incoming = backward.inputs.slice(given).map((type, i) => cotangents[i] ?? zerosLike(type));
    const results = interpret(backward, [...known, ...incoming]);
    return operands.map(({ linear }: TransposeOperand, i) => (linear ? results[i - given] : undefined));
  },
  // A tangent for each example: broadcasting one for all gives it the sum of their cotangents.
  batch: (operands, batched, size, params) => {
    const backward = programParam(params, "backward");
    const given = indexParam(params, "given", operands.length + 1);
    const flags = backward.inputs.map((_, i) => i >= given || batched[i]!);
    const spread = operands.map((operand, i) =>
      i < given || batched[i] ? operand : broadcastTo(operand, [size, ...operand.shape]),
    );
    return bindPushforward(
      batchThroughout(backward, flags, size),
      spread.slice(0, given),
      spread.slice(given),
    );
  },
  lowering: { form: "inline", program: (params) => pushforward(params) },
  // Made when they are asked for: only tests do.
  get samples() {
    const operand = { shape: [2, 3], low: -1, high: 1, dtype: "float64" } as const;
    return [{ params: { given: 1, backward: slopeOfSine() }, operands: [operand, operand] }];
  },
});

/** [captured…, residuals…, tangents…] → tangents */
const pushforward = (params: Params): Program => {
  const backward = programParam(params, "backward");
  const given = indexParam(params, "given", backward.inputs.length + 1);
  return requireTranspose(
    backward,
    given,
    operation,
    "backward is not linear in the cotangent, so that it has no forward mode\n" +
      "  use grad, vjp or jacrev; for both modes make it linear, or write customJvp",
  );
};
