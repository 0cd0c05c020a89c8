/** Pipelines: what their steps do, together. */
import { tensor } from "downhill";
import {
  ColumnTransformer,
  DivergenceError,
  type Label,
  LinearRegression,
  LogisticRegression,
  makePipeline,
  MinMaxScaler,
  MLPRegressor,
  NotFittedError,
  OneHotEncoder,
  Pipeline,
  Ridge,
  StandardScaler,
} from "downhill/learn";
import { describe, expect, expectTypeOf, test } from "vitest";
import type { Tensor } from "downhill";
import { expectGolden } from "../golden-helpers/golden.ts";
import { golden } from "./golden-pipelines.ts";
import { numbers, table, threeClasses } from "./subjects.ts";

/** Both stop where the gradient is below 1e-12 or so, at curvatures around 1; scikit-learn stops by value, a little earlier. */
const sameOptimum = { absolute: 1e-6, relative: 1e-6 };

describe("mixed columns, scaled, encoded and classified", () => {
  const { rows, y, sampleWeight, names, coef, intercept, probabilities, score } = golden.mixed;
  const make = () =>
    new Pipeline([
      [
        "columns",
        new ColumnTransformer([
          ["numbers", new StandardScaler(), ["mass", "age"]],
          ["texts", new OneHotEncoder({ drop: "first" }), ["island", "sexed"]],
        ]),
      ],
      ["model", new LogisticRegression({ C: 2, tol: 1e-12, maxIter: 1000 })],
    ]);

  test("agrees with scikit-learn", () => {
    const pipeline = make().fit(rows, y, { sampleWeight });
    const { columns, model } = pipeline.namedSteps;
    expect(columns.getFeatureNamesOut().map((name) => name.replace("_true", "_True"))).toEqual(names);
    expectGolden(model.coef, coef, "coef", sameOptimum);
    expectGolden(model.intercept, intercept, "intercept", sameOptimum);
    expectGolden(pipeline.predictProba(rows), probabilities, "probabilities", sameOptimum);
    expect(pipeline.score(rows, y)).toBe(score);
    expect(pipeline.classes).toEqual(["no", "yes"]);
    expect(pipeline.decisionFunction(rows).shape).toEqual([rows.length]);
  });

  test("has the types of its steps", () => {
    const pipeline = make();
    expectTypeOf<ReturnType<typeof pipeline.predict>>().toEqualTypeOf<Label[]>();
    expectTypeOf(pipeline.namedSteps.model).toEqualTypeOf<LogisticRegression>();
    expectTypeOf<ReturnType<typeof pipeline.transform>>().toBeNever();
    const short = makePipeline(new StandardScaler(), new Ridge());
    expectTypeOf<ReturnType<typeof short.predict>>().toEqualTypeOf<Tensor>();
    expectTypeOf(short.namedSteps.standardscaler).toEqualTypeOf<StandardScaler>();
    // @ts-expect-error a scaler takes no records
    expect(() => short.fit([{ a: 1 }], [1])).toThrow();
    // @ts-expect-error numbers cannot be learnt from texts
    expect(() => short.fit([[1]], ["a"])).toThrow();
  });
});

test("is as the steps by hand, waiting or not, in pieces or at once", async () => {
  const make = () => makePipeline(new MinMaxScaler(), new StandardScaler(), new Ridge({ alpha: 0.5 }));
  const pipeline = make().fit(table, numbers);
  const [least, scale] = [new MinMaxScaler(), new StandardScaler()];
  const X = scale.fitTransform(least.fitTransform(table));
  const model = new Ridge({ alpha: 0.5 }).fit(X, numbers);
  const expected = model.predict(X).toArray();
  expect(pipeline.predict(table).toArray()).toEqual(expected);
  expect(pipeline.score(table, numbers)).toBe(model.score(X, numbers));
  expect((await make().fitAsync(table, numbers)).predict(table).toArray()).toEqual(expected);
  const pieces = make().fitInSteps(table, numbers);
  let state = pieces.next();
  while (state.done !== true) state = pieces.next();
  expect(state.value.predict(table).toArray()).toEqual(expected);
  expect(pipeline.nFeatures).toBe(3);
  expect(pipeline.steps.map(([name]) => name)).toEqual(["minmaxscaler", "standardscaler", "ridge"]);
  // A clone is not fitted, and leaves what it was cloned from as it was.
  const clone = pipeline.clone();
  expect(clone.isFitted).toBe(false);
  clone.fit(table, threeClasses);
  expect(pipeline.predict(table).toArray()).toEqual(expected);
});

