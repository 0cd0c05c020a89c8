/**
 * What joined kernels hand on to each other within a row, without a detour through memory: a value of the row stays in
 * its register, values that are quickly computed are computed again, and others lie where the results of the row are
 * going to be.
 */
import type { BufferUse, Index, LoopIndex, Scalar, ScalarOperator, Statement } from "../program/loop.ts";
import { operandsOf } from "../program/scalar.ts";
import { type Loop, scalarsOf, visitScalars, walk } from "../program/walk.ts";
import { accessIn, partOfKernel } from "./part-of-kernel.ts";
import { rewrite } from "./rewrite.ts";
import type { LoweredKernel } from "./schedule.ts";
import type { Storage } from "./views.ts";

type Store = Extract<Statement, { kind: "store" }>;
type Load = Extract<Scalar, { kind: "load" }>;

/** An index that stands for another one. */
type Renaming = readonly [from: LoopIndex, to: LoopIndex];

/** Operations that take no longer than a load does. */
const quick: ReadonlySet<ScalarOperator> = /* @__PURE__ */ new Set<ScalarOperator>([
  "add",
  "sub",
  "mul",
  "neg",
  "abs",
]);

/** So many of them at most are done again. */
const mostAgain = 2;

const strides = ({ terms }: Index, renaming?: Renaming): Map<LoopIndex, number> => {
  const found = new Map<LoopIndex, number>();
  for (const { loop, stride } of terms) {
    const index = loop === renaming?.[0] ? renaming[1] : loop;
    found.set(index, (found.get(index) ?? 0) + stride);
  }
  return found;
};

/** Whether two addresses are the same when `renaming` is applied to the first. */
const isSamePlace = (a: Index, b: Index, renaming?: Renaming): boolean => {
  const [first, second] = [strides(a, renaming), strides(b)];
  const covers = (one: typeof first, other: typeof first): boolean =>
    [...one].every(([loop, stride]) => (other.get(loop) ?? 0) === stride);
  return (
    a.dynamic === undefined &&
    b.dynamic === undefined &&
    a.offset === b.offset &&
    covers(first, second) &&
    covers(second, first)
  );
};

const loadsFrom = (statements: readonly Statement[], buffer: BufferUse): Load[] => {
  const found: Load[] = [];
  visitScalars(statements, (node) => {
    if (node.kind === "load" && node.buffer === buffer) found.push(node);
  });
  return found;
};

/** A loop in the row's body with nothing but single values in it. */
const isFlat = (statement: Statement): statement is Loop =>
  statement.kind === "loop" && statement.body.every(({ kind }) => kind === "store" || kind === "accumulate");

/**
 * Whether the value of a loop is as quickly computed as loaded. What does not change within the loop is computed ahead of
 * it and counts for nothing; nothing may be read that the kernel writes.
 */
const isQuick = (value: Scalar, { index }: Loop, written: ReadonlySet<BufferUse>): boolean => {
  let operations = 0;
  let isReadable = true;
  /** Whether the value changes within the loop. */
  const moves = (node: Scalar): boolean => {
    if (node.kind === "load") {
      isReadable &&= node.at.dynamic === undefined && !written.has(node.buffer);
      return strides(node.at).has(index);
    }
    const moving = operandsOf(node).filter(moves);
    if (moving.length === 0) return node.kind === "index" && node.loop === index;
    operations += node.kind === "operation" && quick.has(node.operator) ? 1 : Infinity;
    return true;
  };
  moves(value);
  return isReadable && operations <= mostAgain;
};

/** The value with `renaming` applied to its places. */
const renamed = (store: Store, [from, to]: Renaming): Scalar => {
  const [moved] = rewrite([store], {
    address: (_, at) => ({
      ...at,
      terms: at.terms.map(({ loop, stride }) => ({ loop: loop === from ? to : loop, stride })),
    }),
  });
  return (moved as Store).value;
};

const replaceLoads = (
  statements: readonly Statement[],
  loads: ReadonlySet<Scalar>,
  value: Scalar,
): Statement[] =>
  rewrite(statements, { address: (_, at) => at, value: (node) => (loads.has(node) ? value : undefined) });

/** The row's body with a value that is stored at its level read where it was computed. */
const readDirectly = (body: readonly Statement[], position: number, { buffer, at, value }: Store) => {
  const after = body.slice(position + 1);
  const loads = loadsFrom(after, buffer);
  const isHere = loads.every((load) => isSamePlace(load.at, at));
  return isHere ? [...body.slice(0, position), ...replaceLoads(after, new Set(loads), value)] : undefined;
};

/** The row's body with values that a loop stores computed again in later loops. */
const computeAgain = (
  body: readonly Statement[],
  position: number,
  store: Store,
  written: ReadonlySet<BufferUse>,
): Statement[] | undefined => {
  const loop = body[position] as Loop;
  if (!isQuick(store.value, loop, written)) return undefined;
  const result: Statement[] = [];
  for (const [i, statement] of body.entries()) {
    if (i === position) {
      result.push({ ...loop, body: loop.body.filter((inner) => inner !== store) });
      continue;
    }
    const loads = loadsFrom([statement], store.buffer);
    if (loads.length === 0) {
      result.push(statement);
      continue;
    }
    if (i < position || !isFlat(statement) || statement.extent !== loop.extent) return undefined;
    const renaming: Renaming = [loop.index, statement.index];
    if (!loads.every((load) => isSamePlace(store.at, load.at, renaming))) return undefined;
    result.push(...replaceLoads([statement], new Set(loads), renamed(store, renaming)));
  }
  return result;
};

