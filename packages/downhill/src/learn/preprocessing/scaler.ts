/** What scalers have in common: each column by a line of its own, (x − offset) / divisor. */
import { wrap } from "../../tensor/create.ts";
import { allocate } from "../../tensor/dtype.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { designMatrix, type MatrixData } from "../data.ts";
import { FittedTransformer, inputNames } from "./transformer.ts";
import { numbersOfRows } from "./table.ts";

/** The line of each column, and what it was made from. All are [columns] in float64. */
export interface ScalerParameters {
  readonly offset: Tensor;
  readonly divisor: Tensor;
}

export const float64Vector = (values: Float64Array): Tensor => wrap(values, [values.length], "float64");

const linewise = (X: Tensor, line: (value: number, column: number) => number): Tensor => {
  const { data, shape, dtype } = X;
  const columns = shape[1]!;
  const values = allocate(dtype, data.length);
  for (let i = 0; i < data.length;)
    for (let column = 0; column < columns; column++, i++) values[i] = line(data[i]!, column);
  return wrap(values, shape, dtype);
};

export abstract class Scaler<P extends ScalerParameters> extends FittedTransformer<MatrixData, P> {
  /** @internal X as a tensor [rows, columns]: nested arrays as float64, tensors in their float dtype. */
  protected matrix(asked: string, X: MatrixData, columns?: number): Tensor {
    const operation = `${this.kind}.${asked}`;
    return designMatrix(operation, numbersOfRows(operation, X), "float64", columns);
  }

  /** How many columns X has. */
  get nFeatures(): number {
    return this.known("nFeatures").offset.size;
  }

  /** What was learnt, as tensors [columns]. */
  get parameters(): P {
    return this.known("parameters");
  }

  /** X scaled: [rows, columns]. Tensors keep their float dtype, nested arrays become float64. */
  override transform(X: MatrixData): Tensor {
    const { offset, divisor } = this.known("transform");
    return linewise(
      this.matrix("transform", X, offset.size),
      (value, column) => (value - offset.data[column]!) / divisor.data[column]!,
    );
  }

  /** What `transform` made, back in the units of the table. */
  inverseTransform(X: MatrixData): Tensor {
    const { offset, divisor } = this.known("inverseTransform");
    return linewise(
      this.matrix("inverseTransform", X, offset.size),
      (value, column) => value * divisor.data[column]! + offset.data[column]!,
    );
  }

  override getFeatureNamesOut(inputFeatures?: readonly string[]): string[] {
    return [...inputNames(`${this.kind}.getFeatureNamesOut`, this.nFeatures, inputFeatures)];
  }
}
