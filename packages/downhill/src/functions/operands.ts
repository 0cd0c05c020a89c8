/** Bringing operands together: numbers take the other operand's dtype, dtypes are promoted, shapes broadcast. */
import { type DType, promote, toFloating, weakDType } from "../tensor/dtype.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { broadcastShapes } from "../tensor/shape.ts";
import { literal, Tensor } from "../tensor/tensor.ts";
import type { Operand } from "../tensor/tensor.ts";
import { convert } from "../primitives/logic.ts";
import { broadcastTo } from "../primitives/movement.ts";

const numberDType = (value: number | boolean): DType => (typeof value === "boolean" ? "bool" : "float32");

/** The dtype of operands together: that of the tensors among them, where numbers have no say unless they must. */
export const jointDType = (operands: readonly Operand[]): DType => {
  const tensors = operands.filter((operand) => operand instanceof Tensor);
  if (tensors.length === 0) return operands.map((value) => numberDType(value as number)).reduce(promote);
  const dtype = tensors.map((tensor) => tensor.dtype).reduce(promote);
  return operands.reduce<DType>(
    (joint, operand) => (operand instanceof Tensor ? joint : promote(joint, weakDType(operand, joint))),
    dtype,
  );
};

/** A tensor of dtype `dtype`: numbers become scalars of the program text. */
export const asTensor = (operand: Operand, dtype?: DType): Tensor => {
  if (!(operand instanceof Tensor)) {
    // JavaScript may have given anything, of which arithmetic would silently make NaN.
    if (typeof operand !== "number" && typeof operand !== "boolean")
      throw new ArgumentError("operand", `${String(operand)} is no tensor and no number; write tensor(…)`);
    return literal(Number(operand), dtype ?? numberDType(operand));
  }
  return dtype === undefined ? operand : convert(operand, dtype);
};

/** Operands of one dtype and one shape (scalars stay scalars: elementwise operations take them as they are). */
export const together = (
  operation: string,
  operands: readonly Operand[],
  dtypeOf: (joint: DType) => DType = (joint) => joint,
): Tensor[] => {
  const dtype = dtypeOf(jointDType(operands));
  const tensors = operands.map((operand) => asTensor(operand, dtype));
  const shape = broadcastShapes(
    operation,
    tensors.map((tensor) => tensor.shape),
  );
  return tensors.map((tensor) => (tensor.rank === 0 ? tensor : broadcastTo(tensor, shape)));
};

/** A two-operand operation with NumPy's broadcasting. */
export const binary =
  (operation: string, bind: (a: Tensor, b: Tensor) => Tensor, dtypeOf?: (joint: DType) => DType) =>
  (a: Operand, b: Operand): Tensor => {
    const [left, right] = together(operation, [a, b], dtypeOf);
    return bind(left!, right!);
  };

/** Integers and booleans become float32. */
export const floating = (x: Operand): Tensor => {
  const tensor = asTensor(x);
  return convert(tensor, toFloating(tensor.dtype));
};

/** A function of one float operand; integers become float32. */
export const ofFloat =
  (bind: (x: Tensor) => Tensor) =>
  (x: Operand): Tensor =>
    bind(floating(x));

/** Booleans become int32, as arithmetic on them needs. */
export const numeric = (dtype: DType): DType => (dtype === "bool" ? "int32" : dtype);
