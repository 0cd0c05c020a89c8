/** Tensors made from nothing but their shape: index ramps, and random bits from a key. */
import * as s from "../program/scalar.ts";
import type { Scalar } from "../program/loop.ts";
import type { SampleOperand } from "../program/primitive.ts";
import { bindOne } from "../program/trace.ts";
import type { DType } from "../tensor/dtype.ts";
import { ShapeError } from "../tensor/errors.ts";
import { formatShape, sameShape, type Shape, sizeOf, stridesOf } from "../tensor/shape.ts";
import { ConcreteTensor, type Tensor } from "../tensor/tensor.ts";
import { explicit, numericDTypes, requireDType } from "./kinds.ts";
import { broadcast, broadcastTo } from "./movement.ts";
import { generated } from "./nested.ts";
import { dtypeParam, indexParam, numberParam, numbersParam, shapeParam } from "./params.ts";

/** Each element is its own index along `axis`. */
const iotaPrimitive = explicit({
  name: "iota",
  operands: 0,
  dtypes: numericDTypes,
  type: (_, params) => {
    const shape = shapeParam(params, "shape");
    indexParam(params, "axis", shape.length);
    const dtype = dtypeParam(params, "dtype");
    requireDType("iota", numericDTypes, dtype);
    return { shape, dtype };
  },
  evaluate: (_, params, output) => {
    const axis = numberParam(params, "axis");
    return generated(output, (index) => index[axis]!);
  },
  batch: () => {
    throw new Error("internal: iota has no operand to batch");
  },
  lowering: {
    form: "generate",
    scalar: (indices, _read, _inputs, params, output) =>
      s.convert(s.scalarOf(output.dtype), indices[numberParam(params, "axis")]!),
  },
  samples: [
    { params: { shape: [3, 4], axis: 1, dtype: "float32" }, operands: [] },
    { params: { shape: [3, 4], axis: 0, dtype: "int32" }, operands: [] },
    { params: { shape: [0], axis: 0, dtype: "float64" }, operands: [] },
  ],
});

export const iota = (shape: Shape, axis: number, dtype: DType): Tensor =>
  bindOne(iotaPrimitive, [], { shape, axis, dtype });

// Threefry-2x32, 20 rounds: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;
const parity = 0x1bd11bda;

/** Threefry-2x32 over whichever arithmetic: numbers in the interpreter, loop code on targets. */
const threefry = <Word>(
  key: readonly [Word, Word],
  counter: readonly [Word, Word],
  add: (a: Word, b: Word) => Word,
  xor: (a: Word, b: Word) => Word,
  rotate: (a: Word, by: number) => Word,
  constant: (value: number) => Word,
): [Word, Word] => {
  const schedule = [key[0], key[1], xor(xor(key[0], key[1]), constant(parity))];
  let a = add(counter[0], schedule[0]!);
  let b = add(counter[1], schedule[1]!);
  for (let round = 0; round < 5; round++) {
    for (const by of rotations[round % 2]!) {
      a = add(a, b);
      b = xor(rotate(b, by), a);
    }
    a = add(a, schedule[(round + 1) % 3]!);
    b = add(add(b, schedule[(round + 2) % 3]!), constant(round + 1));
  }
  return [a, b];
};

const onNumbers = (key: readonly [number, number], counter: readonly [number, number]): [number, number] =>
  threefry(
    key,
    counter,
    (a, b) => (a + b) | 0,
    (a, b) => a ^ b,
    (a, by) => (a << by) | (a >>> (32 - by)),
    (value) => value | 0,
  );

const onScalars = (key: readonly [Scalar, Scalar], counter: readonly [Scalar, Scalar]): [Scalar, Scalar] =>
  threefry<Scalar>(
    key,
    counter,
    s.add,
    s.xor,
    (a, by) => s.or(s.shiftLeft(a, by), s.shiftRightUnsigned(a, 32 - by)),
    (value) => s.constant("i32", value | 0),
  );

const keysOf = (shape: Shape): SampleOperand => ({ shape, low: -1e9, high: 1e9, dtype: "int32" });

