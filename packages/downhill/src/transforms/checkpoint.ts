/** Functions whose inner values are computed again for the derivative, instead of being kept. */
import { booleanParam, programParam } from "../primitives/params.ts";
import { add, cos, mul, reshape, sin, tanh, zerosLike } from "../primitives/index.ts";
import type {
  Atom,
  Dual,
  Params,
  Primitive,
  Program,
  Tangent,
  TransposeOperand,
} from "../program/primitive.ts";
import { register } from "../program/primitive.ts";
import { prune } from "../program/prune.ts";
import { bind, buildProgram, evaluateProgram, interpret, isTracing, traceProgram } from "../program/trace.ts";
import { sameTypes, type Tensor, type TensorType } from "../tensor/tensor.ts";
import { flatFunction, flattenTensors, type LooseFunction, loosely } from "./arguments.ts";
import { batchThroughout } from "./batching.ts";
import { jvpProgram } from "./forward.ts";
import { bindScan } from "./loops/record.ts";
import { transposeProgram } from "./reverse.ts";

/** @param again whether this computes inner values once more, which must then not be taken from their first time. */
const bindCheckpoint = (body: Program, operands: readonly Tensor[], again: boolean): Tensor[] =>
  bind(checkpointPrimitive, operands, { body: prune(body), again });

/** The values, and the tangents as an operation of their own, which has the inner values from the operands again. */
const differentiate = (primals: readonly Tensor[], tangents: readonly Tangent[], params: Params): Dual => {
  const body = programParam(params, "body");
  const { program: dual, active } = jvpProgram(
    body,
    tangents.map((tangent) => tangent !== undefined),
  );
  const outputs = dual.outputs.slice(body.outputs.length);
  // The values alone may need operands that the tangents do not.
  const slope = prune({ ...dual, outputs });
  const read = new Set<Atom>([...slope.equations.flatMap(({ inputs }) => inputs), ...outputs]);
  const given = [...primals, ...tangents.filter((tangent) => tangent !== undefined)];
  const isRead = slope.inputs.map((input) => read.has(input));
  const slopes =
    outputs.length > 0
      ? bindCheckpoint(
          { ...slope, inputs: slope.inputs.filter((_, i) => isRead[i]) },
          given.filter((_, i) => isRead[i]),
          true,
        )
      : [];
  let next = 0;
  return {
    primals: bind(checkpointPrimitive, primals, params),
    tangents: active.map((isActive) => (isActive ? slopes[next++] : undefined)),
  };
};

const transpose = (
  cotangents: readonly Tangent[],
  operands: readonly TransposeOperand[],
  params: Params,
): Tangent[] => {
  const body = programParam(params, "body");
  const fixed = operands.flatMap((operand) => (operand.linear ? [] : [operand.value]));
  const inputs = [
    ...body.inputs.filter((_, i) => !operands[i]!.linear),
    ...body.inputs.filter((_, i) => operands[i]!.linear),
  ];
  const transposed = transposeProgram({ ...body, inputs }, fixed.length);
  const present = cotangents.filter((cotangent) => cotangent !== undefined);
  const pulled = buildProgram("checkpoint", [...fixed, ...present], (tensors) => {
    let next = fixed.length;
    const all = body.outputs.map((output, i) =>
      cotangents[i] === undefined ? zerosLike(output) : tensors[next++]!,
    );
    return interpret(transposed, [...tensors.slice(0, fixed.length), ...all]);
  });
  const results = bindCheckpoint(pulled, [...fixed, ...present], true);
  let next = 0;
  return operands.map(({ linear }) => (linear ? results[next++] : undefined));
};

/**
 * What is compiled. Computing again is a loop of one step: equal operations in it and around it are not merged, and it
 * runs where its results are needed, so that what it computes need not lie in memory from the first time on.
 */
const compiled = (params: Params): Program => {
  const body = programParam(params, "body");
  if (!booleanParam(params, "again")) return body;
  const fields = { body, length: 1, constants: body.inputs.length, carries: 0, reverse: false };
  return buildProgram("checkpoint", body.inputs, (inputs) =>
    bindScan(fields, inputs).map((result) => reshape(result, result.shape.slice(1))),
  );
};

const float64 = (...shape: readonly number[]): TensorType => ({ shape, dtype: "float64" });

const checkpointPrimitive: Primitive = register({
  name: "checkpoint",
  kind: "explicit",
  dtypes: ["float64"],
  types: (inputs, params) => {
    const body = programParam(params, "body");
    booleanParam(params, "again");
    if (!sameTypes(inputs, body.inputs))
      throw new Error("internal: operands of a checkpoint do not fit its body");
    return body.outputs.map(({ shape, dtype }) => ({ shape, dtype }));
  },
  evaluate: (inputs, params) => evaluateProgram(programParam(params, "body"), inputs),
  jvp: differentiate,
  transpose,
  batch: (operands, batched, size, params) =>
    bindCheckpoint(
      batchThroughout(programParam(params, "body"), batched, size),
      operands,
      booleanParam(params, "again"),
    ),
  lowering: { form: "inline", program: compiled },
  // Made when they are asked for: only tests do.
  get samples() {
    const body = (): Program =>
      buildProgram("checkpoint", [float64(3), float64(3)], ([x, y]) => {
        const inner = tanh(mul(sin(x!), y!));
        return [add(mul(inner, inner), y!), cos(inner)];
      });
    const operand = { shape: [3], low: -1, high: 1, dtype: "float64" } as const;
    return [
      { params: { body: body(), again: false }, operands: [operand, operand] },
      { params: { body: body(), again: true }, operands: [operand, operand] },
    ];
  },
});

/**
 * `f`, of which reverse mode keeps the arguments and nothing else: what its derivative needs of the values inside is
 * computed again on the way back. It saves memory for time: a network of n layers, each a checkpoint, keeps the n
 * activations between them; the body of a `scan` as a checkpoint keeps the carries (Griewank & Walther 2000). Values and
 * derivatives are those of `f`, to any order.
 */
export const checkpoint = <A extends readonly unknown[], R>(f: (...args: A) => R): LooseFunction<A, R> =>
  loosely((...args) => {
    const { leaves, structure } = flattenTensors(args, "checkpoint");
    const flat = flatFunction(f, structure, "checkpoint");
    if (!isTracing()) {
      const results = flat(leaves);
      return flat.result().unflatten(results) as R;
    }
    const { program, captured } = traceProgram("checkpoint", leaves, flat, leaves);
    return flat.result().unflatten(bindCheckpoint(program, [...captured, ...leaves], false)) as R;
  });
