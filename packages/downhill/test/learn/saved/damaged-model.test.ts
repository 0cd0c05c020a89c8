/** Saved models that are damaged. */
import { type Tensor, tensor } from "downhill";
import {
  type AnyEstimator,
  loadModel,
  LogisticRegression,
  MLPClassifier,
  ModelFormatError,
  Ridge,
  saveModel,
  SGDRegressor,
} from "downhill/learn";
import { describe, expect, test } from "vitest";
import { few, stored, three, X, y } from "./examples.ts";

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

  const inParts = new SGDRegressor().partialFit(X, y);
  const resumption = (name: string, value: unknown): Damage => {
    const { steps, rows, rate, random } = inParts.resumption!;
    return set("resumption", { ...{ steps, rows, rate, random }, [name]: value });
  };
  test.each<[string, Damage, RegExp]>([
    ["steps that are no count", resumption("steps", -1), /steps is -1, not a whole number from 0/],
    ["a rate of 0", resumption("rate", 0), /resumption.rate is 0, not a number above 0/],
    ["no random state", resumption("random", undefined), /resumption.random is missing/],
    ["words that are too large", resumption("random", [1, 2, 3, 2 ** 32]), /not four 32-bit integers/],
    ["a resumption that is a list", set("resumption", []), /resumption is \[\], not an object/],
  ])("%s", (_what, damage, reason) => {
    expectRefusal(inParts, damage, reason);
  });

  test.each([null, undefined, 3, "text", []])("%j instead of a configuration", (config) => {
    expect(() => loadModel({ config, tensors: {} })).toThrow(ModelFormatError);
  });
});
