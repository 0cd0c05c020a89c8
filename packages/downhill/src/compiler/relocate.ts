/** Kernels whose storages are put elsewhere: into another storage, at a place that moves with a loop around them. */
import type { BufferUse, Index, LoopIndex } from "../program/loop.ts";
import { rewrite } from "./rewrite.ts";
import { type Condition, isRepeat, type LoweredKernel, type LoweredStep } from "./schedule.ts";
import type { Storage } from "./views.ts";

/** Where a storage is to be: from `offset + stride·index` on in another one, in elements. */
export interface Place {
  readonly storage: Storage;
  readonly offset: number;
  readonly stride: number;
}

const isMoving = ({ offset, stride }: Place): boolean => offset !== 0 || stride !== 0;

const movedIndex = (at: Index, { offset, stride }: Place, loop: LoopIndex): Index => ({
  ...at,
  offset: at.offset + offset,
  terms: stride === 0 ? at.terms : [...at.terms, { loop, stride }],
});

const relocateCondition = (
  condition: Condition<Storage>,
  places: ReadonlyMap<Storage, Place>,
  loop: LoopIndex,
): Condition<Storage> => {
  const place = places.get(condition.where);
  return place
    ? { ...condition, where: place.storage, at: movedIndex(condition.at, place, loop) }
    : condition;
};

const relocateKernel = (
  lowered: LoweredKernel,
  places: ReadonlyMap<Storage, Place>,
  loop: LoopIndex,
): LoweredKernel => {
  const { kernel, storages, reusable } = lowered;
  const placeOf = (buffer: BufferUse): Place | undefined => places.get(storages[buffer.position]!);
  const isMoved = (storage: Storage): boolean => {
    const place = places.get(storage);
    return place !== undefined && isMoving(place);
  };
  const homeOf = (storage: Storage): Storage => places.get(storage)?.storage ?? storage;
  const common = {
    storages: storages.map(homeOf),
    reusable: reusable
      .filter((pair) => !pair.some(isMoved))
      .map(([result, operand]) => [homeOf(result), homeOf(operand)] as const)
      .filter(([result, operand]) => result !== operand),
  };
  if (!storages.some(isMoved)) return { ...lowered, ...common };
  const body = rewrite(kernel.body, {
    address: (buffer, at) => {
      const place = placeOf(buffer);
      if (place === undefined || !isMoving(place)) return at;
      return movedIndex(at, place, loop);
    },
  });
  return { ...lowered, ...common, kernel: { ...kernel, body, outer: [loop, ...(kernel.outer ?? [])] } };
};

/** The steps with their storages where `places` says; `loop` is the index that moves them. */
export const relocate = (
  steps: readonly LoweredStep[],
  places: ReadonlyMap<Storage, Place>,
  loop: LoopIndex,
): LoweredStep[] =>
  steps.map((step) =>
    isRepeat(step)
      ? {
          ...step,
          steps: relocate(step.steps, places, loop),
          results: step.results.map((storage) => places.get(storage)?.storage ?? storage),
          ...(step.condition && { condition: relocateCondition(step.condition, places, loop) }),
        }
      : relocateKernel(step, places, loop),
  );