/**
 * Random bits as int32, from keys (int32, shape […lead, 2]) and their first counters (int32, shape […lead], or one
 * scalar for all): for each key `params.shape` elements, each a function of the key and its own position only.
 * `words` 1 gives one word for an element (the two halves of the block xor-ed), `words` 2 a last axis of length 2
 * with both halves. These are the bits of `jax.random` with partitionable counters.
 */
const randomBitsPrimitive = explicit({
  name: "randomBits",
  operands: 2,
  dtypes: ["int32"],
  type: ([keys, start], params) => {
    const lead = keys!.shape.slice(0, -1);
    requireDType("randomBits", ["int32"], start!.dtype);
    if (keys!.shape.at(-1) !== 2 || (start!.shape.length > 0 && !sameShape(start!.shape, lead)))
      throw new ShapeError(
        "randomBits",
        `keys ${formatShape(keys!.shape)} with counters ${formatShape(start!.shape)}; a key is two words`,
        [keys!.shape, start!.shape],
      );
    const shape = [...lead, ...shapeParam(params, "shape")];
    return { shape: indexParam(params, "words", 3, 1) === 2 ? [...shape, 2] : shape, dtype: "int32" };
  },
  evaluate: ([keys, start], params, output) => {
    const words = numberParam(params, "words");
    const count = sizeOf(numbersParam(params, "shape"));
    const values = new Int32Array(sizeOf(output.shape));
    for (let k = 0; 2 * k < keys!.size; k++)
      for (let i = 0; i < count; i++) {
        const key = [keys!.values[2 * k]!, keys!.values[2 * k + 1]!] as const;
        const first = start!.values[start!.rank === 0 ? 0 : k]!;
        const [a, b] = onNumbers(key, [0, (first + i) | 0]);
        const position = (k * count + i) * words;
        values[position] = words === 2 ? a : a ^ b;
        if (words === 2) values[position + 1] = b;
      }
    return new ConcreteTensor(values, output.shape, "int32");
  },
  batch: ([keys, start], [keysBatched, startBatched], size, params) => {
    const lead = keys!.shape.slice(keysBatched ? 1 : 0, -1);
    const full = [size, ...lead];
    const counters = (): Tensor => {
      if (!startBatched) return start!.rank === 0 ? start! : broadcastTo(start!, full);
      // One counter for each example, the same for all its keys.
      return start!.rank === 1 ? broadcast(start!, full, [0]) : start!;
    };
    return bindOne(
      randomBitsPrimitive,
      [keysBatched ? keys! : broadcastTo(keys!, [...full, 2]), counters()],
      params,
    );
  },
  lowering: {
    form: "generate",
    scalar: (indices, read, [keys, start], params) => {
      const words = numberParam(params, "words");
      const leading = indices.slice(0, keys!.shape.length - 1);
      const own = indices.slice(leading.length, words === 2 ? -1 : undefined);
      const strides = stridesOf(numbersParam(params, "shape"));
      let counter = read(1, start!.shape.length === 0 ? [] : leading);
      own.forEach((index, axis) => (counter = s.add(counter, s.mul(index, strides[axis]!))));
      const key = (word: number): Scalar => read(0, [...leading, s.constant("i32", word)]);
      const [a, b] = onScalars([key(0), key(1)], [s.constant("i32", 0), counter]);
      return words === 2 ? s.select(s.eq(indices.at(-1)!, 0), a, b) : s.xor(a, b);
    },
  },
  samples: [
    { params: { shape: [3, 4], words: 1 }, operands: [keysOf([2]), keysOf([])] },
    { params: { shape: [5], words: 2 }, operands: [keysOf([2]), keysOf([])] },
    { params: { shape: [], words: 2 }, operands: [keysOf([3, 2]), keysOf([3])] },
    { params: { shape: [2, 2], words: 1 }, operands: [keysOf([3, 2]), keysOf([])] },
    { params: { shape: [0], words: 1 }, operands: [keysOf([2]), keysOf([])] },
  ],
});

/** Random words for `keys` (int32, […lead, 2]), counted from `start` (int32, [] or […lead]). */
export const randomBits = (keys: Tensor, start: Tensor, shape: Shape, words: 1 | 2): Tensor =>
  bindOne(randomBitsPrimitive, [keys, start], { shape, words });
