/**
 * The kinds of primitives. Each constructor takes what is peculiar to one operation and derives the rest of its
 * record from the kind; a rule that is missing is a type error.
 */
import {
  type Lowering,
  type Params,
  type Primitive,
  register,
  type Sample,
  type Tangent,
  type TransposeOperand,
} from "../program/primitive.ts";
import { bindOne } from "../program/trace.ts";
import type { DType } from "../tensor/dtype.ts";
import { ArgumentError, DTypeError } from "../tensor/errors.ts";
import type { ConcreteTensor, Tensor, TensorType } from "../tensor/tensor.ts";

export const everyDType: readonly DType[] = ["float32", "float64", "int32", "bool"];
export const numericDTypes: readonly DType[] = ["float32", "float64", "int32"];
export const floatDTypes: readonly DType[] = ["float32", "float64"];

/** What every record with a single result states. */
interface Common {
  readonly name: string;
  type(inputs: readonly TensorType[], params: Params): TensorType;
  evaluate(inputs: readonly ConcreteTensor[], params: Params, output: TensorType): ConcreteTensor;
  batch(operands: readonly Tensor[], batched: readonly boolean[], size: number, params: Params): Tensor;
  readonly lowering: Lowering;
  readonly samples: readonly Sample[];
  /** dtypes of the first data operand; all four if left out. */
  readonly dtypes?: readonly DType[];
  /** How many operands it takes; 1 if left out. */
  readonly operands?: number | "several";
}

/** Refuses an operand that the operation does not take. @throws DTypeError */
export const requireDType = (name: string, dtypes: readonly DType[], dtype: DType): void => {
  if (!dtypes.includes(dtype))
    throw new DTypeError(
      name,
      `takes ${dtypes.join(", ")}, not ${dtype}; write .astype("${dtypes[0]!}") first`,
    );
};

const namesOf = (params: Params): string => Object.keys(params).join(", ");

/**
 * Makes what refuses another number of operands, and other parameters than those of tests.
 *
 * @throws ArgumentError
 */
export const signatureOf = /* @__NO_SIDE_EFFECTS__ */ (
  name: string,
  operands: number | "several",
  wanted: Params,
): ((inputs: readonly TensorType[], params: Params) => void) => {
  const names = namesOf(wanted);
  return (inputs, params) => {
    if (operands === "several" ? inputs.length === 0 : inputs.length !== operands)
      throw new ArgumentError(name, `takes ${operands} operands, not ${inputs.length}`);
    const given = namesOf(params);
    if (names !== given)
      throw new ArgumentError(name, `has the parameters (${names}), in this order, not (${given})`);
  };
};

const fromCommon = (
  record: Common,
): Pick<Primitive, "name" | "types" | "evaluate" | "batch" | "lowering" | "samples" | "dtypes"> => {
  const requireSignature = signatureOf(record.name, record.operands ?? 1, record.samples[0]!.params);
  return {
    name: record.name,
    types: (inputs, params) => {
      requireSignature(inputs, params);
      if (record.dtypes && inputs.length > 0) requireDType(record.name, record.dtypes, inputs[0]!.dtype);
      return [record.type(inputs, params)];
    },
    evaluate: (inputs, params, outputs) => [record.evaluate(inputs, params, outputs[0]!)],
    batch: (operands, batched, size, params) => [record.batch(operands, batched, size, params)],
    lowering: record.lowering,
    samples: record.samples,
    dtypes: record.dtypes ?? everyDType,
  };
};

/**
 * An operation linear in one operand, the first; the others (indices) are not differentiated.
 * `transpose` takes the result's cotangent back to the operand.
 */
export const linear = /* @__NO_SIDE_EFFECTS__ */ (
  record: Common & {
    transpose(cotangent: Tensor, operand: TensorType, params: Params, others: readonly Tensor[]): Tensor;
  },
): Primitive => {
  const primitive: Primitive = register({
    ...fromCommon(record),
    kind: "linear",
    jvp: ([x, ...others], [tangent], params) => ({
      primals: [bindOne(primitive, [x!, ...others], params)],
      tangents: [tangent && bindOne(primitive, [tangent, ...others], params)],
    }),
    transpose: ([cotangent], [operand, ...others], params) => [
      cotangent && record.transpose(cotangent, typeOfOperand(operand!), params, others.map(valueOfOperand)),
      ...others.map(() => undefined),
    ],
  });
  return primitive;
};