test("validation goes through the same steps, weights and events to the last one", () => {
  const given = { solver: "adam", learningRate: 0.05, maxIter: 8, tol: 0 } as const;
  const losses: number[] = [];
  const pipeline = makePipeline(new StandardScaler(), new LinearRegression(given)).fit(table, numbers, {
    validation: { X: table.slice(0, 20), y: numbers.slice(0, 20) },
    onEpoch: ({ loss }) => void losses.push(loss),
  });
  const scaler = new StandardScaler();
  const X = scaler.fitTransform(table);
  const direct = new LinearRegression(given).fit(X, numbers, {
    validation: { X: scaler.transform(table.slice(0, 20)), y: numbers.slice(0, 20) },
  });
  const { linearregression: model } = pipeline.namedSteps;
  expect(model.history.validationLoss).toEqual(direct.history.validationLoss);
  expect(losses).toEqual(direct.history.loss);
});

test("nested arrays reach a network in float32, tensors as they are", () => {
  const network = () => new MLPRegressor({ hiddenLayerSizes: [3], maxIter: 2 });
  const nested = makePipeline(new StandardScaler(), network()).fit(table, numbers);
  expect(nested.namedSteps.mlpregressor.coefs[0]!.dtype).toBe("float32");
  const X = tensor(table, { dtype: "float64" });
  const given = makePipeline(new StandardScaler(), network()).fit(X, numbers);
  expect(given.namedSteps.mlpregressor.coefs[0]!.dtype).toBe("float64");
  expect(
    makePipeline(new StandardScaler(), new Ridge()).fit(table, numbers).namedSteps.ridge.coef.dtype,
  ).toBe("float64");
});

test("transformers alone are a transformer", () => {
  const both = makePipeline(new StandardScaler(), new MinMaxScaler());
  const X = both.fitTransform(table);
  expect(Math.min(...X.data)).toBe(0);
  const within = makePipeline(both.clone(), new LinearRegression()).fit(table, numbers);
  expect(within.score(table, numbers)).toBeCloseTo(
    new LinearRegression().fit(table, numbers).score(table, numbers),
    12,
  );
});

describe("what goes wrong says in which step", () => {
  test("a step", () => {
    const pipeline = new Pipeline([
      ["scale", new StandardScaler()],
      ["model", new LogisticRegression()],
    ]);
    expect(() => pipeline.predict(table)).toThrow(NotFittedError);
    expect(() => pipeline.fit([[1], [NaN]], ["a", "b"])).toThrow(
      'Pipeline.fit: step "scale": StandardScaler.fit: X has NaN in row 1',
    );
    expect(() => pipeline.fit([[1], [2]], ["a"])).toThrow(
      'Pipeline.fit: step "model": LogisticRegression.fit: X has 2 rows, but y has 1',
    );
    pipeline.fit([[1], [2]], ["a", "b"]);
    expect(() => pipeline.predict([[1, 2]])).toThrow(
      'Pipeline.predict: step "scale": StandardScaler.transform: X has 2 columns, but the model was fitted with 1',
    );
    expect(() => pipeline.transform([[1]])).toThrow(
      'Pipeline.transform: the last step "model", a LogisticRegression, has no transform',
    );
  });

  test("a training that runs away is the error that it is, and leaves the best model", () => {
    const pipeline = makePipeline(
      new StandardScaler(),
      new LinearRegression({ solver: "sgd", learningRate: 50 }),
    );
    let found: unknown;
    try {
      pipeline.fit(table, numbers);
    } catch (error) {
      found = error;
    }
    expect(found).toBeInstanceOf(DivergenceError);
    expect((found as Error).message).toMatch(
      /^Pipeline\.fit: step "linearregression": LinearRegression\.fit: the loss/,
    );
    expect((found as Error).stack).toContain('step "linearregression"');
    expect(pipeline.predict(table).shape).toEqual([table.length]);
  });

  test("how it is made", () => {
    expect(() => new Pipeline([])).toThrow("there must be at least one step");
    expect(() => makePipeline(new Ridge(), new StandardScaler())).toThrow(
      'Pipeline: the step "ridge", a Ridge, does not transform; only the last step may be a model',
    );
    const scaler = new StandardScaler();
    expect(() => new Pipeline([["a", scaler], ["a", scaler]])).toThrow('two steps are named "a"'); // prettier-ignore
    expect(makePipeline(scaler, scaler.clone()).steps.map(([name]) => name)).toEqual([
      "standardscaler-1",
      "standardscaler-2",
    ]);
  });
});
