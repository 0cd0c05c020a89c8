/**
 * The elementwise kind: a scalar function and its derivative as an expression. Operands have one shape, or are
 * scalars that meet every element.
 */
import type { Scalar } from "../program/loop.ts";
import {
  type Params,
  type Primitive,
  register,
  type Sample,
  type Tangent,
  type TransposeOperand,
} from "../program/primitive.ts";
import { bindOne } from "../program/trace.ts";
import { allocate, type DType } from "../tensor/dtype.ts";
import { DTypeError, ShapeError } from "../tensor/errors.ts";
import { allAxes, formatShape, sameShape, type Shape, sizeOf } from "../tensor/shape.ts";
import { ConcreteTensor, type Tensor, type TensorType } from "../tensor/tensor.ts";
import { applyNamed, argument, evaluateExpression, type Expression, isNumber, result } from "./expression.ts";
import { requireDType, signatureOf, typeOfOperand } from "./kinds.ts";
import { broadcast, broadcastTo, reduceSum, reshape } from "./movement.ts";

/** Bounds of each operand. */
type Domain = readonly (readonly [low: number, high: number])[];

/** What is peculiar to an elementwise operation. */
export interface ElementwiseRecord {
  readonly name: string;
  /** Number of operands. */
  readonly operands: number;
  /** dtypes it takes. */
  readonly dtypes: readonly DType[];
  /** dtype of the first operand where it is not that of the others (the condition of a selection). */
  readonly firstDType?: DType;
  /** The result's dtype; the operands' common one if left out. */
  resultDType?(inputs: readonly TensorType[], params: Params): DType;
  /** The value in double precision. Integer operands arrive as integers; the result is wrapped to 32 bits. */
  evaluate(args: readonly number[], output: DType, params: Params): number;
  /** The same as loop code. */
  scalar(args: readonly Scalar[], output: TensorType, params: Params): Scalar;
  /** The partial derivative by each operand, as expressions in the operands and the result; absent: no slope. */
  derivative?(args: readonly Expression[], result: Expression): readonly Expression[];
  /** Instead of `derivative`, for operations whose operands differ in kind (select, convert). */
  tangent?(primals: readonly Tensor[], tangents: readonly Tangent[], output: Tensor, params: Params): Tangent;
  /** Cotangents of linear operands, for operations that are linear in some. */
  transpose?(cotangent: Tensor, operands: readonly TransposeOperand[], params: Params): Tangent[];
  /** Bounds of test operands, one pair for each operand, away from kinks. */
  readonly domain: Domain;
  /** Further regions to test in: other signs, other branches. */
  readonly otherDomains?: readonly Domain[];
  /** Parameters to test with; none if left out. */
  readonly sampleParams?: readonly Params[];
  /** LaTeX with the operands as #1, #2, …. */
  readonly notation: string;
}

export interface ElementwisePrimitive extends Primitive {
  readonly kind: "elementwise";
  readonly partials: readonly Expression[] | undefined;
  readonly notation: string;
}

const outputShape = (name: string, inputs: readonly TensorType[]): Shape => {
  let shape: Shape = [];
  for (const input of inputs) {
    if (input.shape.length === 0) continue;
    if (shape.length > 0 && !sameShape(shape, input.shape))
      throw new ShapeError(
        name,
        `shapes ${formatShape(shape)} and ${formatShape(input.shape)} differ; use broadcastTo first`,
        [shape, input.shape],
      );
    shape = input.shape;
  }
  return shape;
};

const evaluate = (
  record: ElementwiseRecord,
  inputs: readonly ConcreteTensor[],
  params: Params,
  output: TensorType,
): ConcreteTensor => {
  const size = sizeOf(output.shape);
  const values = allocate(output.dtype, size);
  const operands = inputs.map((input) => input.values);
  const steps = inputs.map((input) => (input.rank === 0 ? 0 : 1));
  const args = new Array<number>(inputs.length).fill(0);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < operands.length; k++) args[k] = operands[k]![i * steps[k]!]!;
    values[i] = record.evaluate(args, output.dtype, params);
  }
  return new ConcreteTensor(values, output.shape, output.dtype);
};

/** Brings operands with and without a batch axis to one shape: scalars of a batch become columns. */
const batchOperands = (operands: readonly Tensor[], batched: readonly boolean[], size: number): Tensor[] => {
  const rank = Math.max(...operands.map((operand, i) => operand.rank - (batched[i] ? 1 : 0)));
  if (rank === 0) return [...operands];
  const full = operands.find((operand, i) => operand.rank - (batched[i] ? 1 : 0) === rank)!;
  const shape = full.shape.slice(full.rank - rank);
  return operands.map((operand, i) => {
    if (!batched[i]) return operand.rank === 0 ? operand : broadcastTo(operand, [size, ...shape]);
    return operand.rank === 1 ? broadcast(operand, [size, ...shape], [0]) : operand;
  });
};

