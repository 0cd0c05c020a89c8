/**
 * What the system knows about a primitive operation: everything, in one record. Programs are made of primitives, and
 * some primitives (loops) take programs as parameters, so that the types of both stand here.
 */
import type { DType } from "../tensor/dtype.ts";
import type { Shape } from "../tensor/shape.ts";
import type { ConcreteTensor, Tensor, TensorType } from "../tensor/tensor.ts";
import type { BufferUse, Combine, Scalar, Statement } from "./loop.ts";

/** A value that is computed or passed in; identity is what tells variables apart. */
export interface Variable extends TensorType {
  readonly kind: "variable";
}

/** A scalar written in the program text. */
export interface Literal extends TensorType {
  readonly kind: "literal";
  readonly value: number;
}

export type Atom = Variable | Literal;

export interface Equation {
  readonly primitive: Primitive;
  readonly inputs: readonly Atom[];
  readonly params: Params;
  readonly outputs: readonly Variable[];
}

/**
 * A function as data: a list of equations in single-assignment form. It has no free variables: what a traced function
 * captured from outside are its leading inputs.
 */
export interface Program {
  readonly inputs: readonly Variable[];
  readonly equations: readonly Equation[];
  readonly outputs: readonly Atom[];
}

export type PlainValue = number | string | boolean | null | readonly PlainValue[];

/** Parameters of an equation: plain data, or the program that a loop repeats. They print and parse back. */
export type Params = Readonly<Record<string, PlainValue | Program>>;

/** A tangent or cotangent; `undefined` is zero. */
export type Tangent = Tensor | undefined;

/** Results of an operation with their tangents. */
export interface Dual {
  readonly primals: readonly Tensor[];
  readonly tangents: readonly Tangent[];
}

/** A linear rule sees which of its operands carry the linear value: those are given by type only. */
export type TransposeOperand =
  { readonly linear: true; readonly type: TensorType } | { readonly linear: false; readonly value: Tensor };

/** For each axis of the input its index as an affine form of the output's indices. */
export interface IndexMap {
  readonly offsets: readonly number[];
  /** strides[inputAxis][outputAxis] */
  readonly strides: readonly (readonly number[])[];
}

/** How a kernel reads an operand at indices that it computes. */
export type ReadOperand = (operand: number, indices: readonly Scalar[]) => Scalar;

/** An operand or a result as a buffer in row-major order, for loops written by the primitive itself. */
export interface LoopOperand {
  readonly buffer: BufferUse;
  readonly type: TensorType;
}

/** How a primitive becomes loop code; the compiler fuses what can be fused. */
export type Lowering =
  /** One scalar for each element, from the elements at the same place. */
  | {
      readonly form: "elementwise";
      scalar(args: readonly Scalar[], params: Params, output: TensorType): Scalar;
    }
  /** The operand's elements at other places. */
  | { readonly form: "view"; map(input: Shape, params: Params, output: Shape): IndexMap }
  /** The operand's elements in the same row-major order. */
  | { readonly form: "reshape" }
  /** One scalar for each element of the output, reading operands anywhere. */
  | {
      readonly form: "generate";
      scalar(
        indices: readonly Scalar[],
        read: ReadOperand,
        inputs: readonly TensorType[],
        params: Params,
        output: TensorType,
      ): Scalar;
    }
  /** Elements along `params.axes` combined into one. */
  | { readonly form: "reduce"; readonly combine: Combine; initial(dtype: DType): number }
  /** Sums of products. */
  | { readonly form: "contract" }
  /** Each operand written into its own region of the output; what no operand covers is zero. */
  | { readonly form: "insert"; regions(inputs: readonly TensorType[], params: Params): readonly Region[] }
  /** A program run again and again. */
  | { readonly form: "repeat"; repetition(params: Params): Repetition }
  /** One of several programs, by the value of the first operand (int32), on the others. */
  | { readonly form: "choose"; programs(params: Params): readonly Program[] }
  /** A program in place of the operation: the compiler's first pass puts it there, and no later one meets this form. */
  | { readonly form: "inline"; program(params: Params): Program }
  /** Loops of its own, over whole buffers. */
  | {
      readonly form: "loops";
      /** Whether the iterations of the outermost loop have nothing to do with each other, so that threads may share them. */
      readonly isDivisible?: boolean;
      /** Memory that it needs besides, for as long as it runs; what is there at first is anything. */
      scratch?(inputs: readonly TensorType[], outputs: readonly TensorType[]): readonly TensorType[];
      statements(
        inputs: readonly LoopOperand[],
        output: LoopOperand,
        params: Params,
        scratch: readonly LoopOperand[],
      ): Statement[];
    };

