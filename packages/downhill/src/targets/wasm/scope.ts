/**
 * Places where code can be put, and what has been computed there.
 *
 * Every loop has two scopes: its body, and the place ahead of it, which runs once before the first iteration and
 * whose values live until the loop ends. A value goes to the outermost place where it is the same. The code ahead
 * of a loop is kept apart until the loop is complete, so that it may grow while the body is being written.
 */
import type { Accumulator, BufferUse, Index, LoopIndex, Scalar, Statement } from "../../program/loop.ts";
import type { Cause, Facts } from "../shared/facts.ts";
import type { VectorPlan } from "../shared/vector-plan.ts";
import { Code, type FunctionBuilder, type Local } from "./code.ts";
import type { Extreme } from "./extremes.ts";
import type { ModuleContext } from "./context.ts";
import type { Width } from "./lane-types.ts";

export interface Scope {
  readonly parent: Scope | undefined;
  readonly code: Code;
  /** The loop whose body this is; undefined ahead of a loop and at the root. */
  readonly loop: ActiveLoop | undefined;
  /** Locals that hold values alone, the same value in all lanes, and one value per lane (by copy). */
  readonly values: Map<Scalar, Local>;
  readonly splats: Map<Scalar, Local>;
  readonly lanes: Map<Scalar, Local>[];
}

/** A loop under construction. It may advance several indices, each from a start of its own. */
export interface ActiveLoop {
  readonly indices: readonly { readonly index: LoopIndex; readonly from?: Local }[];
  readonly changes: ReadonlySet<Cause>;
  /** Counts from 0. */
  readonly counter: Local;
  readonly ahead: Scope;
  /** Byte offsets kept up to date by addition, with the bytes that one step of the index adds. */
  readonly pointers: Map<string, { readonly local: Local; readonly stride: number }>;
}

/** Where an accumulator's value is kept. */
export type Storage =
  | {
      readonly kind: "value";
      readonly local: Local;
      /** Where it was declared, and with which value, as long as nothing has been done to it. */
      readonly untouched?: { readonly at: Scope; readonly initial: Scalar };
    }
  | { readonly kind: "lanes"; readonly locals: readonly Local[]; readonly extremes?: readonly Extreme[] }
  /** It is read from memory, as by this load. */
  | { readonly kind: "memory"; readonly load: Scalar };

/** Lanes of a vector loop that gather parts of an accumulator declared outside it. */
export interface Partial {
  readonly locals: readonly Local[];
  readonly width: Width;
  /** What is noted beside each of them, if they are maxima or minima of floats. */
  readonly extremes?: readonly Extreme[];
}

/** The vector loop within which code is being written. */
export interface Lanes {
  /** The indices that the loop advances. */
  readonly indices: ReadonlySet<LoopIndex>;
  /** Lanes of a vector: 2 if values of 64 bits occur. */
  readonly width: Width;
  /** Lanes whose loads and stores are done: all, or only the first for the iterations that are left over. */
  readonly active: number;
  /** Vectors worked on side by side. */
  readonly copies: number;
  /** Whether the value may differ from lane to lane. */
  readonly varies: (node: Scalar) => boolean;
}

/** One kernel's function under construction. */
export interface Emitter {
  readonly context: ModuleContext;
  readonly fn: FunctionBuilder;
  readonly facts: Facts;
  readonly accumulators: Map<Accumulator, Storage>;
  readonly partials: Map<Accumulator, Partial>;
  /** Plans made so far, by loop. */
  readonly plans: Map<Statement, VectorPlan<Width> | undefined>;
  lanes: Lanes | undefined;
  /** Writes statements; here, so that what is made of statements need not import what handles all of them. */
  readonly emit: (e: Emitter, at: Scope, statements: readonly Statement[]) => void;
}

export const openScope = (parent: Scope | undefined, code = new Code(), loop?: ActiveLoop): Scope => ({
  parent,
  code,
  loop,
  values: new Map(),
  splats: new Map(),
  lanes: [],
});

