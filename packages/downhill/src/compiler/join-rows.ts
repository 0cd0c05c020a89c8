/**
 * Kernels over the same rows, one after another, as one kernel: what each does with a row is done while the row is in the
 * first cache. A softmax, whose maxima, sums and quotients wait for each other, goes over its table once.
 */
import { strideOf } from "../program/addresses.ts";
import type { BufferUse, Index, LoopIndex, Statement } from "../program/loop.ts";
import { type Loop, visitScalars, walk } from "../program/walk.ts";
import { bytesPerElement } from "../tensor/dtype.ts";
import { partOfKernel } from "./part-of-kernel.ts";
import { rewrite } from "./rewrite.ts";
import { inRowStages } from "./row-stages.ts";
import { isRepeat, type LoweredKernel, type LoweredStep, storagesOf } from "./schedule.ts";
import { withoutDetours } from "./row-values.ts";
import type { Storage } from "./views.ts";

/** Fewer rows are better divided among threads in another way. */
const fewestRows = 32;

/** What a row's iteration may touch: less than the second cache. */
const mostRowBytes = 2 ** 17;

/** The loops over rows, outermost first, and what is done with each row. */
interface Rows {
  readonly loops: readonly Loop[];
  readonly body: readonly Statement[];
}

/** The kernel as `depth` loops around something; undefined if it has not so many whose iterations are independent. */
const rowsOf = ({ kernel, isDivisible = false }: LoweredKernel, depth: number): Rows | undefined => {
  const loops: Loop[] = [];
  let { body } = kernel;
  while (loops.length < depth) {
    const [loop, ...more] = body;
    if (!isDivisible || more.length > 0 || loop?.kind !== "loop" || loop.vector === true) return undefined;
    loops.push(loop);
    ({ body } = loop);
  }
  return walk(body).some(({ kind }) => kind === "contract") ? undefined : { loops, body };
};

/** Where a row's iteration touches a storage. */
interface Access {
  readonly storage: Storage;
  readonly isWrite: boolean;
  /** Elements from one iteration of each loop over rows to the next. */
  readonly strides: readonly number[];
  /** The first and the last element that the first iteration touches; undefined if that is computed. */
  readonly span: readonly [first: number, last: number] | undefined;
}

const accessesOf = ({ loops, body }: Rows, storages: readonly Storage[]): Access[] => {
  const inner = walk(body).filter((statement) => statement.kind === "loop");
  const access = (buffer: BufferUse, at: Index, isWrite: boolean): Access => {
    const ways = inner.map(({ index, extent }) => strideOf(at, index) * (extent - 1));
    const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, at.offset);
    return {
      storage: storages[buffer.position]!,
      isWrite,
      strides: loops.map(({ index }) => strideOf(at, index)),
      span:
        at.dynamic === undefined
          ? [sum(ways.map((way) => Math.min(way, 0))), sum(ways.map((way) => Math.max(way, 0)))]
          : undefined,
    };
  };
  const found: Access[] = [];
  visitScalars(body, (node) => {
    if (node.kind === "load") found.push(access(node.buffer, node.at, false));
  });
  for (const statement of walk(body))
    if (statement.kind === "store") found.push(access(statement.buffer, statement.at, true));
  return found;
};

/** Whether each iteration touches elements of its own, where these accesses are all there are. */
const staysInRow = (accesses: readonly Access[], extents: readonly number[]): boolean => {
  const { strides } = accesses[0]!;
  const spans = accesses.map(({ span }) => span);
  if (!spans.every((span) => span !== undefined)) return false;
  if (accesses.some((access) => access.strides.join() !== strides.join())) return false;
  const moving = strides
    .map((stride, i) => ({ stride: Math.abs(stride), extent: extents[i]! }))
    .filter(({ extent }) => extent > 1)
    .sort((a, b) => a.stride - b.stride);
  let width = Math.max(...spans.map(([, last]) => last)) - Math.min(...spans.map(([first]) => first)) + 1;
  for (const { stride, extent } of moving) {
    if (stride < width) return false;
    width += stride * (extent - 1);
  }
  return true;
};

