/** Estimators saved and loaded again, and saved models that are damaged. */
import { tensor, Tensor } from "downhill";
import {
  type AnyEstimator,
  decodeSafetensors,
  ElasticNet,
  encodeSafetensors,
  type EstimatorKind,
  Lasso,
  LinearRegression,
  loadModel,
  HuberRegressor,
  LinearSVC,
  LogisticRegression,
  PoissonRegressor,
  SGDClassifier,
  SGDRegressor,
  MLPClassifier,
  MLPRegressor,
  ModelFormatError,
  NotFittedError,
  Ridge,
  type SavedModel,
  saveModel,
} from "downhill/learn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromJson, type Json, toJson } from "../../src/learn/saved/options.ts";

/** Through text and bytes, as a file would keep them. */
const stored = ({ config, tensors }: SavedModel): { config: unknown; tensors: SavedModel["tensors"] } => ({
  config: JSON.parse(JSON.stringify(config)) as unknown,
  tensors: decodeSafetensors(encodeSafetensors(tensors)).tensors,
});

const rows = 24;
/** Irregular, so that no two columns depend on each other. */
const X = Array.from({ length: rows }, (_, i) => [Math.sin(i * i), Math.cos(3 * i), ((i * 7) % 5) - 2]);
const y = X.map(([a, b, c], i) => 2 * a! - b! + 0.5 * c! + 3 + 0.3 * Math.sin(11 * i));
const counts = y.map((value) => Math.round(Math.abs(value)));
const severalY = y.map((value, i) => [value, X[i]![0]! - value]);
const two = y.map((value) => (value > 3 ? "high" : "low"));
const three = y.map((value) => (value > 4 ? 30 : value > 2 ? 20 : 10));
const X32 = tensor(X, { dtype: "float32" });

const newcomers = X.map(([a, b, c]) => [a! + 0.1, b! * 2, c! - 1]);

const few = { maxIter: 5, hiddenLayerSizes: [4, 3] } as const;

/** At least one fitted estimator of each kind. */
const fitted: Readonly<Record<EstimatorKind, readonly [what: string, make: () => AnyEstimator][]>> = {
  LinearRegression: [
    ["", () => new LinearRegression().fit(X, y)],
    ["in float32", () => new LinearRegression().fit(X32, y)],
    ["of several targets", () => new LinearRegression().fit(X, severalY)],
    ["without intercept", () => new LinearRegression({ fitIntercept: false }).fit(X, y)],
    ["by steps", () => new LinearRegression({ solver: "adam", maxIter: 7 }).fit(X, y)],
  ],
  Ridge: [
    ["", () => new Ridge({ alpha: 0.1 }).fit(X, y)],
    ["of several targets", () => new Ridge({ fitIntercept: false }).fit(X, severalY)],
  ],
  Lasso: [["", () => new Lasso({ alpha: 0.3 }).fit(X, y)]],
  ElasticNet: [["", () => new ElasticNet({ alpha: 0.2, l1Ratio: 0.7, fitIntercept: false }).fit(X, y)]],
  LogisticRegression: [
    ["of two classes", () => new LogisticRegression().fit(X, two)],
    ["of three, without penalty", () => new LogisticRegression({ C: Infinity, maxIter: 3 }).fit(X, three)],
    [
      "of booleans",
      () =>
        new LogisticRegression().fit(
          X,
          two.map((label) => label === "high"),
        ),
    ],
    [
      "with class weights in a map",
      () =>
        new LogisticRegression({
          classWeight: new Map([
            [10, 2],
            [30, 0.5],
          ]),
        }).fit(X, three),
    ],
    [
      "with class weights by name, in float32",
      () => new LogisticRegression({ classWeight: { high: 3 }, solver: "newton" }).fit(X32, two),
    ],
  ],
  PoissonRegressor: [
    ["", () => new PoissonRegressor({ alpha: 0.1 }).fit(X, counts)],
    ["in float32, without intercept", () => new PoissonRegressor({ fitIntercept: false }).fit(X32, counts)],
  ],
  HuberRegressor: [
    ["", () => new HuberRegressor().fit(X, y)],
    ["without intercept", () => new HuberRegressor({ epsilon: 2, fitIntercept: false }).fit(X32, y)],
  ],
  LinearSVC: [
    ["of two classes", () => new LinearSVC().fit(X, two)],
    ["of three", () => new LinearSVC({ C: 0.3, classWeight: "balanced" }).fit(X, three)],
  ],
  SGDRegressor: [["", () => new SGDRegressor({ maxIter: 5, penalty: "l1" }).fit(X, y)]],
  SGDClassifier: [
    ["of two classes", () => new SGDClassifier({ maxIter: 5 }).fit(X, two)],
    [
      "of three, in parts",
      () =>
        new SGDClassifier({ loss: "modifiedHuber", fitIntercept: false }).partialFit(X, three, {
          classes: [10, 20, 30],
        }),
    ],
  ],
  MLPRegressor: [
    ["", () => new MLPRegressor({ ...few, earlyStopping: true }).fit(X, y)],
    [
      "of several targets, in float64",
      () => new MLPRegressor(few).fit(tensor(X, { dtype: "float64" }), severalY),
    ],
    ["without hidden layers", () => new MLPRegressor({ ...few, hiddenLayerSizes: [] }).fit(X, y)],
  ],
  MLPClassifier: [
    ["of two classes", () => new MLPClassifier({ ...few, activation: "tanh" }).fit(X, two)],
    ["of three", () => new MLPClassifier({ ...few, solver: "lbfgs", classWeight: "balanced" }).fit(X, three)],
  ],
};

