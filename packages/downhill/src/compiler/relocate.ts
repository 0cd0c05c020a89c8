/** Kernels whose storages are put elsewhere: into another storage, at a place that moves with a loop around them. */
import type { BufferUse, Index, LoopIndex, Scalar, Statement } from "../program/loop.ts";
import { isRepeat, type LoweredKernel, type LoweredStep } from "./schedule.ts";
import type { Storage } from "./views.ts";

/** Where a storage is to be: from `offset + stride·index` on in another one, in elements. */
export interface Place {
  readonly storage: Storage;
  readonly offset: number;
  readonly stride: number;
}

const isMoving = ({ offset, stride }: Place): boolean => offset !== 0 || stride !== 0;

/** Statements with the addresses of some buffers changed. Values that were shared stay shared. */
const withAddresses = (
  statements: readonly Statement[],
  move: (buffer: BufferUse, at: Index) => Index,
): Statement[] => {
  const known = new Map<Scalar, Scalar>();
  const index = (buffer: BufferUse, at: Index): Index => {
    const moved = move(buffer, at);
    return moved.dynamic === undefined ? moved : { ...moved, dynamic: scalar(moved.dynamic) };
  };
  const rebuilt = (node: Scalar): Scalar => {
    switch (node.kind) {
      case "load":
        return { ...node, at: index(node.buffer, node.at) };
      case "operation":
        return { ...node, args: node.args.map(scalar) };
      case "table":
        return { ...node, index: scalar(node.index) };
      case "rare":
        return {
          ...node,
          condition: scalar(node.condition),
          args: node.args.map(scalar),
          common: scalar(node.common),
        };
      default:
        return node;
    }
  };
  const scalar = (node: Scalar): Scalar => {
    let found = known.get(node);
    if (found === undefined) known.set(node, (found = rebuilt(node)));
    return found;
  };
  const statement = (given: Statement): Statement => {
    switch (given.kind) {
      case "loop":
        return { ...given, body: given.body.map(statement) };
      case "store":
        return { ...given, at: index(given.buffer, given.at), value: scalar(given.value) };
      case "declare":
        return { ...given, initial: scalar(given.initial) };
      case "accumulate":
      case "assign":
        return { ...given, value: scalar(given.value) };
      case "contract":
        return {
          ...given,
          left: { ...given.left, at: index(given.left.buffer, given.left.at) },
          right: { ...given.right, at: index(given.right.buffer, given.right.at) },
          body: given.body.map(statement),
        };
    }
  };
  return statements.map(statement);
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
  const body = withAddresses(kernel.body, (buffer, at) => {
    const place = placeOf(buffer);
    if (place === undefined || !isMoving(place)) return at;
    const terms = place.stride === 0 ? at.terms : [...at.terms, { loop, stride: place.stride }];
    return { ...at, offset: at.offset + place.offset, terms };
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
