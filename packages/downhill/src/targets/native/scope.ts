/**
 * Places where text can be put, and what has been computed there.
 *
 * Every loop has two scopes: its body, and the place ahead of it, which runs once before the first iteration. A value goes
 * to the outermost place where it is the same. The text ahead of a loop is kept apart until the loop is complete, so that
 * it may grow while the body is being written. Names are unique within a function.
 */
import type {
  Accumulator,
  BufferUse,
  Index,
  LoopIndex,
  Routine,
  Scalar,
  Statement,
} from "../../program/loop.ts";
import type { Cause, Facts } from "../shared/facts.ts";
import type { VectorPlan } from "../shared/vector-plan.ts";
import type { HelperContext } from "./helpers.ts";
import { storedType } from "./types.ts";

export interface ProgramContext extends HelperContext {
  /** The name of the function that computes a routine. */
  readonly routine: (routine: Routine) => string;
  /** The name of a constant table. */
  readonly table: (node: Extract<Scalar, { kind: "table" }>) => string;
  /** The offset within scratch memory of `bytes` bytes that a kernel may use as it likes while it runs. */
  readonly scratch: (bytes: number) => number;
}

export interface Scope {
  readonly parent: Scope | undefined;
  readonly lines: string[];
  /** The loop whose body this is; undefined ahead of a loop and at the root. */
  readonly loop: ActiveLoop | undefined;
  /** Names of values alone, of the same value in all lanes, and of one value per lane (by copy). */
  readonly values: Map<Scalar, string>;
  readonly splats: Map<Scalar, string>;
  readonly lanes: Map<Scalar, string>[];
  /** The line from which on lanes of running values are joined, if any are. */
  joinedFrom?: number;
}

/** A loop under construction. */
export interface ActiveLoop {
  /** The indices that it advances, as expressions of type `long`. */
  readonly indices: ReadonlyMap<LoopIndex, string>;
  readonly changes: ReadonlySet<Cause>;
  readonly ahead: Scope;
}

/** Where an accumulator's value is kept. */
export type Held =
  | {
      readonly kind: "value";
      readonly name: string;
      /** Where it was declared, and with which value, as long as nothing has been done to it. */
      readonly untouched?: { readonly at: Scope; readonly initial: Scalar };
    }
  | { readonly kind: "lanes"; readonly names: readonly string[] }
  /** It is read from memory, as by this load. */
  | { readonly kind: "memory"; readonly load: Scalar };

/** Vectors that gather parts of an accumulator declared outside of a vector loop. */
export interface Parts {
  readonly names: readonly string[];
  readonly lanes: number;
  /** The lanes of any of them where there was a NaN, as bits; undefined if the vectors themselves say so. */
  readonly unordered: string | undefined;
  /** Those to which nothing has been added, where that can be told: their first value takes their place. */
  readonly empty: Set<string>;
}

/** The vector loop within which text is being written. */
export interface Lanes {
  /** The indices that the loop advances lane by lane. */
  readonly indices: ReadonlySet<LoopIndex>;
  readonly count: number;
  /** Lanes whose loads and stores are done: all, or the first ones for the iterations that are left over. */
  readonly active: number;
  /** Vectors worked on side by side. */
  readonly copies: number;
  /** Whether the value may differ from lane to lane. */
  readonly varies: (node: Scalar) => boolean;
}

/** One kernel's function under construction. */
export interface Emitter {
  readonly context: ProgramContext;
  readonly facts: Facts;
  /** The parameter through which a buffer is reached, or the array that is the kernel's own. */
  readonly pointerOf: (buffer: BufferUse) => string;
  readonly accumulators: Map<Accumulator, Held>;
  readonly parts: Map<Accumulator, Parts>;
  /** Where vectors of parts are put that are joined later, by accumulator. */
  readonly waiting: Map<Accumulator, string>;
  /** Plans made so far, by loop. */
  readonly plans: Map<Statement, VectorPlan | undefined>;
  readonly names: { count: number };
  lanes: Lanes | undefined;
  /** Whether loops in lanes are written iteration after iteration. */
  isUnrolled: boolean;
  /** Writes statements; here, so that what is made of statements need not import what handles all of them. */
  readonly emit: (e: Emitter, at: Scope, statements: readonly Statement[]) => void;
}

/** A name that no other has; none is that of a type, such as i32. */
export const nameFor = (e: Emitter, kind: string): string => `${kind}_${String(e.names.count++)}`;

export const openScope = (parent: Scope | undefined, loop?: ActiveLoop): Scope => ({
  parent,
  lines: [],
  loop,
  values: new Map(),
  splats: new Map(),
  lanes: [],
});

/** An index's value, of type `long`. */
export const indexText = (at: Scope, index: LoopIndex): string => {
  for (let scope: Scope | undefined = at; scope; scope = scope.parent) {
    const found = scope.loop?.indices.get(index);
    if (found !== undefined) return found;
  }
  throw new Error(`internal: index ${index.name} is used outside its loop`);
};

/** Elements from one lane to the next. */
export const laneStride = (lanes: Lanes, at: Index): number =>
  at.terms.reduce((sum, { loop, stride }) => (lanes.indices.has(loop) ? sum + stride : sum), 0);

/** Where something lies, in elements; `ahead` is a number of elements further on. */
export const placeText = (at: Scope, index: Index, ahead = 0, dynamic?: string): string => {
  const strides = new Map<LoopIndex, number>();
  for (const { loop, stride } of index.terms) strides.set(loop, (strides.get(loop) ?? 0) + stride);
  const parts = [...strides]
    .filter(([, stride]) => stride !== 0)
    .map(([loop, stride]) =>
      stride === 1 ? indexText(at, loop) : `${indexText(at, loop)} * ${String(stride)}`,
    );
  if (dynamic !== undefined) parts.push(`(long)${dynamic}`);
  const offset = index.offset + ahead;
  if (offset !== 0 || parts.length === 0) parts.push(offset < 0 ? `(${String(offset)})` : String(offset));
  return parts.join(" + ");
};

/** The buffer's first element. */
export const bufferText = (e: Emitter, buffer: BufferUse): string => {
  const type = storedType[buffer.dtype];
  return e.facts.isScratch(buffer) && buffer.own === undefined
    ? `((${type} *)(scratch + ${String(e.facts.addressOf(buffer))}))`
    : `((${type} *)${e.pointerOf(buffer)})`;
};
