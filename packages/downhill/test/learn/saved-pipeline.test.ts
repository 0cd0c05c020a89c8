/** Pipelines saved and loaded again, and saved ones that are damaged. */
import type { Tensor } from "downhill";
import {
  CalibratedClassifierCV,
  ColumnTransformer,
  decodeSafetensors,
  encodeSafetensors,
  LinearRegression,
  loadPipeline,
  LogisticRegression,
  makePipeline,
  MinMaxScaler,
  MLPRegressor,
  ModelFormatError,
  NotFittedError,
  OneHotEncoder,
  Pipeline,
  type SavedPipeline,
  savePipeline,
  StandardScaler,
  type Transformer,
} from "downhill/learn";
import { describe, expect, test } from "vitest";
import { golden } from "./golden-pipelines.ts";
import { numbers, table, threeClasses, twoClasses } from "./subjects.ts";

interface Stored {
  readonly config: { [key: string]: unknown };
  readonly tensors: SavedPipeline["tensors"];
}

/** Through text and bytes, as a file would keep them. */
const stored = ({ config, tensors }: SavedPipeline): Stored => ({
  config: JSON.parse(JSON.stringify(config)) as Stored["config"],
  tensors: decodeSafetensors(encodeSafetensors(tensors)).tensors,
});

describe("predicts the same bits", () => {
  test("mixed columns and classes", () => {
    const { rows, y } = golden.mixed;
    const fitted = new Pipeline([
      [
        "columns",
        new ColumnTransformer(
          [
            [
              "numbers",
              makePipeline(new StandardScaler(), new MinMaxScaler({ featureRange: [-1, 1] })),
              ["mass"],
            ],
            ["texts", new OneHotEncoder({ drop: "first", handleUnknown: "ignore" }), ["island", "sexed"]],
          ],
          { remainder: "passthrough" },
        ),
      ],
      ["model", new LogisticRegression()],
    ]).fit(rows, y);
    const loaded = loadPipeline(stored(savePipeline(fitted)));
    expect(loaded.predictProba(rows).toArray()).toEqual(fitted.predictProba(rows).toArray());
    expect(loaded.predict(rows)).toEqual(fitted.predict(rows));
    expect(loaded.classes).toEqual(["no", "yes"]);
    expect(loaded.score(rows, y)).toBe(fitted.score(rows, y));
    const { columns } = loaded.namedSteps;
    expect((columns as ColumnTransformer).getFeatureNamesOut()).toEqual(
      fitted.namedSteps.columns.getFeatureNamesOut(),
    );
    // It can be fitted anew, and saved again.
    expect(loaded.clone().fit(rows, y).predictProba(rows).toArray()).toEqual(
      fitted.predictProba(rows).toArray(),
    );
    expect(savePipeline(loaded).config).toEqual(savePipeline(fitted).config);
  });

  test("a network, with its history", () => {
    const fitted = makePipeline(
      new StandardScaler({ withStd: false }),
      new MLPRegressor({ hiddenLayerSizes: [3], maxIter: 4 }),
    ).fit(table, numbers);
    const loaded = loadPipeline(stored(savePipeline(fitted)));
    expect((loaded.predict(table) as Tensor).data).toEqual(fitted.predict(table).data);
    expect((loaded.namedSteps["mlpregressor"] as MLPRegressor).history).toEqual(
      fitted.namedSteps.mlpregressor.history,
    );
  });

  test.each([
    ["sigmoid", twoClasses],
    ["isotonic", threeClasses],
  ] as const)("calibrated by %s", (method, y) => {
    const base = makePipeline(new StandardScaler(), new LogisticRegression());
    const fitted = makePipeline(new CalibratedClassifierCV(base, { method, cv: 2 })).fit(table, y);
    const loaded = loadPipeline(stored(savePipeline(fitted)));
    expect(loaded.predictProba(table).toArray()).toEqual(fitted.predictProba(table).toArray());
    expect(loaded.clone().fit(table, y).predictProba(table).toArray()).toEqual(
      fitted.predictProba(table).toArray(),
    );
  });
});

test("transformers alone", () => {
  const fitted = makePipeline(new StandardScaler()).fit(table);
  const loaded = loadPipeline(stored(savePipeline(fitted)));
  expect(loaded.transform(table).toArray()).toEqual(fitted.transform(table).toArray());
});

describe("what is refused", () => {
  const fitted = makePipeline(new StandardScaler(), new LinearRegression()).fit(table, numbers);
  const whole = stored(savePipeline(fitted));
  const refuses = (saved: Partial<Stored>, message: string): void => {
    const load = (): unknown => loadPipeline({ ...whole, ...saved });
    expect(load).toThrow(ModelFormatError);
    expect(load).toThrow(message);
  };
  const withSteps = (change: (steps: [string, Record<string, unknown>][]) => void): Partial<Stored> => {
    const config = structuredClone(whole.config);
    change(config["steps"] as [string, Record<string, unknown>][]);
    return { config };
  };

  test("what is no pipeline, or damaged", () => {
    refuses({ config: { ...whole.config, format: "downhill estimator" } }, 'format is "downhill estimator"');
    refuses({ config: { ...whole.config, version: 2 } }, "its version is 2; this downhill reads version 1");
    refuses({ config: { ...whole.config, steps: 3 } }, "steps is 3, not a list");
    refuses({ config: { ...whole.config, steps: [] } }, "there must be at least one step");
    refuses(
      withSteps((steps) => (steps[0]![1]["kind"] = "Scaler")),
      "format is missing",
    );
    refuses(
      withSteps((steps) => (steps[0]![1]["nFeatures"] = 0)),
      "nFeatures is 0, not a whole number from 1",
    );
    refuses(
      withSteps((steps) => (steps[0]![1]["nFeatures"] = 4)),
      "the tensor standardscaler.mean is float64[3], but should be float64[4]",
    );
    refuses(
      withSteps((steps) => (steps[0]![1]["options"] = { withMeen: true })),
      'there is no option "withMeen"',
    );
    refuses(
      withSteps((steps) => steps.reverse()),
      'the step "linearregression", a LinearRegression, does not transform',
    );
    const { ["standardscaler.offset"]: offset, ...others } = whole.tensors;
    refuses({ tensors: others }, "the tensor standardscaler.offset is missing");
    refuses({ tensors: { ...whole.tensors, more: offset! } }, "the tensor more is no part of the pipeline");
  });

  test("what is not fitted, or not ours", () => {
    expect(() => savePipeline(makePipeline(new StandardScaler()))).toThrow(NotFittedError);
    const own: Transformer = {
      kind: "Twice",
      isFitted: true,
      fit: () => own,
      transform: (X) => new StandardScaler().fitTransform(X),
      clone: () => own,
    };
    expect(() => savePipeline(makePipeline(own).fit(table))).toThrow(
      "savePipeline: a Twice cannot be saved; those that can are estimators and StandardScaler,",
    );
  });
});