const cases = Object.values(fitted).flatMap((entries) =>
  entries.map(([what, make]) => [`${make().kind} ${what}`.trim(), make] as const),
);

/** The same with what tensors hold in their place: two tensors of equal values are two all the same. */
const plain = (node: unknown): unknown => {
  if (node instanceof Tensor) return { dtype: node.dtype, shape: node.shape, values: node.data };
  if (Array.isArray(node)) return node.map(plain);
  const isObject =
    typeof node === "object" && node !== null && Object.getPrototypeOf(node) === Object.prototype;
  return isObject ? Object.fromEntries(Object.entries(node).map(([key, part]) => [key, plain(part)])) : node;
};

const knowsProbabilities = (model: AnyEstimator): model is LogisticRegression =>
  "predictProba" in model && (model.kind !== "SGDClassifier" || model.options.loss === "modifiedHuber");

const predictionsOf = (model: AnyEstimator): unknown[] =>
  "classes" in model
    ? [
        model.predict(newcomers),
        knowsProbabilities(model) && model.predictProba(newcomers),
        model.decisionFunction(newcomers),
      ]
    : [model.predict(newcomers)];

/** What a model knows, apart from what `predict` does with it. */
const knowledge = (model: AnyEstimator): Record<string, unknown> => {
  const { kind, options, parameters, nFeatures, history, nIter, stopReason, bestEpoch } = model;
  const { converged, objective, objectiveValue, isFitted } = model;
  return {
    ...{ kind, options, parameters, nFeatures, history, nIter, stopReason, bestEpoch },
    ...{ converged, objective, objectiveValue, isFitted },
    classes: "classes" in model ? model.classes : undefined,
  };
};

describe("saved and loaded", () => {
  test.each(cases)("%s", (_what, make) => {
    const model = make();
    const saved = saveModel(model);
    const loaded = loadModel(stored(saved));
    expect(loaded.constructor).toBe(model.constructor);
    expect(plain(knowledge(loaded))).toStrictEqual(plain(knowledge(model)));
    expect(plain(predictionsOf(loaded))).toStrictEqual(plain(predictionsOf(model)));
    expect(plain(saveModel(loaded))).toStrictEqual(plain(saved));
  });

  test.each(Object.keys(fitted) as EstimatorKind[])("every tensor of %s is at its path", (kind) => {
    const model = fitted[kind][0]![1]();
    const { tensors } = saveModel(model);
    const values = (tree: unknown): Tensor[] =>
      Object.values(tree as object).flatMap((part: unknown) =>
        part !== null && typeof part === "object" && "dtype" in part ? [part as Tensor] : values(part),
      );
    const parameters = Object.entries(tensors).filter(([path]) => path.startsWith("parameters."));
    expect(parameters.map(([, value]) => value)).toEqual(values(model.parameters));
    for (const [path, value] of parameters) {
      const found = path
        .split(".")
        .slice(1)
        .reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], model.parameters);
      expect(found).toBe(value);
    }
  });

  test("the form is the one that files have", () => {
    const saved = saveModel(new Ridge({ alpha: 2 }).fit([[1], [2], [3]], [2, 4, 6]));
    expect(JSON.parse(JSON.stringify(saved.config))).toEqual({
      format: "downhill estimator",
      version: 1,
      kind: "Ridge",
      options: expect.objectContaining({ alpha: 2, fitIntercept: true, solver: "newton" }) as unknown,
      nFeatures: 1,
      parameters: { coef: "float64[1]", intercept: "float64[]" },
      history: { epoch: "float64[1]", loss: "float64[1]", seconds: "float64[1]" },
      nIter: 1,
      bestEpoch: 1,
      stopReason: "converged",
      objective: "Σ (y − Xw − b)² + 2·Σ w²",
      // Σ of centred x·y is 4, of x² 2: w = 4 / (2 + 2) = 1, residuals 1, 0, −1: 2 + 2·1.
      objectiveValue: 4,
    });
    expect(saved.tensors["parameters.coef"]!.toArray()).toEqual([1]);
    expect(saved.tensors["parameters.intercept"]!.item()).toBe(2);
  });

  test("a loaded model goes on learning from where it was", () => {
    const options = { warmStart: true, maxIter: 2, tol: 0 };
    const model = new LogisticRegression(options).fit(X, two);
    const loaded = loadModel(stored(saveModel(model))) as LogisticRegression;
    expect(plain(loaded.fit(X, two).parameters)).toStrictEqual(plain(model.fit(X, two).parameters));
  });

  test("a model that has not been fitted has nothing to save", () => {
    expect(() => saveModel(new Lasso())).toThrow(NotFittedError);
  });
});

