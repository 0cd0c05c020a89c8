/** Pipelines and what they are made of as plain JSON and tensors, and back. */
import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { CalibratedClassifierCV, type CalibratedPart } from "../calibration/calibrated-classifier.ts";
import type { Calibrator } from "../calibration/calibrators.ts";
import type { TargetData } from "../data.ts";
import { ModelFormatError, NotFittedError } from "../errors.ts";
import { Estimator } from "../estimator.ts";
import { distinctLabels, type Label, type LabelData } from "../labels.ts";
import { Pipeline } from "../pipeline/pipeline.ts";
import type { NamedSteps } from "../pipeline/types.ts";
import { ColumnTransformer, type ColumnStep } from "../preprocessing/column-transformer.ts";
import { MinMaxScaler } from "../preprocessing/min-max-scaler.ts";
import { OneHotEncoder } from "../preprocessing/one-hot-encoder.ts";
import { float64Vector } from "../preprocessing/scaler.ts";
import { StandardScaler } from "../preprocessing/standard-scaler.ts";
import type { Cell, ColumnName, TableData } from "../preprocessing/table.ts";
import type { AnyPredictor, Predictor, Step } from "../steps.ts";
import { countOf, type Fields, isRecord, refuse, refusing } from "./checks.ts";
import { fromJson, type Json, toJson } from "./options.ts";
import type { AnyEstimator } from "./rules.ts";
import { loadModel, type SavedModel, saveModel } from "./saved-model.ts";
import type { TensorRecord } from "./tensors.ts";

/** The transformers that can be saved. */
export type AnyTransformer = StandardScaler | MinMaxScaler | OneHotEncoder | ColumnTransformer;

/** What a pipeline that can be saved is made of. */
export type LoadedStep =
  AnyTransformer | AnyEstimator | CalibratedClassifierCV<AnyEstimator> | LoadedPipeline;

/** A pipeline whose steps are known only when it is read: its methods are those of its last step, and throw if that has none such. */
export interface LoadedPipeline extends Predictor<TableData, LabelData | TargetData, Label[] | Tensor> {
  readonly kind: "Pipeline";
  readonly steps: readonly (readonly [name: string, step: LoadedStep])[];
  readonly namedSteps: Readonly<Record<string, LoadedStep>>;
  readonly classes: readonly Label[];
  readonly nFeatures: number;
  predictProba(X: TableData): Tensor;
  decisionFunction(X: TableData): Tensor;
  transform(X: TableData): Tensor;
}

/** One part as JSON; `kind` says of what class. */
type PartConfig = Fields & { readonly kind: string };

/** Where a part puts its tensors, and takes them from: names begin with its path. */
interface Writer {
  readonly put: (name: string, tensor: Tensor) => void;
  readonly at: (name: string) => Writer;
}

interface Reader {
  /** @throws ModelFormatError unless there is such a vector in float64, of this length if one is given. */
  readonly vector: (name: string, length?: number) => Tensor;
  readonly at: (name: string) => Reader;
  /** All that is left under the path. */
  readonly rest: () => TensorRecord;
}

/** How parts of one class are written and read. */
interface PartRule<Part> {
  readonly write: (part: Part, writer: Writer) => Fields;
  readonly read: (config: Fields, reader: Reader) => Part;
}

const listOf = (config: Fields, name: string): readonly unknown[] => {
  const value = config[name];
  return Array.isArray(value) ? (value as unknown[]) : refuse(name, value, "a list");
};

const optionsOf = (config: Fields): never => {
  const { options } = config;
  return (isRecord(options) ? fromJson(options as Json) : refuse("options", options, "an object")) as never;
};

const made = <Part>(kind: string, make: () => Part): Part => refusing(`options of ${kind}`, make);

interface ScalerClass<Part> {
  readonly kind: string;
  readonly make: new (options?: never) => Part;
  readonly parameters: readonly string[];
}

const scaler = <
  Part extends { readonly options: object; readonly parameters: object; restore(known: never): Part },