const reaches = (root: Scalar, sought: Scalar): boolean => {
  const seen = new Set<Scalar>();
  const pending = [root];
  while (pending.length > 0) {
    const node = pending.pop()!;
    if (node === sought) return true;
    if (seen.has(node)) continue;
    seen.add(node);
    pending.push(...operandsOf(node));
  }
  return false;
};

/** The buffer of results that may take the place of what a loop stores: written last, where that is read last. */
const heirOf = (
  body: readonly Statement[],
  position: number,
  { buffer, at }: Store,
  fits: (heir: BufferUse) => boolean,
): BufferUse | undefined => {
  const last = body.findLastIndex((statement) => loadsFrom([statement], buffer).length > 0);
  const reader = body[last];
  const loop = body[position] as Loop;
  if (last <= position || reader === undefined || !isFlat(reader) || reader.extent !== loop.extent)
    return undefined;
  const [load, ...more] = loadsFrom([reader], buffer);
  if (more.length > 0 || !isSamePlace(at, load!.at, [loop.index, reader.index])) return undefined;
  const heir = reader.body.find(
    (statement): statement is Store =>
      statement.kind === "store" && scalarsOf(statement).some((node) => reaches(node, load!)),
  );
  if (heir === undefined || !isSamePlace(heir.at, load!.at) || !fits(heir.buffer)) return undefined;
  const stores = walk(body).filter((other) => other.kind === "store" && other.buffer === heir.buffer);
  return stores.length === 1 && loadsFrom(body, heir.buffer).length === 0 ? heir.buffer : undefined;
};

/**
 * The pairs of a result and an operand that are touched in one and the same statement of the row's body: there the result may
 * still take the operand's memory. What is computed again reads its operands later than it did, and what lies where results
 * are going to be is written sooner: then another statement would read what is no longer there.
 */
const stillReusable = (
  { kernel: { buffers }, storages, reusable }: LoweredKernel,
  body: readonly Statement[],
): LoweredKernel["reusable"] => {
  const touching = (storage: Storage): Statement[] => {
    const buffer = buffers[storages.indexOf(storage)]!;
    return body.filter(
      (statement) =>
        loadsFrom([statement], buffer).length > 0 ||
        walk([statement]).some((inner) => inner.kind === "store" && inner.buffer === buffer),
    );
  };
  return reusable.filter((pair) => new Set(pair.flatMap(touching)).size === 1);
};

/** The kernel with less written to memory. `isPrivate`: whether nobody else needs what it leaves in a storage. */
export const withoutDetours = (
  lowered: LoweredKernel,
  isPrivate: (storage: Storage) => boolean,
): LoweredKernel => {
  const loops: Loop[] = [];
  let body: readonly Statement[] = lowered.kernel.body;
  for (let [only] = body; body.length === 1 && only?.kind === "loop"; [only] = body) {
    loops.push(only);
    ({ body } = only);
  }
  const storageOf = (buffer: BufferUse): Storage => lowered.storages[buffer.position]!;
  const gone = new Set<Storage>();
  for (const buffer of lowered.kernel.buffers) {
    if (!isPrivate(storageOf(buffer))) continue;
    const stores = walk(body).filter(
      (statement): statement is Store => statement.kind === "store" && statement.buffer === buffer,
    );
    const [store] = stores;
    if (store === undefined || stores.length > 1) continue;
    const position = body.findIndex(
      (statement) => statement === store || (isFlat(statement) && statement.body.includes(store)),
    );
    if (position < 0) continue;
    const written = new Set(
      walk(body).flatMap((statement) => (statement.kind === "store" ? [statement.buffer] : [])),
    );
    const direct =
      body[position] === store
        ? readDirectly(body, position, store)
        : computeAgain(body, position, store, written);
    if (direct !== undefined) {
      body = direct;
      gone.add(storageOf(buffer));
      continue;
    }
    const fits = (heir: BufferUse): boolean =>
      heir.dtype === buffer.dtype && storageOf(heir).size === storageOf(buffer).size;
    const heir = body[position] === store ? undefined : heirOf(body, position, store, fits);
    if (heir === undefined) continue;
    body = rewrite(body, {
      address: (_, at) => at,
      buffer: (given) => (given === buffer ? heir : given),
    });
    gone.add(storageOf(buffer));
  }
  const whole = loops.reduceRight<readonly Statement[]>((inside, loop) => [{ ...loop, body: inside }], body);
  const { name } = lowered.kernel;
  return {
    ...lowered,
    ...partOfKernel(name, whole, accessIn(lowered)),
    reusable: stillReusable(lowered, body).filter((pair) => !pair.some((storage) => gone.has(storage))),
  };
};
