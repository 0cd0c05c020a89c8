/**
 * Loop code: what the compiler hands to a target. It is small on purpose (loops, loads, stores, scalar
 * arithmetic, accumulators and one contraction), so that a target is an emitter and a runtime, not a second
 * compiler. It says nothing about vectors or registers; `vector` on a loop only states that its iterations
 * are independent (or meet only in accumulators) and that this is the loop to run in lanes.
 *
 * Scalar values form a directed acyclic graph: a node used twice is the same object and is computed once.
 */
import type { DType } from "../tensor/dtype.ts";

/** Types of scalar values in loop code. `i64` exists only to take `f64` bits apart. */
export type ScalarType = "f32" | "f64" | "i32" | "i64" | "bool";

export const scalarTypeOf: Readonly<Record<DType, ScalarType>> = {
  float32: "f32",
  float64: "f64",
  int32: "i32",
  bool: "bool",
};

/**
 * Scalar operations. Integer arithmetic wraps. `min` and `max` propagate NaN and order −0 below 0;
 * `nearest` rounds halves to even; shifts take the count modulo the width.
 */
export type ScalarOperator =
  // floats and integers
  | "add"
  | "sub"
  | "mul"
  | "neg"
  | "abs"
  | "min"
  | "max"
  // floats
  | "div"
  | "sqrt"
  | "floor"
  | "ceil"
  | "trunc"
  | "nearest"
  | "copysign"
  // a·b + c, rounded once or twice as is cheaper
  | "multiplyAdd"
  // integers (quotient truncates; a zero divisor gives 0; the remainder has the sign of the dividend)
  | "quotient"
  | "remainder"
  | "shiftLeft"
  | "shiftRightSigned"
  | "shiftRightUnsigned"
  // integers (bitwise) and booleans
  | "and"
  | "or"
  | "xor"
  | "not"
  // comparisons, result bool; on NaN only `ne` is true
  | "eq"
  | "ne"
  | "lt"
  | "le"
  | "gt"
  | "ge"
  // select(condition, ifTrue, ifFalse): both sides are computed
  | "select"
  // value conversion to the node's type; float → integer truncates and saturates, NaN gives 0; → bool is `≠ 0`
  | "convert"
  // the same bits as the node's type: f32 ↔ i32, f64 ↔ i64
  | "bitcast";

export type Scalar =
  | { readonly kind: "constant"; readonly type: ScalarType; readonly value: number | bigint }
  /** The value of an enclosing loop's index, as i32. */
  | { readonly kind: "index"; readonly type: "i32"; readonly loop: LoopIndex }
  | { readonly kind: "load"; readonly type: ScalarType; readonly buffer: BufferUse; readonly at: Index }
  /** The current value of an accumulator, or of a contraction's sum inside its body. */
  | { readonly kind: "accumulator"; readonly type: ScalarType; readonly accumulator: Accumulator }
  | {
      readonly kind: "operation";
      readonly type: ScalarType;
      readonly operator: ScalarOperator;
      readonly args: readonly Scalar[];
    }
  /** `values[index]`, a constant table; the index must be in range. */
  | {
      readonly kind: "table";
      readonly type: ScalarType;
      readonly values: readonly (number | bigint)[];
      readonly index: Scalar;
    }
  /** A parameter of a routine. */
  | { readonly kind: "parameter"; readonly type: ScalarType; readonly position: number }
  /**
   * `condition ? routine(...args) : common`. The condition is expected to hold seldom: a target that works in
   * lanes computes `common` for all of them and calls the routine lane by lane only if some lane needs it.
   */
  | {
      readonly kind: "rare";
      readonly type: ScalarType;
      readonly condition: Scalar;
      readonly routine: Routine;
      readonly args: readonly Scalar[];
      readonly common: Scalar;
    };

/** A scalar function, emitted once for each module that calls it. */
export interface Routine {
  readonly name: string;
  readonly parameters: readonly ScalarType[];
  /** Made of constants, parameters, operations and tables only. */
  readonly result: Scalar;
}

/** One of the kernel's buffers; identity matters, the name is for people. */
export interface BufferUse {
  readonly name: string;
  readonly dtype: DType;
  /** Position among the kernel's `buffers`; −1 if it is not one of them. */
  readonly position: number;
  /**
   * How many elements it has, if it is the kernel's own: nobody else sees it, each thread has its own, and what is in it is
   * lost when the kernel ends.
   */
  readonly own?: number;
}