describe("options as JSON", () => {
  const same = (value: unknown): void => {
    expect(fromJson(JSON.parse(JSON.stringify(toJson(value))) as Json)).toStrictEqual(value);
  };

  test("numbers and maps that JSON does not have", () => {
    same([NaN, Infinity, -Infinity, -0, 0, 5e-324, Number.MAX_VALUE]);
    same(
      new Map<unknown, unknown>([
        ["a", 1],
        [2, Infinity],
        [true, new Map()],
      ]),
    );
    same({ $number: "Infinity" });
    same({ $map: 1, other: { $object: [] } });
  });

  test("any nesting of values", () => {
    const leaf = fc.oneof(fc.double(), fc.string(), fc.boolean(), fc.constant(null));
    const key = fc.oneof(fc.string(), fc.constantFrom("$number", "$map", "$object", "$", "__proto__"));
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(key, tie("value"), { maxKeys: 3, noNullPrototype: true }),
        fc.array(fc.tuple(leaf, tie("value")), { maxLength: 3 }).map((pairs) => new Map(pairs)),
      ),
    }));
    fc.assert(fc.property(value, same));
  });

  test.each([
    { $number: 3 },
    { $number: "1" },
    { $map: 3 },
    { $map: [[1]] },
    { $unknown: 1 },
    { $number: "NaN", more: 1 },
  ])("%j is refused", (json) => {
    expect(() => fromJson(json as unknown as Json)).toThrow(ModelFormatError);
  });
});

