/** Where a training can go on, as plain JSON and back. */
import type { Tensor } from "../../tensor/tensor.ts";
import type { Memory } from "../memory.ts";
import type { Resumption } from "../resumption.ts";
import type { RandomState } from "../random.ts";
import { countOf, type Fields, isRecord, refuse } from "./checks.ts";
import type { Json } from "./options.ts";
import { flattenTree, type TensorRecord, unflattenTree } from "./tensors.ts";

/** All but the epochs, which the model has too, and what the optimizer remembers, which are tensors. */
export type SavedResumption = Omit<Resumption, "epochs" | "memory" | "last">;

export const savedResumption = (
  resumption: Resumption | undefined,
): { readonly resumption?: SavedResumption } => {
  if (resumption === undefined) return {};
  const { steps, rows, rate, random } = resumption;
  return { resumption: { steps, rows, rate, random } };
};

const isRandomState = (value: unknown): value is RandomState =>
  Array.isArray(value) &&
  value.length === 4 &&
  value.every((word) => Number.isInteger(word) && word === (word | 0));

/** What the names of tensors begin with that an optimizer remembers. */
const root = "optimizer:";

/** Tensors by their names in a file. */
export const savedMemory = (resumption: Resumption | undefined): [name: string, Tensor][] => [
  ...Object.entries(resumption?.memory ?? {}).map(([path, tensor]): [string, Tensor] => [
    root + path,
    tensor,
  ]),
  ...(resumption?.last === undefined
    ? []
    : [
        ...flattenTree(resumption.last.parameters, "last").tensors,
        ...flattenTree(resumption.last.best, "best").tensors,
      ]),
];

/** Where a whole training was, if that is there; `structure`: that of the model's parameters. */
const lastIn = (structure: Json, tensors: TensorRecord): Pick<Resumption, "last"> => {
  if (!Object.keys(tensors).some((name) => name.startsWith("best."))) return {};
  const treeAt = (name: string): object => unflattenTree(structure, name, tensors) as object;
  return { last: { parameters: treeAt("last"), best: treeAt("best") } };
};

const memoryIn = (tensors: TensorRecord): Memory | undefined => {
  const own = Object.entries(tensors).filter(([name]) => name.startsWith(root));
  return own.length === 0
    ? undefined
    : Object.fromEntries(own.map(([name, tensor]) => [name.slice(root.length), tensor]));
};

/** Nothing if it was saved before it was kept, or by a model that has none. */
export const resumptionOf = (config: Fields, tensors: TensorRecord): { readonly resumption?: Resumption } => {
  const { resumption: saved } = config;
  if (saved === undefined) return {};
  if (!isRecord(saved)) return refuse("resumption", saved, "an object");
  const { rate, random } = saved;
  if (typeof rate !== "number" || !(rate > 0)) return refuse("resumption.rate", rate, "a number above 0");
  if (!isRandomState(random)) return refuse("resumption.random", random, "four 32-bit integers");
  const epochs = countOf(config, "nIter", 0);
  const [steps, rows] = [countOf(saved, "steps", 0), countOf(saved, "rows", 0)];
  const last = lastIn(config["parameters"] as Json, tensors);
  // Plain gradient descent remembers nothing.
  const memory = memoryIn(tensors) ?? (last.last && {});
  return { resumption: { epochs, steps, rows, rate, random, ...(memory && { memory }), ...last } };
};