/** Bytes that an iteration touches, counting what lies between them. */
const rowBytes = (accesses: readonly Access[]): number => {
  const widest = new Map<Storage, number>();
  for (const { storage, span } of accesses)
    if (span) {
      const bytes = (span[1] - span[0] + 1) * bytesPerElement(storage.dtype);
      widest.set(storage, Math.max(bytes, widest.get(storage) ?? 0));
    }
  return [...widest.values()].reduce((sum, bytes) => sum + bytes, 0);
};

/** Whether a row may be done by both kernels before the next one is begun, and whether that is of use. */
const mayShareRows = (
  first: readonly Access[],
  second: readonly Access[],
  extents: readonly number[],
): boolean => {
  const all = [...first, ...second];
  if (extents.reduce((product, extent) => product * extent, 1) < fewestRows) return false;
  if (rowBytes(all) > mostRowBytes) return false;
  const touched = new Set(first.map(({ storage }) => storage));
  const shared = new Set(second.map(({ storage }) => storage).filter((storage) => touched.has(storage)));
  return (
    shared.size > 0 &&
    [...shared].every((storage) => {
      const own = all.filter((access) => access.storage === storage);
      return own.every(({ isWrite }) => !isWrite) || staysInRow(own, extents);
    })
  );
};

/** Both kernels as one, row by row; undefined if that cannot be. */
const joined = (a: LoweredKernel, b: LoweredKernel, depth: number): LoweredKernel | undefined => {
  const [first, second] = [rowsOf(a, depth), rowsOf(b, depth)];
  if (first === undefined || second === undefined) return undefined;
  const extents = first.loops.map(({ extent }) => extent);
  if (second.loops.some(({ extent }, i) => extent !== extents[i])) return undefined;
  if (!mayShareRows(accessesOf(first, a.storages), accessesOf(second, b.storages), extents)) return undefined;

  const index = new Map(second.loops.map((loop, i) => [loop.index, first.loops[i]!.index]));
  const indexOf = (given: LoopIndex): LoopIndex => index.get(given) ?? given;
  const bufferOf = (buffer: BufferUse): BufferUse =>
    a.kernel.buffers[a.storages.indexOf(b.storages[buffer.position]!)] ?? buffer;
  const moved = rewrite(second.body, {
    address: (_, at) => ({
      ...at,
      terms: at.terms.map(({ loop, stride }) => ({ loop: indexOf(loop), stride })),
    }),
    index: (node) => ({ ...node, loop: indexOf(node.loop) }),
    buffer: bufferOf,
  });
  const body = first.loops.reduceRight<readonly Statement[]>(
    (inside, loop) => [{ ...loop, body: inside }],
    [...first.body, ...moved],
  );
  const storageOf = new Map<BufferUse, Storage>();
  const access = new Map<Storage, "read" | "write" | "readwrite">();
  for (const { kernel, storages } of [a, b])
    kernel.buffers.forEach((buffer, i) => {
      const storage = storages[i]!;
      const own = kernel.access[i]!;
      storageOf.set(buffer, storage);
      access.set(storage, (access.get(storage) ?? own) === own ? own : "readwrite");
    });
  return {
    ...partOfKernel(`${a.kernel.name}·${b.kernel.name}`, body, (buffer) => {
      const storage = storageOf.get(buffer)!;
      return [storage, access.get(storage)!];
    }),
    // What the other kernel needs as well must stay what it is for both.
    reusable: [
      ...a.reusable.filter(([, operand]) => !b.storages.includes(operand)),
      ...b.reusable.filter(([result, operand]) => ![result, operand].some((s) => a.storages.includes(s))),
    ],
    isDivisible: true,
  };
};

