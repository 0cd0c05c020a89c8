/** From a program to kernels with addresses: everything that does not depend on the target. */
import type { Atom, Program } from "../program/program.ts";
import type { TensorType } from "../tensor/tensor.ts";
import { fuse } from "./fuse.ts";
import { lower } from "./lower.ts";
import { type Borders, planMemory } from "./memory-plan.ts";
import { divide, isRepeatWorthDividing } from "./parallel.ts";
import { optimize } from "./passes.ts";
import { isRepeat, type LoweredStep, type PlacedKernel, type PlacedStep, storagesOf } from "./schedule.ts";
import { successorsOf } from "./successors.ts";
import type { Storage } from "./views.ts";

/** Where a result is found: in memory, as an input handed through, or as one number throughout. */
export type Result = TensorType &
  (
    | { readonly kind: "memory"; readonly address: number }
    | { readonly kind: "input"; readonly position: number }
    | { readonly kind: "splat"; readonly value: number }
  );

/** A program ready for a target. Addresses are byte offsets in one arena, or past its end. */
export interface CompiledKernels {
  readonly steps: readonly PlacedStep[];
  readonly arenaBytes: number;
  /** Where each input goes; undefined for one that no kernel reads. It stays there, unless a result takes its place. */
  readonly inputs: readonly (number | undefined)[];
  readonly results: readonly Result[];
}

const place = (
  steps: readonly LoweredStep[],
  addresses: ReadonlyMap<Storage, number>,
  threads: number,
): PlacedStep[] =>
  steps.flatMap((step): PlacedStep[] => {
    if (isRepeat(step)) {
      const { index, count, isDivisible = false, condition } = step;
      const alone = isDivisible ? place(step.steps, addresses, 1) : [];
      if (isDivisible && isRepeatWorthDividing(alone, count, threads))
        return [{ index, count, steps: alone, isDivisible }];
      return [
        {
          index,
          count,
          steps: place(step.steps, addresses, threads),
          ...(condition && { condition: { ...condition, where: addresses.get(condition.where)! } }),
        },
      ];
    }
    const { kernel, storages, isCopy = false, isDivisible = false } = step;
    const own = storages.map((storage) => addresses.get(storage)!);
    if (isCopy && new Set(own).size === 1 && own.length === 2) return [];
    const placed: PlacedKernel = { kernel, addresses: own };
    return [(isDivisible ? divide(placed, threads) : undefined) ?? placed];
  });

/**
 * @param threads how many threads large kernels are divided for
 * @param borders where inputs and results are to be; outside of the arena their addresses are `arenaBytes` or more
 */
export const compileProgram = (
  program: Program,
  threads = 1,
  borders: Borders = "arena",
): CompiledKernels => {
  const fused = fuse(optimize(program));
  const steps = lower(fused);
  const used = new Set(storagesOf(steps));
  const inputs = fused.inputs.filter((storage) => used.has(storage));
  const sourceOf = (atom: Atom): Storage | number => {
    if (atom.kind === "literal") return atom.value;
    const view = fused.views.get(atom)!;
    return view.kind === "splat" ? view.value : view.storage;
  };
  const results = fused.program.outputs.map((output) => {
    const { shape, dtype } = output;
    return { shape, dtype, source: sourceOf(output) };
  });
  const outputs = new Set(results.map(({ source }) => source).filter((source) => typeof source !== "number"));
  const successors = new Map<Storage, Storage>();
  for (const [input, result] of borders === "arena" ? successorsOf(fused.program) : []) {
    const [from, to] = [sourceOf(input), sourceOf(result)];
    if (typeof from !== "number" && typeof to !== "number") successors.set(from, to);
  }
  const plan = planMemory(steps, inputs, outputs, successors, borders);
  return {
    steps: place(steps, plan.addresses, threads),
    arenaBytes: plan.bytes,
    inputs: fused.inputs.map((storage) => plan.addresses.get(storage)),
    results: results.map(({ shape, dtype, source }): Result => {
      if (typeof source === "number") return { shape, dtype, kind: "splat", value: source };
      const position = fused.inputs.indexOf(source);
      return position >= 0
        ? { shape, dtype, kind: "input", position }
        : { shape, dtype, kind: "memory", address: plan.addresses.get(source)! };
    }),
  };
};