/** Declares an elementwise operation. */
export const elementwise = /* @__NO_SIDE_EFFECTS__ */ (record: ElementwiseRecord): ElementwisePrimitive => {
  const { name } = record;
  const requireSignature = signatureOf(name, record.operands, record.sampleParams?.[0] ?? {});
  const partials = record.derivative?.(allAxes(record.operands).map(argument), result);
  const type = (inputs: readonly TensorType[], params: Params): TensorType => {
    requireSignature(inputs, params);
    const data = inputs.at(-1)!;
    requireDType(name, record.dtypes, data.dtype);
    inputs.forEach(({ dtype }, i) => {
      const wanted = (i === 0 && record.firstDType) || data.dtype;
      if (dtype !== wanted)
        throw new DTypeError(
          name,
          `operand ${i} is ${dtype}, not ${wanted}; write .astype("${wanted}") first`,
        );
    });
    return {
      shape: outputShape(name, inputs),
      dtype: record.resultDType ? record.resultDType(inputs, params) : data.dtype,
    };
  };
  const tangentOf = (
    primals: readonly Tensor[],
    tangents: readonly Tangent[],
    output: Tensor,
    params: Params,
  ): Tangent => {
    if (record.tangent) return record.tangent(primals, tangents, output, params);
    let sum: Tangent;
    partials?.forEach((partial, i) => {
      const tangent = tangents[i];
      if (tangent === undefined || isNumber(partial, 0)) return;
      const term = isNumber(partial, 1)
        ? tangent
        : isNumber(partial, -1)
          ? applyNamed("neg", [tangent])
          : applyNamed("mul", [evaluateExpression(partial, primals, output), tangent]);
      sum = sum === undefined ? term : applyNamed("add", [sum, term]);
    });
    return sum;
  };
  const primitive: ElementwisePrimitive = register({
    name,
    kind: "elementwise",
    partials,
    notation: record.notation,
    dtypes: record.dtypes,
    types: (inputs, params) => [type(inputs, params)],
    evaluate: (inputs, params, outputs) => [evaluate(record, inputs, params, outputs[0]!)],
    jvp: (primals, tangents, params) => {
      const primal = bindOne(primitive, primals, params);
      const tangent = tangentOf(primals, tangents, primal, params);
      return { primals: [primal], tangents: [tangent && broadcastTo(tangent, primal.shape)] };
    },
    ...(record.transpose && {
      transpose: ([cotangent], operands, params) =>
        cotangent
          ? record.transpose!(cotangent, operands, params).map(
              (part, i) => part && collect(part, operands[i]!),
            )
          : operands.map(() => undefined),
    }),
    batch: (operands, batched, size, params) => [
      bindOne(primitive, batchOperands(operands, batched, size), params),
    ],
    lowering: {
      form: "elementwise",
      scalar: (args, params, output) => record.scalar(args, output, params),
    },
    // Made when they are asked for: only tests do.
    get samples() {
      return samplesOf(record);
    },
  } satisfies ElementwisePrimitive);
  return primitive;
};

/** A scalar operand met every element, so its cotangent is the sum over them. */
const collect = (cotangent: Tensor, operand: TransposeOperand): Tensor => {
  const { shape } = typeOfOperand(operand);
  if (shape.length > 0) return broadcastTo(cotangent, shape);
  return reshape(reduceSum(cotangent, allAxes(cotangent.rank)), []);
};

/** Full operands, scalars, empty ones, and each operand in turn meeting scalars; the other domains in a row. */
const samplesOf = (record: ElementwiseRecord): Sample[] => {
  const operands = (shapes: readonly Shape[], domain: Domain) =>
    domain.map(([low, high], i) => ({
      shape: shapes[i]!,
      low,
      high,
      ...(i === 0 && record.firstDType && { dtype: record.firstDType }),
    }));
  const positions = allAxes(record.operands);
  const everywhere = (shape: Shape): Shape[] => positions.map(() => shape);
  const alone = (position: number): Shape[] => positions.map((other) => (other === position ? [7] : []));
  const shapes = [everywhere([3, 5]), everywhere([]), everywhere([2, 0])];
  if (record.operands > 1) shapes.push(...positions.map(alone));
  return (record.sampleParams ?? [{}]).flatMap((params) => [
    ...shapes.map((each) => ({ params, operands: operands(each, record.domain) })),
    ...(record.otherDomains ?? []).map((domain) => ({ params, operands: operands(everywhere([6]), domain) })),
  ]);
};