export interface LoopIndex {
  readonly name: string;
}

/** An address in elements: offset + Σ stride·loop index, plus a computed part for indirect access. */
export interface Index {
  readonly offset: number;
  readonly terms: readonly { readonly loop: LoopIndex; readonly stride: number }[];
  /** An i32 value added to the address. */
  readonly dynamic?: Scalar;
}

export type Combine = "add" | "mul" | "min" | "max" | "and" | "or";

/** A running value, private to one iteration of the loop in which it is declared. */
export interface Accumulator {
  readonly name: string;
  readonly type: ScalarType;
}

export type Statement =
  /**
   * Runs `body` for index = 0 … extent − 1. At most one loop on any path from the root is `vector`. Neighbouring loops over
   * the same index that are `stages` depend on each other iteration by iteration: they may be run as one.
   */
  | {
      readonly kind: "loop";
      readonly index: LoopIndex;
      readonly extent: number;
      readonly vector?: boolean;
      readonly stage?: boolean;
      readonly body: readonly Statement[];
    }
  | { readonly kind: "store"; readonly buffer: BufferUse; readonly at: Index; readonly value: Scalar }
  /** Brings an accumulator into being with its first value. */
  | { readonly kind: "declare"; readonly accumulator: Accumulator; readonly initial: Scalar }
  /** accumulator ← combine(accumulator, value). May stand inside a vector loop that the declaration encloses: lanes then keep partial results, joined when the loop ends. */
  | {
      readonly kind: "accumulate";
      readonly accumulator: Accumulator;
      readonly combine: Combine;
      readonly value: Scalar;
    }
  /** accumulator ← value. Never inside a vector loop that the declaration encloses. */
  | { readonly kind: "assign"; readonly accumulator: Accumulator; readonly value: Scalar }
  /**
   * For every row i < rows and column j < columns: sum ← Σ over p < depth of left[i, p]·right[p, j], then `body`
   * (stores only) with `sum` readable. `left` uses the indices row and inner, `right` inner and column; both may
   * use the indices of enclosing loops. A target packs and tiles this as suits it; within the body, column is
   * the index to run in lanes.
   */
  | {
      readonly kind: "contract";
      readonly row: LoopIndex;
      readonly rows: number;
      readonly column: LoopIndex;
      readonly columns: number;
      /**
       * Rows and columns of the product of which this is a part, if it is one: how sums are taken depends on these and never on
       * its own, so that the parts give the very bits that the whole gives.
       *
       * `again`, if there is one: an index that is 0 for the first of the parts that a thread computes and 1 for those after
       * it, when its scratch memory is as that left it. What the thread has laid ready there of the operand that the parts
       * have in common, the right one of parts with fewer rows and the left one of parts with fewer columns, needs to be
       * laid ready once.
       */
      readonly whole?: { readonly rows: number; readonly columns: number; readonly again?: LoopIndex };
      readonly inner: LoopIndex;
      readonly depth: number;
      readonly left: { readonly buffer: BufferUse; readonly at: Index };
      readonly right: { readonly buffer: BufferUse; readonly at: Index };
      readonly sum: Accumulator;
      readonly body: readonly Statement[];
    };

/** A product of matrices, and what is done with its sums. */
export type Contract = Extract<Statement, { kind: "contract" }>;

/** The rows and columns by which it is decided how to compute the product, or the one of which it is a part. */
export const wholeOf = ({
  rows,
  columns,
  whole,
}: Contract): { readonly rows: number; readonly columns: number } => whole ?? { rows, columns };

/** One kernel: a piece of loop code over buffers that the memory plan places. */
export interface Kernel {
  /** What it computes, for people: `tanh·mul→sum`. */
  readonly name: string;
  readonly buffers: readonly BufferUse[];
  /** The same length as `buffers`. */
  readonly access: readonly ("read" | "write" | "readwrite")[];
  readonly body: readonly Statement[];
  /** Indices of loops around the kernel that it uses; whoever runs it gives their values, in this order. */
  readonly outer?: readonly LoopIndex[];
}