/** The loop around `at` that advances `index`. */
export const findLoop = (
  at: Scope,
  index: LoopIndex,
): { readonly loop: ActiveLoop; readonly from: Local | undefined } => {
  for (let scope: Scope | undefined = at; scope; scope = scope.parent) {
    const found = scope.loop?.indices.find((candidate) => candidate.index === index);
    if (scope.loop && found) return { loop: scope.loop, from: found.from };
  }
  throw new Error(`internal: index ${index.name} is used outside its loop`);
};

export const pushIndex = (at: Scope, index: LoopIndex): void => {
  const { loop, from } = findLoop(at, index);
  at.code.get(loop.counter);
  if (from !== undefined) at.code.get(from).op("i32.add");
};

type Terms = readonly (readonly [LoopIndex, number])[];

const termsOf = (index: Index, bytes: number): Terms => {
  const terms: [LoopIndex, number][] = [];
  for (const { loop, stride } of index.terms) {
    const known = terms.find(([other]) => other === loop);
    if (known) known[1] += stride * bytes;
    else terms.push([loop, stride * bytes]);
  }
  return terms.filter(([, stride]) => stride !== 0);
};

/** Tells pointers of a loop apart by what they are made of. */
const keyOf = (e: Emitter, terms: Terms, base: "arena" | "scratch"): string => {
  let key: string = base;
  const numbers = terms.map(([index, stride]) => `+${String(e.context.numberOf(index))}*${String(stride)}`);
  for (const term of terms.length > 1 ? numbers.sort() : numbers) key += term;
  return key;
};

/** Leaves base + Σ stride·index on the stack, from a pointer of the innermost loop that takes part. */
const pushPointer = (e: Emitter, at: Scope, terms: Terms, base: "arena" | "scratch"): void => {
  if (terms.length === 0) {
    at.code[base]();
    return;
  }
  for (let scope: Scope | undefined = at; scope; scope = scope.parent) {
    const { loop } = scope;
    if (loop === undefined) continue;
    const own = terms.find(([index]) => loop.indices.some((candidate) => candidate.index === index));
    if (own === undefined) continue;
    const key = keyOf(e, terms, base);
    let pointer = loop.pointers.get(key);
    if (pointer === undefined) {
      const [index, stride] = own;
      pointer = { local: e.fn.local("i32"), stride };
      loop.pointers.set(key, pointer);
      pushPointer(
        e,
        loop.ahead,
        terms.filter((term) => term !== own),
        base,
      );
      const from = loop.indices.find((candidate) => candidate.index === index)?.from;
      if (from !== undefined) loop.ahead.code.get(from).i32(stride).op("i32.mul").op("i32.add");
      loop.ahead.code.set(pointer.local);
    }
    at.code.get(pointer.local);
    return;
  }
  throw new Error("internal: an address uses an index outside its loop");
};

/**
 * Leaves an address on the stack and returns the offset that the access itself must add. `ahead` is a number of
 * bytes further on; `pushDynamic` leaves the computed part, in elements, where there is one.
 */
export const pushAddress = (
  e: Emitter,
  at: Scope,
  buffer: BufferUse,
  index: Index,
  bytes: number,
  ahead = 0,
  pushDynamic?: () => void,
): number => {
  const terms = termsOf(index, bytes);
  const offset = e.facts.addressOf(buffer) + index.offset * bytes + ahead;
  pushPointer(e, at, terms, e.facts.isScratch(buffer) ? "scratch" : "arena");
  if (index.dynamic && pushDynamic) {
    pushDynamic();
    if (bytes > 1) at.code.i32(Math.log2(bytes)).op("i32.shl");
    at.code.op("i32.add");
  } else if (offset >= 0 && terms.every(([, stride]) => stride > 0)) return offset;
  // A pointer that may be negative wraps around as long as the offset is not added to it.
  at.code.i32(offset).op("i32.add");
  return 0;
};
