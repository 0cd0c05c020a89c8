/** Columns of mean 0 and deviation 1. */
import type { Tensor } from "../../tensor/tensor.ts";
import { columnStatistics, divisorOf } from "../column-statistics.ts";
import { type MatrixData, sampleWeights, type WeightOption } from "../data.ts";
import { withDefaults } from "../options.ts";
import { float64Vector, Scaler, type ScalerParameters } from "./scaler.ts";

export interface StandardScalerOptions {
  /** Subtract the mean. */
  readonly withMean: boolean;
  /** Divide by the standard deviation. */
  readonly withStd: boolean;
}

export interface StandardScalerParameters extends ScalerParameters {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/**
 * (x − mean) / standard deviation, column by column; the deviation is that of the population (divided by the number of rows, or
 * by the sum of `sampleWeight`), and a constant column is divided by 1.
 */
export class StandardScaler extends Scaler<StandardScalerParameters> {
  override readonly kind = "StandardScaler";
  readonly options: StandardScalerOptions;

  constructor(options: Partial<StandardScalerOptions> = {}) {
    super();
    this.options = withDefaults(this.kind, { withMean: true, withStd: true }, options);
  }

  /** The mean of each column: [columns]. */
  get mean(): Tensor {
    return this.known("mean").mean;
  }

  /** The variance of each column: [columns]. */
  get variance(): Tensor {
    return this.known("variance").variance;
  }

  /** What each column is divided by: [columns]. */
  get scale(): Tensor {
    return this.known("scale").divisor;
  }

  /** @internal */
  protected override learn(
    X: MatrixData,
    _y: unknown,
    { sampleWeight }: WeightOption,
  ): StandardScalerParameters {
    const matrix = this.matrix("fit", X);
    const rows = matrix.shape[0]!;
    const weights =
      sampleWeight === undefined ? undefined : sampleWeights(`${this.kind}.fit`, sampleWeight, rows);
    const statistics = columnStatistics(matrix, weights);
    const { withMean, withStd } = this.options;
    const columns = (value: (of: (typeof statistics)[number]) => number): Tensor =>
      float64Vector(Float64Array.from(statistics, value));
    return {
      mean: columns(({ mean }) => mean),
      variance: columns(({ variance }) => variance),
      offset: columns(({ mean }) => (withMean ? mean : 0)),
      divisor: columns((column) => (withStd ? divisorOf(column, rows) : 1)),
    };
  }
}