>({
  kind,
  make,
  parameters,
}: ScalerClass<Part>): PartRule<Part> => ({
  write: (part, { put }) => {
    for (const [name, tensor] of Object.entries(part.parameters)) put(name, tensor as Tensor);
    return { options: toJson(part.options), nFeatures: (part as { nFeatures?: number }).nFeatures };
  },
  read: (config, { vector }) => {
    const columns = countOf(config, "nFeatures", 1);
    const known = Object.fromEntries(parameters.map((name) => [name, vector(name, columns)]));
    return made(kind, () => new make(optionsOf(config))).restore(known as never);
  },
});

const encoder: PartRule<OneHotEncoder> = {
  write: (part) => ({
    options: toJson(part.options),
    categories: toJson(part.categories),
  }),
  read: (config) => {
    const categories = fromJson(listOf(config, "categories") as Json) as Cell[][];
    categories.forEach((known, column) => {
      const isList = Array.isArray(known) && known.length > 0;
      const sorted = isList && refusing("categories", () => distinctLabels("OneHotEncoder", known));
      if (!sorted || sorted.some((category, i) => category !== known[i]) || sorted.length !== known.length)
        refuse(`categories[${column}]`, known, "sorted and distinct");
    });
    return made("OneHotEncoder", () => new OneHotEncoder(optionsOf(config))).restore({ categories });
  },
};

const isColumn = (column: unknown): column is ColumnName =>
  typeof column === "string" || (Number.isSafeInteger(column) && (column as number) >= 0);

const columns: PartRule<ColumnTransformer> = {
  write: (part, writer) => ({
    remainder: part.options.remainder,
    transformers: part
      .known("saveModel")
      .parts.map(([name, transformer, taken]) => [
        name,
        transformer === "passthrough" ? transformer : write(transformer, writer.at(name)),
        taken,
      ]),
  }),
  read: (config, reader) => {
    const parts = listOf(config, "transformers").map((entry): ColumnStep => {
      const [name, transformer, taken] = Array.isArray(entry) ? (entry as unknown[]) : [];
      if (typeof name !== "string" || !Array.isArray(taken) || !taken.every(isColumn))
        return refuse("transformers", entry, "a name, a transformer and its columns");
      const part =
        transformer === "passthrough"
          ? transformer
          : (read(transformer, reader.at(name), transformerKinds) as AnyTransformer);
      return [name, part, taken];
    });
    // The remainder is no transformer that was given: it is what was left over.
    const given = parts.filter(([name]) => name !== "remainder");
    const options = { remainder: config["remainder"] as "drop" };
    return made("ColumnTransformer", () => new ColumnTransformer(given, options)).restore({ parts });
  },
};

const pipeline: PartRule<Pipeline> = {
  write: (part, writer) => ({
    steps: part.steps.map(([name, step]) => [name, write(step, writer.at(name))]),
  }),
  read: (config, reader) => {
    const steps = listOf(config, "steps").map((entry) => {
      const [name, step] = Array.isArray(entry) ? (entry as unknown[]) : [];
      if (typeof name !== "string") return refuse("steps", entry, "a name and a step");
      return [name, read(step, reader.at(name))] as const;
    });
    return made("Pipeline", () => new Pipeline(steps));
  },
};

const writeCalibrator = (calibrator: Calibrator, { put }: Writer): Fields => {
  if (calibrator.method === "sigmoid") return { ...calibrator };
  put("scores", float64Vector(calibrator.scores));
  put("probabilities", float64Vector(calibrator.probabilities));
  return { method: "isotonic", points: calibrator.scores.length };
};

const readCalibrator = (config: unknown, { vector }: Reader): Calibrator => {
  if (!isRecord(config)) return refuse("calibrators", config, "an object");
  const { method, slope, intercept } = config;
  if (method === "isotonic") {
    const points = countOf(config, "points", 1);
    const [scores, probabilities] = [vector("scores", points), vector("probabilities", points)];
    return {
      method,
      scores: scores.data as Float64Array,
      probabilities: probabilities.data as Float64Array,
    };
  }
  if (method !== "sigmoid" || typeof slope !== "number" || typeof intercept !== "number")
    return refuse("calibrators", config, "a sigmoid with slope and intercept, or isotonic");
  return { method, slope, intercept };
};

