/** Every broken training is diagnosed right: the cause that was planted comes first, with its figures and a cure that works. */
import {
  type AnyEstimator,
  describeDiagnosis,
  type Diagnosis,
  DivergenceError,
  MLPRegressor,
} from "downhill/learn";
import { describe, expect, test } from "vitest";
import { runaways } from "./runaways.ts";
import { sickOnes } from "./sick.ts";
import { diabetes, progression, type Training } from "./trainings.ts";

const fit = ({ model, X, y, options = {} }: Training): DivergenceError | undefined => {
  try {
    (model as { fit(X: unknown, y: unknown, options: object): unknown }).fit(X, y, options);
    return undefined;
  } catch (error) {
    if (error instanceof DivergenceError) return error;
    throw error;
  }
};

const diagnose = ({ model, X, y }: Training): Diagnosis =>
  (model as { diagnose(X: unknown, y: unknown): Diagnosis }).diagnose(X, y);

const expectFigures = (figures: Record<string, [unknown, unknown]>): void => {
  for (const [name, [found, expected]] of Object.entries(figures)) expect(found, name).toEqual(expected);
};

const parametersOf = (model: AnyEstimator): number[] => {
  const flat = (tree: unknown): number[] => {
    if (typeof tree !== "object" || tree === null) return [];
    if ("dtype" in tree) return Array.from((tree as unknown as { data: ArrayLike<number> }).data);
    return Object.values(tree).flatMap(flat);
  };
  return flat(model.parameters);
};

describe.each(runaways)("runs away: $name", ({ make, cause, figures, bad, says }) => {
  const training = make();
  const error = fit(training);

  test("the planted cause comes first", () => {
    const { causes } = error!.diagnosis!;
    expect(causes.map(({ kind }) => kind)[0]).toBe(cause);
    if (figures) expectFigures(figures(causes[0] as never));
    expect(error!.message).toMatch(says);
  });

  test("the change was tried, and cured it", () => {
    const [{ trial }] = error!.diagnosis!.causes as [Diagnosis["causes"][number]];
    expect(trial!.lastLoss).toBeLessThan(trial!.firstLoss);
    expect(error!.message).toMatch(/\(tried( \w+ \w+( \w+)?)?: the loss went from/);
  });

  test("the first bad number is found, if there is one", () => {
    const found = error!.diagnosis!.bad;
    if (error!.reason === "rising") {
      expect(found).toBeUndefined();
      return;
    }
    expect(Number.isFinite(found!.value)).toBe(false);
    expect(found!.step).toBeLessThanOrEqual(error!.step);
    expect(error!.message).toContain(`at step ${found!.step} (epoch ${found!.epoch}`);
    if (bad) expect(found).toMatchObject(bad);
  });

  test("the best parameters are kept, and the diagnosis with them", () => {
    expect(parametersOf(training.model).every((value) => Number.isFinite(value))).toBe(true);
    expect(diagnose(training)).toEqual(error!.diagnosis);
  });

  test("is the same every time", () => {
    expect(fit(make())!.message).toBe(error!.message);
  });
});

describe.each(sickOnes)("does not look right: $name", ({ make, warning, figures, says }) => {
  const training = make();
  const error = fit(training);
  const diagnosis = diagnose(training);

  test("the warning is given, with figures", () => {
    expect(error).toBeUndefined();
    expect(diagnosis).toMatchObject({ bad: undefined, causes: [] });
    expect(describeDiagnosis(diagnosis)).toMatch(says);
    const found = diagnosis.warnings.find(({ kind }) => kind === warning);
    expect(found).toBeDefined();
    if (figures) expectFigures(figures(found as never));
  });
});

describe("refused before it begins", () => {
  const cases = [
    {
      name: "a cell without a number",
      column: diabetes.X.map((row, i) => (i === 57 ? NaN : row[0]!)),
      says: "X has NaN in row 57, column 0 (counted from 0); fill in or leave out such rows",
    },
    {
      name: "a constant column, standardised by hand",
      column: diabetes.X.map(() => 0 / 0),
      says: "X has NaN in row 0, column 0 (counted from 0); so has every row: equal values divided by their standard deviation, 0, give that",
    },
    {
      name: "a cell that float32 cannot hold",
      column: diabetes.X.map((row, i) => (i === 57 ? 1e39 : row[0]!)),
      says: "X has Infinity in row 57, column 0 (counted from 0); it was 1e+39, and float32 ends at 3.4e38",
    },
  ];
  test.each(cases)("$name", ({ column, says }) => {
    const columns = column.map((value) => [value, 1]);
    expect(() => new MLPRegressor().fit(columns, progression)).toThrow(says);
  });
});
