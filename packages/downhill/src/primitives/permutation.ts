/** Random orders. */
import type { Scalar, Statement } from "../program/loop.ts";
import * as s from "../program/scalar.ts";
import { bindOne } from "../program/trace.ts";
import { ShapeError } from "../tensor/errors.ts";
import { sizeOf } from "../tensor/shape.ts";
import { ConcreteTensor, type Tensor } from "../tensor/tensor.ts";
import { explicit } from "./kinds.ts";

/**
 * From random bits (int32, […, n]) a permutation of 0 … n − 1 along the last axis, by exchanging each place, from
 * the last down, with one of those up to it (Fisher and Yates; Durstenfeld 1964). The place is the upper 31 bits
 * modulo the number of places, so that no order is preferred by more than a factor 1 + n²/2³¹.
 */
const permutationPrimitive = explicit({
  name: "permutation",
  dtypes: ["int32"],
  type: ([bits]) => {
    if (bits!.shape.length === 0)
      throw new ShapeError("permutation", "takes a row of bits, not a scalar", [[]]);
    return { shape: bits!.shape, dtype: "int32" };
  },
  evaluate: ([bits], _params, output) => {
    const length = output.shape.at(-1)!;
    const values = new Int32Array(sizeOf(output.shape));
    for (let start = 0; start < values.length; start += length) {
      const row = values.subarray(start, start + length);
      for (let i = 0; i < length; i++) row[i] = i;
      for (let i = length - 1; i >= 0; i--) {
        const j = (bits!.values[start + i]! >>> 1) % (i + 1);
        const kept = row[i]!;
        row[i] = row[j]!;
        row[j] = kept;
      }
    }
    return new ConcreteTensor(values, output.shape, "int32");
  },
  batch: ([bits]) => permutation(bits!),
  lowering: {
    form: "loops",
    statements: ([bits], output): Statement[] => {
      const length = output.type.shape.at(-1)!;
      const rows = sizeOf(output.type.shape.slice(0, -1));
      const [row, place, down] = ["row", "place", "down"].map((name) => ({ name }));
      const start = { loop: row!, stride: length };
      const fromEnd = { offset: length - 1, terms: [start, { loop: down!, stride: -1 }] };
      const i = s.sub(length - 1, { kind: "index", type: "i32", loop: down! });
      const drawn: Scalar = { kind: "load", type: "i32", buffer: bits!.buffer, at: fromEnd };
      const j = s.remainder(s.shiftRightUnsigned(drawn, 1), s.add(i, 1));
      const other = { offset: 0, terms: [start], dynamic: j };
      const read = (at: typeof fromEnd | typeof other): Scalar => ({
        kind: "load",
        type: "i32",
        buffer: output.buffer,
        at,
      });
      const [kept, moved] = ["kept", "moved"].map((name) => ({ name, type: "i32" }) as const);
      const value = (accumulator: typeof kept): Scalar => ({
        kind: "accumulator",
        type: "i32",
        accumulator: accumulator!,
      });
      const count: Statement = {
        kind: "store",
        buffer: output.buffer,
        at: { offset: 0, terms: [start, { loop: place!, stride: 1 }] },
        value: { kind: "index", type: "i32", loop: place! },
      };
      const exchange: Statement[] = [
        { kind: "declare", accumulator: kept!, initial: read(fromEnd) },
        { kind: "declare", accumulator: moved!, initial: read(other) },
        { kind: "store", buffer: output.buffer, at: fromEnd, value: value(moved) },
        { kind: "store", buffer: output.buffer, at: other, value: value(kept) },
      ];
      return [
        s.nest([[row!, rows]], [s.nest([[place!, length]], [count]), s.nest([[down!, length]], exchange)]),
      ];
    },
  },
  samples: [
    { params: {}, operands: [{ shape: [12], low: -1e9, high: 1e9 }] },
    { params: {}, operands: [{ shape: [3, 5], low: -1e9, high: 1e9 }] },
    { params: {}, operands: [{ shape: [1], low: -1e9, high: 1e9 }] },
    { params: {}, operands: [{ shape: [2, 0], low: -1e9, high: 1e9 }] },
  ],
});

export const permutation = (bits: Tensor): Tensor => bindOne(permutationPrimitive, [bits]);
