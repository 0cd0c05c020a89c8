/** Estimators as plain JSON and tensors, and back. */
import { wrap } from "../../tensor/create.ts";
import { isFloating } from "../../tensor/dtype.ts";
import { sameShape, type Shape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { Classifier } from "../classifier.ts";
import type { NeuralNetClassifier } from "../network/neural-net-classifier.ts";
import type { NeuralNetRegressor } from "../network/neural-net-regressor.ts";
import { ModelFormatError, NotFittedError } from "../errors.ts";
import type { EstimatorKind, Fitted } from "../estimator.ts";
import { distinctLabels, type Label } from "../labels.ts";
import { emptyHistory, type History, type StopReason } from "../watch.ts";
import { countOf, type Fields, isRecord, refuse, refusing } from "./checks.ts";
import { fromJson, type Json, toJson } from "./options.ts";
import { resumptionOf, savedMemory, savedResumption, type SavedResumption } from "./resumption.ts";
import { type AnyEstimator, type Rule, rules, type Unchecked } from "./rules.ts";
import { flattenTree, leafOf, type TensorRecord, unflattenTree } from "./tensors.ts";

const format = "downhill estimator";
const version = 1;

/** Networks of layers of one's own. */
export type NeuralNet = NeuralNetRegressor | NeuralNetClassifier;

/** Everything about a fitted estimator except its tensors. Plain JSON. */
export type ModelConfig = {
  readonly format: typeof format;
  /** Raised whenever older versions of the library could not read it any more. */
  readonly version: typeof version;
  readonly kind: EstimatorKind | NeuralNet["kind"];
  /** What the constructor takes; null of networks of layers, which are code. Numbers that JSON does not have are written `{ "$number": "Infinity" }`. */
  readonly options: Json;
  readonly nFeatures: number;
  /** Of classifiers. */
  readonly classes?: Json;
  /** Of trainings by first-order steps: where they can go on. */
  readonly resumption?: SavedResumption;
  /** The tree of parameters with `dtype[shape]` in place of each tensor, whose name is its path: `parameters.coef`. */
  readonly parameters: Json;
  /** The lists of the history that are not empty, in the same way: `history.loss`. */
  readonly history: Json;
  readonly nIter: number;
  readonly bestEpoch: number;
  readonly stopReason: StopReason;
  readonly objective: string;
  readonly objectiveValue: Json;
};

/** A fitted estimator as values that can be stored. */
export interface SavedModel {
  readonly config: ModelConfig;
  readonly tensors: TensorRecord;
}

const historyTensors = (history: History): Record<string, Tensor> =>
  Object.fromEntries(
    Object.entries<number[]>({ ...history })
      .filter(([, values]) => values.length > 0)
      .map(([name, values]) => [name, wrap(Float64Array.from(values), [values.length], "float64")]),
  );

export interface SaveOptions {
  /**
   * Also what the optimizer remembers, if there is one, so that `partialFit` of the loaded model goes on as if there had been no
   * pause, as does `fit` from `whereTrainingWas(model)`. It takes as much room as the parameters, with Adam twice as much, and after
   * `fit` twice more, for those of the last epoch and of the best. False by default.
   */
  readonly memory?: boolean;
}

/**
 * What has to be stored to have this fitted estimator again: `config` is plain JSON, `tensors` a flat record (see
 * `encodeSafetensors`). `loadModel` gives an estimator that predicts the same bits.
 *
 * @throws NotFittedError
 */
export const saveModel = (
  estimator: AnyEstimator | NeuralNet,
  { memory = false }: SaveOptions = {},
): SavedModel => {
  if (!estimator.isFitted) throw new NotFittedError(estimator.kind, "saveModel");
  const parameters = flattenTree(estimator.parameters, "parameters");
  const history = flattenTree(historyTensors(estimator.history), "history");
  const { kind, nFeatures, nIter, bestEpoch, stopReason, objective } = estimator;
  return {
    config: {
      format,
      version,
      kind,
      options: "layers" in estimator ? null : toJson(estimator.options),
      nFeatures,
      ...("classes" in estimator && { classes: toJson(estimator.classes) }),
      parameters: parameters.structure,
      history: history.structure,
      nIter,
      bestEpoch,
      stopReason,
      objective,
      objectiveValue: toJson(estimator.objectiveValue),
      ...savedResumption(estimator.resumption),
    },
    tensors: Object.fromEntries([
      ...parameters.tensors,
      ...history.tensors,
      ...(memory ? savedMemory(estimator.resumption) : []),
    ]),
  };
};

const stopReasons: Record<StopReason, true> = {
  converged: true,
  maxIter: true,
  earlyStopping: true,
  interrupted: true,
  diverged: true,
};

const requireFormat = ({ format: given, version: of }: Fields): void => {
  if (given !== format) refuse("format", given, `"${format}"`);
  if (of !== version)
    throw new ModelFormatError(`its version is ${String(of)}; this downhill reads version ${version}`);
};

const ruleOf = (config: Fields): Rule<AnyEstimator> => {
  requireFormat(config);
  const { kind } = config;
  if (kind === "NeuralNetRegressor" || kind === "NeuralNetClassifier")
    throw new ModelFormatError(
      `it is a ${kind}, whose layers are code; write loadModel(saved, new ${kind}(layers)) with the same layers`,
    );
  if (typeof kind !== "string" || !Object.hasOwn(rules, kind))
    return refuse("kind", kind, `one of ${Object.keys(rules).join(", ")}`);
  return rules[kind as EstimatorKind];
};

const classesOf = (estimator: AnyEstimator | NeuralNet, { classes }: Fields): readonly Label[] => {
  if (!(estimator instanceof Classifier)) {
    if (classes !== undefined) refuse("classes", classes, `known to a ${estimator.kind}`);
    return [];
  }
  if (!Array.isArray(classes) || classes.length < 2)
    return refuse("classes", classes, "a list of two or more");
  const labels = fromJson(classes as readonly Json[]) as Label[];
  const sorted = refusing("classes", () => distinctLabels(estimator.kind, labels));
  if (sorted.length !== labels.length || sorted.some((label, i) => label !== labels[i]))
    refuse("classes", classes, "sorted and distinct");
  return labels;
};

/** JSON as text, the same for objects that differ in the order of their keys only. */
const canonical = (json: Json): string =>
  JSON.stringify(json, (_key, value: unknown) =>
    isRecord(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value,
  );

const historyOf = (structure: Json, tensors: TensorRecord): History => {
  const history = emptyHistory();
  const saved = unflattenTree(structure, "history", tensors) as Record<string, unknown>;
  const length = saved["epoch"] instanceof Tensor ? saved["epoch"].size : 0;
  for (const [name, values] of Object.entries(saved)) {
    const isList =
      values instanceof Tensor && values.dtype === "float64" && sameShape(values.shape, [length]);
    if (!Object.hasOwn(history, name) || !isList)
      refuse("history", structure, "made of lists of equal length in float64");
    const list = history[name as keyof History];
    for (const value of (values as Tensor).data) list.push(value);
  }
  return history;
};

/** What is read from a file. */
interface Unread {
  readonly config: unknown;
  readonly tensors: TensorRecord;
}

interface Made {
  /** With its options, not fitted. */
  readonly estimator: AnyEstimator | NeuralNet;
  readonly structure: (saved: Unchecked<never, never>) => Json;
}

const madeBy = (config: Fields): Made => {
  const { model, structure } = ruleOf(config);
  const { options } = config;
  if (!isRecord(options)) return refuse("options", options, "an object");
  const decoded = fromJson(options as Json);
  return { estimator: refusing("options", () => new model(decoded as never)), structure };
};

const madeLike = (config: Fields, like: NeuralNet): Made => {
  requireFormat(config);
  if (config["kind"] !== like.kind) refuse("kind", config["kind"], `"${like.kind}"`);
  const { structure } = flattenTree(like.start("float64"), "parameters");
  return { estimator: like.clone(), structure: ({ leaf }) => inDType(structure, leaf) };
};

/** The same shapes in the dtype of what was saved. */
const inDType = (structure: Json, leaf: (shape: Shape) => string): Json => {
  if (typeof structure === "string") return leaf(JSON.parse(structure.replace("float64", "")) as Shape);
  if (Array.isArray(structure)) return (structure as readonly Json[]).map((part) => inDType(part, leaf));
  const parts = Object.entries((structure ?? {}) as { readonly [key: string]: Json });
  return Object.fromEntries(parts.map(([name, part]) => [name, inDType(part, leaf)]));
};

/**
 * The fitted estimator that `saveModel` was given.
 *
 * @param saved `config` as JSON gives it back, and all tensors.
 * @param like for networks of layers: one made from the same layers, which stays as it is.
 * @throws ModelFormatError if it is of another version, or anything is missing, left over, or does not fit together.
 */
export function loadModel<N extends NeuralNet>(saved: Unread, like: N): N;
export function loadModel(saved: Unread): AnyEstimator;
export function loadModel({ config, tensors }: Unread, like?: NeuralNet): AnyEstimator | NeuralNet {
  if (!isRecord(config)) return refuse("the configuration", config, "an object");
  const { parameters: given, history: givenHistory, stopReason, objective, objectiveValue } = config;
  const { estimator, structure } = like === undefined ? madeBy(config) : madeLike(config, like);
  const nFeatures = countOf(config, "nFeatures", 1);
  const classes = classesOf(estimator, config);

  if (typeof given !== "object" || given === null) return refuse("parameters", given, "an object");
  const parameters = unflattenTree(given as Json, "parameters", tensors) as object;
  const { tensors: used } = flattenTree(parameters, "parameters");
  const dtype = used.map((entry) => entry[1].dtype).find(isFloating) ?? "float64";
  const unchecked: Unchecked<AnyEstimator | NeuralNet, object> = {
    model: estimator,
    nFeatures,
    classes,
    parameters,
    leaf: (shape) => leafOf({ dtype, shape }),
  };
  const expected = refusing("parameters", () => structure(unchecked as never));
  if (canonical(expected) !== canonical(given as Json))
    refuse("parameters", given, `${canonical(expected)} as ${estimator.kind} with these options has`);

  if (!isRecord(givenHistory)) return refuse("history", givenHistory, "an object");
  const history = historyOf(givenHistory as Json, tensors);
  const { resumption } = resumptionOf(config, tensors);
  const { tensors: lists } = flattenTree(historyTensors(history), "history");
  const known = new Set([...used, ...lists, ...savedMemory(resumption)].map(([path]) => path));
  const stranger = Object.keys(tensors).find((path) => !known.has(path));
  if (stranger !== undefined) throw new ModelFormatError(`the tensor ${stranger} is no part of the model`);

  if (typeof stopReason !== "string" || !Object.hasOwn(stopReasons, stopReason))
    return refuse("stopReason", stopReason, `one of ${Object.keys(stopReasons).join(", ")}`);
  if (typeof objective !== "string") return refuse("objective", objective, "text");
  const value = objectiveValue === undefined ? undefined : fromJson(objectiveValue as Json);
  if (typeof value !== "number") return refuse("objectiveValue", objectiveValue, "a number");
  const fitted: Fitted<object> = {
    parameters,
    history,
    nIter: countOf(config, "nIter", 0),
    bestEpoch: countOf(config, "bestEpoch", 0),
    stopReason: stopReason as StopReason,
    nFeatures,
    objective,
    objectiveValue: value,
    classes,
    ...(resumption && { resumption }),
  };
  return estimator.restore(fitted as never);
}
