/** Columns between two bounds. */
import type { Tensor } from "../../tensor/tensor.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { clip } from "../../functions/activations.ts";
import type { MatrixData } from "../data.ts";
import { withDefaults } from "../options.ts";
import { float64Vector, Scaler, type ScalerParameters } from "./scaler.ts";

export interface MinMaxScalerOptions {
  /** What the least and the greatest cell of each column become. */
  readonly featureRange: readonly [least: number, greatest: number];
  /** Keep cells of other tables that are less or greater at the bounds. */
  readonly clip: boolean;
}

export interface MinMaxScalerParameters extends ScalerParameters {
  readonly dataMin: Tensor;
  readonly dataMax: Tensor;
}

/**
 * Each column so that its least cell becomes the lower bound and its greatest the upper one. A constant column becomes the lower
 * bound: its range counts as 1.
 */
export class MinMaxScaler extends Scaler<MinMaxScalerParameters> {
  override readonly kind = "MinMaxScaler";
  readonly options: MinMaxScalerOptions;

  constructor(options: Partial<MinMaxScalerOptions> = {}) {
    super();
    this.options = withDefaults<MinMaxScalerOptions>(
      this.kind,
      { featureRange: [0, 1], clip: false },
      options,
    );
    const [least, greatest] = this.options.featureRange;
    if (!(least < greatest && Number.isFinite(greatest - least)))
      throw new ArgumentError(
        this.kind,
        `featureRange is ${JSON.stringify(this.options.featureRange)}; write the lower bound first, such as [0, 1]`,
      );
  }

  /** The least cell of each column: [columns]. */
  get dataMin(): Tensor {
    return this.known("dataMin").dataMin;
  }

  /** The greatest cell of each column: [columns]. */
  get dataMax(): Tensor {
    return this.known("dataMax").dataMax;
  }

  override transform(X: MatrixData): Tensor {
    const scaled = super.transform(X);
    const [least, greatest] = this.options.featureRange;
    return this.options.clip ? clip(scaled, least, greatest) : scaled;
  }

  /** @internal */
  protected override learn(X: MatrixData): MinMaxScalerParameters {
    const { data, shape } = this.matrix("fit", X);
    const columns = shape[1]!;
    const dataMin = new Float64Array(columns).fill(Infinity);
    const dataMax = new Float64Array(columns).fill(-Infinity);
    for (let i = 0; i < data.length;)
      for (let column = 0; column < columns; column++, i++) {
        dataMin[column] = Math.min(dataMin[column]!, data[i]!);
        dataMax[column] = Math.max(dataMax[column]!, data[i]!);
      }
    const [least, greatest] = this.options.featureRange;
    const divisor = dataMin.map((from, column) => {
      const range = dataMax[column]! - from;
      // scikit-learn's bound of what counts as constant.
      return (range < 10 * Number.EPSILON ? 1 : range) / (greatest - least);
    });
    return {
      dataMin: float64Vector(dataMin),
      dataMax: float64Vector(dataMax),
      divisor: float64Vector(divisor),
      offset: float64Vector(dataMin.map((from, column) => from - least * divisor[column]!)),
    };
  }
}
