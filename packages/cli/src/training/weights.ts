/** The weights of linear models in units that mean something to a person. */
import type { LinearRegression, LogisticRegression } from "downhill/learn";
import type { TargetScale } from "downhill-model/card";
import { featureNamesOf } from "downhill-model/plan";
import type { ColumnPlan, OneHotPlan, Plan } from "downhill-model/plan";

export interface Weight {
  readonly feature: string;
  /** Where it stands in the estimator's `coef`. */
  readonly place: number;
  /** Index of the class whose score it raises; null where there is one score only. */
  readonly classIndex: number | null;
  /** Change of the prediction when the feature grows by one standard deviation. */
  readonly perDeviation: number;
  /** … when it grows by one of the column's own unit, or when the category applies. */
  readonly perUnit: number;
  /** How many times the number in `coef` that is. */
  readonly unit: number;
}

interface Scale {
  readonly feature: string;
  readonly deviation: number;
  readonly isStandardised: boolean;
}

/** Training rows of each feature of the column. */
function rowsOf({ counts, others, missing }: OneHotPlan, trainingRows: number): number[] {
  const rest = trainingRows - missing - counts.reduce((sum, count) => sum + count, 0);
  return [...counts, ...(others.length > 0 ? [rest] : []), ...(missing > 0 ? [missing] : [])];
}

function scalesOf(column: ColumnPlan, trainingRows: number): Scale[] {
  const names = featureNamesOf(column);
  if (column.encoding === "number") {
    const { deviation, standardised } = column;
    return names.map((feature) => ({ feature, deviation, isStandardised: standardised }));
  }
  const rows = rowsOf(column, trainingRows);
  return names.map((feature, i) => {
    // Of a feature that is 1 in a share p of the rows and 0 in the others.
    const share = (rows[i] ?? 0) / trainingRows;
    return { feature, deviation: Math.sqrt(share * (1 - share)), isStandardised: false };
  });
}

/**
 * All weights, those that move the predictions most first: of a linear regression in the target's unit, of a logistic
 * one in log-odds.
 */
export function weightsOf(
  { coef }: LinearRegression | LogisticRegression,
  plan: Plan,
  targetScale: TargetScale | null,
): Weight[] {
  const scales = plan.columns.flatMap((column) => scalesOf(column, plan.trainingRows));
  const outputs = coef.size / scales.length;
  const unit = targetScale?.deviation ?? 1;
  const weights = Array.from(coef.data, (value, i): Weight => {
    const { feature, deviation, isStandardised } = scales[i % scales.length] ?? noScale;
    const weight = value * unit;
    return {
      feature,
      place: i,
      classIndex: outputs === 1 ? null : Math.floor(i / scales.length),
      perDeviation: isStandardised ? weight : weight * deviation,
      perUnit: isStandardised ? weight / deviation : weight,
      unit: isStandardised ? unit / deviation : unit,
    };
  });
  return weights.sort((a, b) => Math.abs(b.perDeviation) - Math.abs(a.perDeviation));
}

const noScale: Scale = { feature: "", deviation: 1, isStandardised: false };