/** Iterations of the loop around all of the kernel; undefined if there is none, or they depend on each other. */
const extentOf = ({ kernel, isDivisible = false }: LoweredKernel): number | undefined => {
  const [loop] = kernel.body;
  return isDivisible && kernel.body.length === 1 && loop?.kind === "loop" ? loop.extent : undefined;
};

/** How many loops the kernel could have in common with others. */
const depthOf = ({ kernel }: LoweredKernel): number => {
  let depth = 0;
  let { body } = kernel;
  while (body.length === 1 && body[0]!.kind === "loop" && body[0]!.vector !== true) {
    depth++;
    ({ body } = body[0]!);
  }
  return depth;
};

/** Both kernels as one that has as many loops around both as can be. */
const joinedDeepest = (a: LoweredKernel, b: LoweredKernel): LoweredKernel | undefined => {
  for (let depth = Math.min(depthOf(a), depthOf(b)); depth > 0; depth--) {
    const both = joined(a, b, depth);
    if (both !== undefined) return both;
  }
  return undefined;
};

/** So many steps may stand between kernels that are joined. */
const farthest = 4;

const writtenBy = (step: LoweredStep): readonly Storage[] =>
  isRepeat(step)
    ? storagesOf([step])
    : step.storages.filter((_, position) => step.kernel.access[position] !== "read");

/** Whether two steps may change places. */
const areIndependent = (a: LoweredStep, b: LoweredStep): boolean => {
  const touches = (step: LoweredStep, written: readonly Storage[]): boolean =>
    storagesOf([step]).some((storage) => written.includes(storage));
  return !touches(a, writtenBy(b)) && !touches(b, writtenBy(a));
};

/** Joins the step with a kernel shortly before it, if it can; the steps between them stay before or behind both. */
const joinWithEarlier = (
  earlier: readonly LoweredStep[],
  step: LoweredKernel,
): { steps: LoweredStep[]; old: LoweredStep; both: LoweredKernel } | undefined => {
  const extent = extentOf(step);
  if (extent === undefined) return undefined;
  for (let at = earlier.length - 1; at >= Math.max(0, earlier.length - 1 - farthest); at--) {
    const partner = earlier[at]!;
    if (isRepeat(partner) || extentOf(partner) !== extent) continue;
    const between = earlier.slice(at + 1);
    const isLate = between.every((other) => areIndependent(partner, other));
    if (!isLate && !between.every((other) => areIndependent(step, other))) continue;
    const both = joinedDeepest(partner, step);
    if (both === undefined) continue;
    const steps = [...earlier.slice(0, at), ...(isLate ? [...between, both] : [both, ...between])];
    return { steps, old: partner, both };
  }
  return undefined;
};

/**
 * The steps with those over the same rows joined.
 *
 * @param isNeeded whether a storage is needed after all steps.
 */
export const joinRows = (
  steps: readonly LoweredStep[],
  isNeeded: (storage: Storage) => boolean,
): LoweredStep[] => {
  let result: LoweredStep[] = [];
  const several = new Set<LoweredStep>();
  for (const step of steps) {
    const found = isRepeat(step) ? undefined : joinWithEarlier(result, step);
    if (found === undefined) result.push(step);
    else {
      result = found.steps;
      several.delete(found.old);
      several.add(found.both);
    }
  }
  const uses = new Map<Storage, number>();
  for (const step of result)
    for (const storage of new Set(storagesOf([step]))) uses.set(storage, (uses.get(storage) ?? 0) + 1);
  const isPrivate = (storage: Storage): boolean => uses.get(storage) === 1 && !isNeeded(storage);
  return result.flatMap((step) => {
    if (isRepeat(step) || !several.has(step)) return [step];
    const direct = withoutDetours(step, isPrivate);
    const rows = rowsOf(direct, depthOf(direct));
    return rows === undefined ? [direct] : inRowStages(direct, rowBytes(accessesOf(rows, direct.storages)));
  });
};