/** The type of an operand, whether it carries the linear value or not. */
export const typeOfOperand = (operand: TransposeOperand): TensorType =>
  operand.linear ? operand.type : operand.value;

/** The value of an operand that is not linear. */
export const valueOfOperand = (operand: TransposeOperand): Tensor => {
  if (operand.linear) throw new Error("internal: a linear operand has no value");
  return operand.value;
};

/** An operation linear in all its data operands together: the derivative applies it to the tangents. */
export const jointlyLinear = /* @__NO_SIDE_EFFECTS__ */ (
  record: Common & {
    readonly operands: number | "several";
    /** Whether the operand at this position is data (differentiated), among `count` operands. */
    isData(position: number, count: number): boolean;
    /** A zero tangent for an operand whose tangent vanishes. */
    zero(type: TensorType): Tensor;
    transpose(cotangent: Tensor, operands: readonly TransposeOperand[], params: Params): Tangent[];
  },
): Primitive => {
  const primitive: Primitive = register({
    ...fromCommon(record),
    kind: "linear",
    jvp: (primals, tangents, params) => ({
      primals: [bindOne(primitive, primals, params)],
      tangents: [
        bindOne(
          primitive,
          primals.map((primal, position) =>
            record.isData(position, primals.length) ? (tangents[position] ?? record.zero(primal)) : primal,
          ),
          params,
        ),
      ],
    }),
    transpose: ([cotangent], operands, params) =>
      cotangent ? record.transpose(cotangent, operands, params) : operands.map(() => undefined),
  });
  return primitive;
};

/** An operation linear in each of its two operands: the product rule. */
export const bilinear = /* @__NO_SIDE_EFFECTS__ */ (
  record: Common & {
    sum(a: Tensor, b: Tensor): Tensor;
    /** The cotangent of the operand at `position` (0 or 1), given the value of the other. */
    transpose(cotangent: Tensor, position: 0 | 1, operand: TensorType, other: Tensor, params: Params): Tensor;
  },
): Primitive => {
  const primitive: Primitive = register({
    ...fromCommon({ ...record, operands: 2 }),
    kind: "multilinear",
    jvp: ([x, y], [dx, dy], params) => {
      const left = dx && bindOne(primitive, [dx, y!], params);
      const right = dy && bindOne(primitive, [x!, dy], params);
      return {
        primals: [bindOne(primitive, [x!, y!], params)],
        tangents: [left && right ? record.sum(left, right) : (left ?? right)],
      };
    },
    transpose: ([cotangent], [x, y], params) => {
      if (!cotangent) return [undefined, undefined];
      return x!.linear
        ? [record.transpose(cotangent, 0, x!.type, valueOfOperand(y!), params), undefined]
        : [undefined, record.transpose(cotangent, 1, typeOfOperand(y!), valueOfOperand(x!), params)];
    },
  });
  return primitive;
};

/** An operation with a derivative rule of its own; without one its results have no tangents. */
export const explicit = /* @__NO_SIDE_EFFECTS__ */ (
  record: Common & {
    tangent?(
      primal: Tensor,
      primals: readonly Tensor[],
      tangents: readonly Tangent[],
      params: Params,
    ): Tangent;
    /** Cotangents of the operands in which it is linear, if it is in some. */
    transpose?(cotangent: Tensor, operands: readonly TransposeOperand[], params: Params): Tangent[];
  },
): Primitive => {
  const primitive: Primitive = register({
    ...fromCommon(record),
    kind: "explicit",
    jvp: (primals, tangents, params) => {
      const primal = bindOne(primitive, primals, params);
      return { primals: [primal], tangents: [record.tangent?.(primal, primals, tangents, params)] };
    },
    ...(record.transpose && {
      transpose: ([cotangent], operands, params) =>
        cotangent ? record.transpose!(cotangent, operands, params) : operands.map(() => undefined),
    }),
  });
  return primitive;
};