const calibrated: PartRule<CalibratedClassifierCV<AnyPredictor>> = {
  write: (part, writer) => {
    const { classes, parts } = part.knownParts("saveModel");
    const { cv } = part.options;
    return {
      // Folds of one's own are not kept: refitted, it takes the usual ones.
      options: toJson({ ...part.options, cv: typeof cv === "object" ? undefined : cv }),
      classes: toJson(classes),
      parts: parts.map(({ estimator, calibrators }, i) => ({
        estimator: write(estimator, writer.at(`${i}.estimator`)),
        calibrators: calibrators.map((one, j) => writeCalibrator(one, writer.at(`${i}.calibrators.${j}`))),
      })),
    };
  },
  read: (config, reader) => {
    const classes = fromJson(listOf(config, "classes") as Json) as Label[];
    const expected = classes.length === 2 ? 1 : classes.length;
    const parts = listOf(config, "parts").map((entry, i): CalibratedPart<AnyPredictor> => {
      if (!isRecord(entry)) return refuse("parts", entry, "an object");
      const estimator = read(entry["estimator"], reader.at(`${i}.estimator`)) as AnyPredictor;
      const calibrators = listOf(entry, "calibrators").map((one, j) =>
        readCalibrator(one, reader.at(`${i}.calibrators.${j}`)),
      );
      if (calibrators.length !== expected)
        refuse("calibrators", entry["calibrators"], `${expected} in number`);
      return { estimator, calibrators };
    });
    const [first] = parts;
    if (first === undefined) return refuse("parts", [], "at least one");
    return made("CalibratedClassifierCV", () => {
      const options = optionsOf(config) as { readonly cv?: unknown };
      // A model that was fitted before stays so; the others were clones.
      const estimator = options.cv === "prefit" ? first.estimator : first.estimator.clone();
      return new CalibratedClassifierCV(estimator, options as never);
    }).restore({ classes, parts });
  },
};

const transformerRules = {
  StandardScaler: scaler({
    kind: "StandardScaler",
    make: StandardScaler,
    parameters: ["mean", "variance", "offset", "divisor"],
  }),
  MinMaxScaler: scaler({
    kind: "MinMaxScaler",
    make: MinMaxScaler,
    parameters: ["dataMin", "dataMax", "offset", "divisor"],
  }),
  OneHotEncoder: encoder,
  ColumnTransformer: columns,
} satisfies { readonly [T in AnyTransformer as T["kind"]]: PartRule<T> };

interface AnyRule {
  readonly write: (part: never, writer: Writer) => Fields;
  readonly read: (config: Fields, reader: Reader) => Step;
}

const partRules: Readonly<Record<string, AnyRule>> = {
  ...transformerRules,
  Pipeline: pipeline,
  CalibratedClassifierCV: calibrated,
};

const transformerKinds = [...Object.keys(transformerRules), "Pipeline"];

const write = (part: Step, writer: Writer): PartConfig => {
  if (part instanceof Estimator) {
    if ("layers" in part)
      throw new ArgumentError(
        "savePipeline",
        `the layers of a ${part.kind} are code; save it by itself: saveModel, and loadModel with the same layers`,
      );
    const { config, tensors } = saveModel(part as unknown as AnyEstimator);
    for (const [name, tensor] of Object.entries(tensors)) writer.put(name, tensor);
    return config;
  }
  const { kind } = part;
  if (!Object.hasOwn(partRules, kind))
    throw new ArgumentError(
      "savePipeline",
      `a ${kind} cannot be saved; those that can are estimators and ${Object.keys(partRules).join(", ")}`,
    );
  if (!part.isFitted) throw new NotFittedError(kind, "savePipeline");
  return { kind, ...partRules[kind]!.write(part as never, writer) };
};