describe("damaged", () => {
  type Damage = (saved: { config: Record<string, unknown>; tensors: Record<string, Tensor> }) => void;

  const expectRefusal = (model: AnyEstimator, damage: Damage, reason: RegExp): void => {
    const { config, tensors } = stored(saveModel(model));
    const damaged = { config: { ...(config as Record<string, unknown>) }, tensors: { ...tensors } };
    damage(damaged);
    let error: unknown;
    try {
      loadModel(damaged);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(ModelFormatError);
    expect((error as ModelFormatError).reason).toMatch(reason);
    expect((error as ModelFormatError).message).toBe(`loadModel: ${(error as ModelFormatError).reason}`);
  };

  const set =
    (name: string, value: unknown): Damage =>
    ({ config }) => {
      if (value === undefined) delete config[name];
      else config[name] = value;
    };
  const option =
    (name: string, value: unknown): Damage =>
    ({ config }) => {
      config["options"] = { ...(config["options"] as object), [name]: value };
    };
  const replace =
    (path: string, value: Tensor | undefined): Damage =>
    ({ tensors }) => {
      if (value === undefined) delete tensors[path];
      else tensors[path] = value;
    };
  const f64 = (shape: readonly number[]): Tensor =>
    tensor(new Float64Array(shape.reduce((a, b) => a * b, 1)), { shape });
  /** Another tensor, and a structure that says so. */
  const reshaped =
    (value: Tensor, structure: unknown): Damage =>
    (saved) => {
      replace("parameters.coef", value)(saved);
      set("parameters", structure)(saved);
    };

  const ridge = new Ridge().fit(X, y);
  const damages: [what: string, damage: Damage, reason: RegExp][] = [
    ["another format", set("format", "pickle"), /^format is "pickle", not "downhill estimator"/],
    ["no format", set("format", undefined), /^format is missing/],
    ["a newer version", set("version", 2), /version is 2; this downhill reads version 1/],
    [
      "an unknown kind",
      set("kind", "RandomForest"),
      /kind is "RandomForest", not one of LinearRegression, Ridge/,
    ],
    ["a kind of every object", set("kind", "toString"), /kind is "toString"/],
    ["options that are a list", set("options", []), /options is \[\], not an object/],
    ["an unknown option", option("depth", 3), /its options are refused: .*there is no option "depth"/],
    ["an option out of range", option("alpha", -1), /its options are refused: .*alpha is -1/],
    ["an option of another type", option("fitIntercept", "no"), /fitIntercept is no; write true or false/],
    ["an option of no form", option("alpha", { $number: "ten" }), /is no value of an option/],
    ["no features", set("nFeatures", 0), /nFeatures is 0, not a whole number from 1/],
    ["other features", set("nFeatures", 4), /coef":"float64\[3\]".*coef":"float64\[4\]".* as Ridge/],
    ["features without a number", set("nFeatures", undefined), /nFeatures is missing/],
    ["classes", set("classes", ["a", "b"]), /classes is \["a","b"\], not known to a Ridge/],
    ["no parameters", set("parameters", undefined), /parameters is missing/],
    ["parameters that are numbers", set("parameters", { coef: 3 }), /has 3 at parameters.coef/],
    ["parameters that are empty", set("parameters", { coef: [] }), /parameters/],
    ["a missing tensor", replace("parameters.coef", undefined), /the tensor parameters.coef is missing/],
    ["another shape", replace("parameters.coef", f64([4])), /is float64\[4\], but should be float64\[3\]/],
    [
      "another dtype",
      replace("parameters.coef", tensor([1, 2, 3])),
      /is float32\[3\], but should be float64\[3\]/,
    ],
    ["a tensor too many", replace("parameters.bias", f64([3])), /parameters.bias is no part of the model/],
    ["a missing history", replace("history.loss", undefined), /history.loss is missing/],
    ["an intercept too many", option("fitIntercept", false), /\{"coef":"float64\[3\]"\} as Ridge/],
    [
      "coefficients in integers",
      reshaped(tensor([1, 2, 3], { dtype: "int32" }), { coef: "int32[3]", intercept: "float64[]" }),
      /"coef":"int32\[3\]"/,
    ],
    [
      "dtypes that differ",
      reshaped(tensor([1, 2, 3]), { coef: "float32[3]", intercept: "float64[]" }),
      /"coef":"float32\[3\]"/,
    ],
    [
      "coefficients of three axes",
      reshaped(f64([2, 1, 3]), { coef: "float64[2, 1, 3]", intercept: "float64[]" }),
      /"coef":"float64\[2, 1, 3\]"/,
    ],
    ["history of unequal lengths", set("history", { epoch: "float64[1]", loss: "float64[2]" }), /history/],
    ["history of unknown lists", set("history", { mood: "float64[1]" }), /history/],
    ["a negative count", set("nIter", -1), /nIter is -1, not a whole number from 0/],
    ["a count with a fraction", set("bestEpoch", 0.5), /bestEpoch is 0.5/],
    ["an unknown end", set("stopReason", "bored"), /stopReason is "bored", not one of converged, maxIter/],
    ["an objective that is no text", set("objective", 3), /objective is 3, not text/],
    ["an objective without a value", set("objectiveValue", null), /objectiveValue is null, not a number/],
  ];
  test.each(damages)("%s", (_what, damage, reason) => {
    expectRefusal(ridge, damage, reason);
  });

  const logistic = new LogisticRegression().fit(X, three);
  test.each<[string, unknown, RegExp]>([
    ["no classes", undefined, /classes is missing/],
    ["one class", ["a"], /classes is \["a"\], not a list of two or more/],
    ["classes that are text", "ab", /classes is "ab"/],
    ["classes in disorder", [20, 10, 30], /not sorted and distinct/],
    ["a class twice", [10, 20, 20], /not sorted and distinct/],
    ["classes of two kinds", [10, "20", 30], /its classes are refused: .*mixes kinds/],
    ["classes of no kind", [null, null, null], /its classes are refused/],
    ["another number of classes", [10, 20], /"float64\[1, 3\]"/],
  ])("%s", (_what, classes, reason) => {
    expectRefusal(logistic, set("classes", classes), reason);
  });

  const network = new MLPClassifier(few).fit(X, three);
  test.each<[string, Damage, RegExp]>([
    ["other hidden layers", option("hiddenLayerSizes", [4]), /as MLPClassifier/],
    ["hidden layers that are a number", option("hiddenLayerSizes", 4), /its options are refused/],
    ["layers that are no list", set("parameters", { layers: {} }), /parameters/],
    ["no layer at all", set("parameters", {}), /parameters/],
    [
      "a layer that is missing",
      replace("parameters.layers.1.kernel", undefined),
      /layers.1.kernel is missing/,
    ],
  ])("%s", (_what, damage, reason) => {
    expectRefusal(network, damage, reason);
  });

  test.each([null, undefined, 3, "text", []])("%j instead of a configuration", (config) => {
    expect(() => loadModel({ config, tensors: {} })).toThrow(ModelFormatError);
  });
});
