/** Kernels whose storages are put elsewhere: into another storage, at a place that moves with a loop around them. */
import type { BufferUse, LoopIndex } from "../program/loop.ts";
import { rewrite } from "./rewrite.ts";
import { isRepeat, type LoweredKernel, type LoweredStep } from "./schedule.ts";
import type { Storage } from "./views.ts";

/** Where a storage is to be: from `offset + stride·index` on in another one, in elements. */
export interface Place {
  readonly storage: Storage;
  readonly offset: number;
  readonly stride: number;
}

const isMoving = ({ offset, stride }: Place): boolean => offset !== 0 || stride !== 0;

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
      const terms = place.stride === 0 ? at.terms : [...at.terms, { loop, stride: place.stride }];
      return { ...at, offset: at.offset + place.offset, terms };
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
        }
      : relocateKernel(step, places, loop),
  );
