/** The tables and models that selection is tried on, and how close to scikit-learn's its numbers are. */
import { LogisticRegression, makePipeline, StandardScaler } from "downhill/learn";
import { expect } from "vitest";
import { readTable } from "../tables.ts";

export const close = (found: readonly number[], expected: readonly number[], tolerance: number): void => {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(expected[i]!)),
    );
  });
};

/** Solved directly, with condition numbers of some thousands: rounding of 1e-16 times that, and a margin for sums. */
export const solved = 1e-10;
/** Both stop at gradients around 1e-10 or below, where scores differ by less than that over the least curvature. */
export const sameOptimum = 1e-6;

export const diabetes = (() => {
  const { X, y } = readTable("diabetes");
  return { X, y: y.map(Number) };
})();
export const cancer = readTable("breast_cancer");
export const standardised = (): ReturnType<
  typeof makePipeline<readonly [StandardScaler, LogisticRegression]>
> => makePipeline(new StandardScaler(), new LogisticRegression({ tol: 1e-12, maxIter: 1000 }));
