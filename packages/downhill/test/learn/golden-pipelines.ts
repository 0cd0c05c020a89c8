/** The numbers of test/golden/pipelines.json. */
import type { RecordRows } from "downhill/learn";
import { type GoldenArray, readGolden } from "../golden-helpers/golden.ts";

type Cells = readonly (readonly (string | number | boolean)[])[];

interface GoldenPipelines {
  readonly scalers: {
    readonly X: GoldenArray;
    readonly cases: readonly {
      readonly scaler: "StandardScaler" | "MinMaxScaler";
      readonly sampleWeight?: readonly number[] | null;
      readonly featureRange?: readonly [number, number];
      readonly mean?: GoldenArray;
      readonly variance?: GoldenArray;
      readonly scale?: GoldenArray;
      readonly transformed: GoldenArray;
    }[];
  };
  readonly encoders: {
    readonly rows: Cells;
    readonly unknown: Cells;
    readonly categories: Cells;
    readonly cases: readonly {
      readonly drop: "first" | null;
      readonly encoded: GoldenArray;
      readonly unknown: GoldenArray;
    }[];
  };
  readonly mixed: {
    readonly rows: RecordRows;
    readonly y: readonly string[];
    readonly sampleWeight: readonly number[];
    readonly names: readonly string[];
    readonly coef: GoldenArray;
    readonly intercept: GoldenArray;
    readonly probabilities: GoldenArray;
    readonly score: number;
  };
  readonly folds: readonly {
    readonly folds: "KFold" | "StratifiedKFold";
    readonly rows?: number;
    readonly y?: readonly (string | number)[];
    readonly nSplits: number;
    readonly test: readonly (readonly number[])[];
  }[];
  readonly crossValidation: readonly {
    readonly model: "ridge" | "standardised logistic";
    readonly nSplits: number;
    readonly test: Readonly<Record<string, readonly number[]>>;
    readonly train: Readonly<Record<string, readonly number[]>>;
  }[];
  readonly crossValPredict: {
    readonly rows: readonly number[];
    readonly ridge: readonly number[];
    readonly logistic: readonly number[];
    readonly labels: readonly string[];
  };
  readonly gridSearch: {
    readonly nSplits: number;
    readonly params: readonly { readonly alpha: number; readonly fitIntercept: boolean }[];
    readonly meanTestScore: readonly number[];
    readonly stdTestScore: readonly number[];
    readonly rankTestScore: readonly number[];
    readonly meanTrainScore: readonly number[];
    readonly bestIndex: number;
    readonly bestScore: number;
    readonly firstPredictions: readonly number[];
  };
  readonly calibration: readonly {
    readonly dataset: "breast_cancer" | "wine";
    readonly method: "sigmoid" | "isotonic";
    readonly ensemble: boolean;
    readonly nSplits: number;
    readonly rows: readonly number[];
    readonly classes: readonly string[];
    readonly probabilities: GoldenArray;
  }[];
  readonly calibrators: {
    readonly scores: readonly number[];
    readonly labels: readonly number[];
    readonly sampleWeight: readonly number[];
    readonly sigmoid: readonly [a: number, b: number];
    readonly sigmoidWeighted: readonly [a: number, b: number];
    readonly points: readonly number[];
    readonly isotonic: readonly number[];
    readonly isotonicWeighted: readonly number[];
  };
}

export const golden = readGolden<GoldenPipelines>("pipelines");