const read = (config: unknown, reader: Reader, kinds?: readonly string[]): Step => {
  if (!isRecord(config)) return refuse("a part", config, "an object");
  const { kind } = config;
  if (kinds?.includes(kind as string) === false) return refuse("kind", kind, `one of ${kinds.join(", ")}`);
  if (typeof kind === "string" && Object.hasOwn(partRules, kind))
    return partRules[kind]!.read(config, reader);
  // Anything else is an estimator, or refused as none.
  return loadModel({ config, tensors: reader.rest() });
};

const format = "downhill pipeline";
const version = 1;

/** Everything about a fitted pipeline except its tensors. Plain JSON. */
export type PipelineConfig = Fields & { readonly format: typeof format; readonly version: typeof version };

/** Every pipeline, and what `loadPipeline` gives. */
export interface SavablePipeline {
  readonly kind: "Pipeline";
  readonly steps: NamedSteps;
}

/** A fitted pipeline as values that can be stored. */
export interface SavedPipeline {
  readonly config: PipelineConfig;
  readonly tensors: SavedModel["tensors"];
}

/**
 * What has to be stored to have this fitted pipeline again, with all its steps: `config` is plain JSON, `tensors` a flat record (see
 * `encodeSafetensors`). A scaler or a `CalibratedClassifierCV` alone is saved as a pipeline of one step.
 *
 * @throws NotFittedError, and ArgumentError at a step that is no class of this library.
 */
export const savePipeline = (fitted: SavablePipeline): SavedPipeline => {
  const tensors: Record<string, Tensor> = {};
  const writer = (prefix: string): Writer => ({
    put: (name, tensor) => {
      if (Object.hasOwn(tensors, prefix + name))
        throw new ArgumentError(
          "savePipeline",
          `two parts share the path ${prefix}${name}; name steps without dots`,
        );
      tensors[prefix + name] = tensor;
    },
    at: (name) => writer(`${prefix}${name}.`),
  });
  const config = write(fitted as unknown as Step, writer(""));
  return { config: { format, version, ...config }, tensors };
};

/**
 * The fitted pipeline that `savePipeline` was given.
 *
 * @param saved `config` as JSON gives it back, and all tensors.
 * @throws ModelFormatError if it is of another version, or anything is missing, left over, or does not fit together.
 */
export const loadPipeline = (saved: {
  readonly config: unknown;
  readonly tensors: TensorRecord;
}): LoadedPipeline => {
  const { config, tensors } = saved;
  if (!isRecord(config)) return refuse("the configuration", config, "an object");
  if (config["format"] !== format) return refuse("format", config["format"], `"${format}"`);
  if (config["version"] !== version)
    throw new ModelFormatError(
      `its version is ${String(config["version"])}; this downhill reads version ${version}`,
    );
  const used = new Set<string>();
  const reader = (prefix: string): Reader => ({
    vector: (name, length) => {
      const path = prefix + name;
      const tensor = Object.hasOwn(tensors, path) ? tensors[path] : undefined;
      if (tensor === undefined) throw new ModelFormatError(`the tensor ${path} is missing`);
      if (tensor.dtype !== "float64" || tensor.rank !== 1 || tensor.size !== (length ?? tensor.size))
        throw new ModelFormatError(
          `the tensor ${path} is ${tensor.dtype}[${tensor.shape.join(", ")}], but should be float64[${length ?? "…"}]`,
        );
      used.add(path);
      return tensor;
    },
    at: (name) => reader(`${prefix}${name}.`),
    rest: () => {
      const own = Object.entries(tensors).filter(([path]) => path.startsWith(prefix));
      for (const [path] of own) used.add(path);
      return Object.fromEntries(own.map(([path, tensor]) => [path.slice(prefix.length), tensor]));
    },
  });
  const found = read(config, reader(""), ["Pipeline"]) as unknown as LoadedPipeline;
  const stranger = Object.keys(tensors).find((path) => !used.has(path));
  if (stranger !== undefined) throw new ModelFormatError(`the tensor ${stranger} is no part of the pipeline`);
  return found;
};
