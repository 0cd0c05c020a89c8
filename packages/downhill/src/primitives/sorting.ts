/** Orders. */
import type { Index, Scalar, Statement } from "../program/loop.ts";
import type { LoopOperand } from "../program/primitive.ts";
import * as s from "../program/scalar.ts";
import { bindOne } from "../program/trace.ts";
import { ShapeError } from "../tensor/errors.ts";
import { sizeOf } from "../tensor/shape.ts";
import { ConcreteTensor, type Tensor } from "../tensor/tensor.ts";
import { explicit, numericDTypes } from "./kinds.ts";

/** Whether a comes before b: smaller, or a number before NaN. */
const precedes = (a: number, b: number): boolean => a < b || (Number.isNaN(b) && !Number.isNaN(a));

const precedesScalar = (a: Scalar, b: Scalar): Scalar =>
  a.type === "i32" ? s.lt(a, b) : s.or(s.lt(a, b), s.and(s.ne(b, b), s.eq(a, a)));

/** How often runs of sorted elements, of one at first, must be merged by pairs. */
const passesOf = (length: number): number => (length <= 1 ? 0 : Math.ceil(Math.log2(length)));

/**
 * One pass of the merge sort: neighbouring runs of `width` indices in `from` become runs of twice that in `to`. The
 * lengths of all runs are known beforehand; only how far each of the two has been read is not.
 */
const mergePass = (
  x: LoopOperand,
  from: LoopOperand,
  to: LoopOperand,
  width: number,
  rows: number,
  length: number,
): Statement[] => {
  const row = { name: "row" };
  const type = s.scalarOf(x.buffer.dtype);
  const inRow = { loop: row, stride: length };
  const indexAt = (at: Index): Scalar => ({ kind: "load", type: "i32", buffer: from.buffer, at });
  const valueAt = (index: Scalar): Scalar => ({
    kind: "load",
    type,
    buffer: x.buffer,
    at: { offset: 0, terms: [inRow], dynamic: index },
  });

  /** `left` and then `right` sorted indices from `start` on, in each of `count` blocks. */
  const merge = (start: number, count: number, left: number, right: number): Statement => {
    const block = { name: "block" };
    const place = { name: "place" };
    const inBlock = [inRow, { loop: block, stride: 2 * width }];
    const target: Index = { offset: start, terms: [...inBlock, { loop: place, stride: 1 }] };
    const store = (value: Scalar): Statement => ({ kind: "store", buffer: to.buffer, at: target, value });
    if (right === 0)
      return s.nest(
        [
          [row, rows],
          [block, count],
          [place, left],
        ],
        [store(indexAt(target))],
      );
    const [i, j, a, b, takesB] = ["i", "j", "a", "b", "takesB"].map(
      (name) => ({ name, type: "i32" }) as const,
    );
    const read = (accumulator: typeof i): Scalar => ({
      kind: "accumulator",
      type: "i32",
      accumulator: accumulator!,
    });
    const zero = s.constant("i32", 0);
    const head = (offset: number, at: Scalar, end: number): Scalar =>
      indexAt({ offset, terms: inBlock, dynamic: s.min(at, end - 1) });
    const isB = s.and(
      s.lt(read(j), right),
      s.or(s.ge(read(i), left), precedesScalar(valueAt(read(b)), valueAt(read(a)))),
    );
    return s.nest(
      [
        [row, rows],
        [block, count],
      ],
      [
        { kind: "declare", accumulator: i!, initial: zero },
        { kind: "declare", accumulator: j!, initial: zero },
        s.nest(
          [[place, left + right]],
          [
            { kind: "declare", accumulator: a!, initial: head(start, read(i), left) },
            { kind: "declare", accumulator: b!, initial: head(start + left, read(j), right) },
            { kind: "declare", accumulator: takesB!, initial: s.convert("i32", isB) },
            store(s.select(s.ne(read(takesB), 0), read(b), read(a))),
            { kind: "assign", accumulator: i!, value: s.add(read(i), s.sub(1, read(takesB))) },
            { kind: "assign", accumulator: j!, value: s.add(read(j), read(takesB)) },
          ],
        ),
      ],
    );
  };

  const full = Math.floor(length / (2 * width));
  const rest = length - full * 2 * width;
  const left = Math.min(width, rest);
  return [
    ...(full > 0 ? [merge(0, full, width, width)] : []),
    ...(rest > 0 ? [merge(full * 2 * width, 1, left, rest - left)] : []),
  ];
};

/**
 * Indices (int32) that sort the elements along the last axis from small to large; equal ones stay in order, NaN comes
 * last. A merge sort from the bottom up.
 */
const argsortPrimitive = explicit({
  name: "argsort",
  dtypes: numericDTypes,
  type: ([x]) => {
    if (x!.shape.length === 0) throw new ShapeError("argsort", "takes a row of numbers, not a scalar", [[]]);
    return { shape: x!.shape, dtype: "int32" };
  },
  evaluate: ([x], _params, output) => {
    const length = output.shape.at(-1)!;
    const values = new Int32Array(sizeOf(output.shape));
    for (let start = 0; start < values.length; start += length) {
      const row = x!.values.subarray(start, start + length);
      const order = Array.from(row, (_, i) => i);
      order.sort((i, j) => (precedes(row[i]!, row[j]!) ? -1 : precedes(row[j]!, row[i]!) ? 1 : 0));
      values.set(order, start);
    }
    return new ConcreteTensor(values, output.shape, "int32");
  },
  batch: ([x]) => argsort(x!),
  lowering: {
    form: "loops",
    scratch: (_, [output]) => [{ shape: output!.shape, dtype: "int32" }],
    statements: ([x], output, _params, [scratch]) => {
      const length = output.type.shape.at(-1)!;
      const rows = sizeOf(output.type.shape.slice(0, -1));
      const passes = passesOf(length);
      // By turns from one to the other, so that the last pass writes the result.
      const source = (pass: number): LoopOperand => ((passes - pass) % 2 === 0 ? output : scratch!);
      const [row, place] = [{ name: "row" }, { name: "place" }];
      const count: Statement = {
        kind: "store",
        buffer: source(0).buffer,
        at: {
          offset: 0,
          terms: [
            { loop: row, stride: length },
            { loop: place, stride: 1 },
          ],
        },
        value: { kind: "index", type: "i32", loop: place },
      };
      return [
        s.nest(
          [
            [row, rows],
            [place, length],
          ],
          [count],
        ),
        ...Array.from({ length: passes }, (_, pass) =>
          mergePass(x!, source(pass), source(pass + 1), 2 ** pass, rows, length),
        ).flat(),
      ];
    },
  },
  samples: [
    { params: {}, operands: [{ shape: [7], low: -2, high: 2 }] },
    { params: {}, operands: [{ shape: [3, 8], low: -2, high: 2 }] },
    { params: {}, operands: [{ shape: [2, 37], low: -5, high: 5 }] },
    { params: {}, operands: [{ shape: [1], low: -2, high: 2 }] },
    { params: {}, operands: [{ shape: [2, 0], low: -2, high: 2 }] },
  ],
});

export const argsort = (x: Tensor): Tensor => bindOne(argsortPrimitive, [x]);