/**
 * `length` runs of `body`. Operands are [constants…, first values of the carries…, sequences…], the body's inputs the
 * same with one element of each sequence; its outputs are [next values of the carries…, elements of results…], and
 * those of the whole [last values of the carries…, sequences of results…].
 */
export interface Repetition {
  readonly body: Program;
  readonly length: number;
  /** How many of the operands are constants, and how many carries. */
  readonly constants: number;
  readonly carries: number;
  /** Whether sequences are gone through from their end, those of results too. */
  readonly reverse: boolean;
  /** Whether it goes on only as long as the first carry, a bool, holds; `length` is then the most there may be. */
  readonly isConditional?: boolean;
}

/** Where an operand's element i stands in the output: offsets + steps·i, for each axis. */
export interface Region {
  readonly offsets: readonly number[];
  readonly steps: readonly number[];
}

/** One input of a primitive's tests: parameters and operands inside its domain. */
export interface Sample {
  readonly params: Params;
  readonly operands: readonly SampleOperand[];
}

export interface SampleOperand {
  readonly shape: Shape;
  /** Real values between these bounds (integers for `int32`); booleans for `bool`. */
  readonly low: number;
  readonly high: number;
  /** A fixed dtype; otherwise each that the primitive takes. */
  readonly dtype?: DType;
  /** Numbers added to the diagonal of the last two axes: matrices far from singular ones. */
  readonly diagonal?: readonly number[];
}

/**
 * A primitive operation. Records are made by the constructors of the kinds (elementwise.ts, linear.ts, explicit.ts),
 * which derive here what the kind implies, so that a record states only what is peculiar to it.
 */
export interface Primitive {
  readonly name: string;
  readonly kind: "elementwise" | "linear" | "multilinear" | "explicit";
  /** Shapes and dtypes of the results. @throws ShapeError, DTypeError */
  types(inputs: readonly TensorType[], params: Params): TensorType[];
  /** The values, by the plainest arithmetic, in double precision where it can be: the oracle of every target. */
  evaluate(
    inputs: readonly ConcreteTensor[],
    params: Params,
    outputs: readonly TensorType[],
  ): ConcreteTensor[];
  /**
   * Values and tangents of the results. Tangents are `undefined` where zero; at least one is given, and each one
   * given has its primal's shape and dtype. Tangents must be computed from `tangents` by linear primitives only.
   */
  jvp(primals: readonly Tensor[], tangents: readonly Tangent[], params: Params): Dual;
  /** Cotangents of the linear operands (aligned with the operands); absent for primitives that are never linear. */
  readonly transpose?: (
    cotangents: readonly Tangent[],
    operands: readonly TransposeOperand[],
    params: Params,
  ) => Tangent[];
  /** The operation on operands of which some have a leading batch axis of length `size`; so have all results. */
  batch(operands: readonly Tensor[], batched: readonly boolean[], size: number, params: Params): Tensor[];
  readonly lowering: Lowering;
  /** Operands inside the domain, away from kinks, for the op table of the tests. */
  readonly samples: readonly Sample[];
  /** dtypes of the first data operand that it takes. */
  readonly dtypes: readonly DType[];
}

const registry = new Map<string, Primitive>();

/** Adds a record to the table of primitives; a bundler may leave out a record that nothing uses. */
export const register = /* @__NO_SIDE_EFFECTS__ */ <P extends Primitive>(primitive: P): P => {
  if (registry.has(primitive.name))
    throw new Error(`internal: primitive ${primitive.name} is declared twice`);
  registry.set(primitive.name, primitive);
  return primitive;
};

/** All primitives, in order of declaration. */
export const primitives = (): readonly Primitive[] => [...registry.values()];

export const primitiveNamed = (name: string): Primitive | undefined => registry.get(name);
