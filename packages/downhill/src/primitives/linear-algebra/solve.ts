/** Linear equations. */
import type { Statement } from "../../program/loop.ts";
import * as s from "../../program/scalar.ts";
import { bindOne } from "../../program/trace.ts";
import { ConcreteTensor, type Tensor } from "../../tensor/tensor.ts";
import { neg, sub } from "../arithmetic.ts";
import { explicit, floatDTypes, valueOfOperand } from "../kinds.ts";
import * as m from "./matrices.ts";

/** Eliminates in place: `a` [n, n] and `x` [n, columns], which holds the right sides at first. */
const eliminate = (a: Float64Array, x: Float64Array, n: number, columns: number): void => {
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]!) > Math.abs(a[pivot * n + k]!)) pivot = i;
    for (const [values, width] of [
      [a, n],
      [x, columns],
    ] as const)
      for (let j = 0; j < width; j++) {
        const held = values[k * width + j]!;
        values[k * width + j] = values[pivot * width + j]!;
        values[pivot * width + j] = held;
      }
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k]! / a[k * n + k]!;
      for (let j = k; j < n; j++) a[i * n + j]! -= factor * a[k * n + j]!;
      for (let c = 0; c < columns; c++) x[i * columns + c]! -= factor * x[k * columns + c]!;
    }
  }
  for (let k = n - 1; k >= 0; k--)
    for (let c = 0; c < columns; c++) {
      x[k * columns + c]! /= a[k * n + k]!;
      for (let i = 0; i < k; i++) x[i * columns + c]! -= a[i * n + k]! * x[k * columns + c]!;
    }
};

/**
 * X with A·X = B for A [..., n, n] and B [..., n, k], by Gaussian elimination with row pivots; infinite or NaN where A is
 * singular.
 *
 * dX = A⁻¹(dB − dA·X); by B it is linear, with the transpose A⁻ᵀ (Giles 2008, "Collected matrix derivative results").
 */
const solvePrimitive = explicit({
  name: "solve",
  operands: 2,
  dtypes: floatDTypes,
  type: ([a, b]) => {
    m.requireSquare("solve", a!);
    m.requireRightSide("solve", a!, b!);
    return { shape: b!.shape, dtype: b!.dtype };
  },
  evaluate: ([a, b], _params, output) => {
    const { batch, rows: n, columns } = m.sizesOf(b!.shape);
    const x = Float64Array.from(b!.values);
    for (let e = 0; e < batch; e++)
      eliminate(
        Float64Array.from(a!.values.subarray(e * n * n, (e + 1) * n * n)),
        x.subarray(e * n * columns, (e + 1) * n * columns),
        n,
        columns,
      );
    return new ConcreteTensor(
      output.dtype === "float64" ? x : Float32Array.from(x),
      output.shape,
      output.dtype,
    );
  },
  tangent: (x, [a], [da, db]) => {
    const moved = da && m.product(da, x);
    const right = moved === undefined ? db : db === undefined ? neg(moved) : sub(db, moved);
    return right && solve(a!, right);
  },
  transpose: (cotangent, [a]) => [undefined, solve(m.transposed(valueOfOperand(a!)), cotangent)],
  batch: (operands, batched, size) => {
    const [a, b] = m.spreadBatch(operands, batched, size);
    return solve(a!, b!);
  },
  lowering: {
    form: "loops",
    scratch: ([a]) => [{ shape: a!.shape.slice(-2), dtype: a!.dtype }],
    statements: ([a, b], output, _params, [scratch]) => {
      const { batch, rows: n, columns } = m.sizesOf(output.type.shape);
      const type = s.scalarOf(output.buffer.dtype);
      const [e, i, j, k, c] = ["e", "i", "j", "k", "c"].map(m.loopIndex);
      const given = m.elements(a!.buffer, n, n, e);
      const right = m.elements(b!.buffer, n, columns, e);
      const matrix = m.elements(scratch!.buffer, n, n);
      const x = m.elements(output.buffer, n, columns, e);

      const best = m.kept("best", s.constant(type, -1));
      const pivot = m.kept("pivot", m.indexValue(k!));
      const isCandidate = s.ge(m.indexValue(i!), m.indexValue(k!));
      const size = s.select(isCandidate, s.abs(matrix.read(i!, k!)), s.constant(type, -1));
      const isLarger = s.gt(size, best.value);
      const exchange = (of: m.Elements, column: typeof j): Statement[] => {
        const [upper, lower] = [
          m.kept("upper", of.read(k!, column!)),
          m.kept("lower", of.read({ dynamic: pivot.value }, column!)),
        ];
        return [
          upper.declare,
          lower.declare,
          of.write(k!, column!, lower.value),
          of.write({ dynamic: pivot.value }, column!, upper.value),
        ];
      };
      const isBelow = s.gt(m.indexValue(i!), m.indexValue(k!));
      const factor = m.kept("factor", s.div(matrix.read(i!, k!), matrix.read(k!, k!)));
      const reduced = (of: m.Elements, column: typeof j): Statement => {
        const value = of.read(i!, column!);
        const less = s.sub(value, s.mul(factor.value, of.read(k!, column!)));
        return of.write(i!, column!, s.select(isBelow, less, value));
      };
      const last = { fromEnd: k! };
      const isAbove = s.lt(m.indexValue(i!), s.sub(n - 1, m.indexValue(k!)));
      const above = m.kept("above", matrix.read(i!, last));
      const diagonal = m.kept("diagonal", matrix.read(last, last));
      const substituted = s.sub(x.read(i!, c!), s.mul(above.value, x.read(last, c!)));
      return [
        m.loop(e!, batch, [
          m.loop(i!, n, [
            m.loop(j!, n, [matrix.write(i!, j!, given.read(i!, j!))], true),
            m.loop(c!, columns, [x.write(i!, c!, right.read(i!, c!))], true),
          ]),
          m.loop(k!, n, [
            best.declare,
            pivot.declare,
            m.loop(i!, n, [
              pivot.set(s.select(isLarger, m.indexValue(i!), pivot.value)),
              best.set(s.select(isLarger, size, best.value)),
            ]),
            m.loop(j!, n, exchange(matrix, j)),
            m.loop(c!, columns, exchange(x, c)),
            m.loop(i!, n, [
              factor.declare,
              m.loop(j!, n, [reduced(matrix, j)], true),
              m.loop(c!, columns, [reduced(x, c)], true),
            ]),
          ]),
          m.loop(k!, n, [
            diagonal.declare,
            m.loop(c!, columns, [x.write(last, c!, s.div(x.read(last, c!), diagonal.value))], true),
            m.loop(i!, n, [
              above.declare,
              m.loop(c!, columns, [x.write(i!, c!, s.select(isAbove, substituted, x.read(i!, c!)))], true),
            ]),
          ]),
        ]),
      ];
    },
  },
  samples: [
    {
      params: {},
      operands: [
        { shape: [3, 3], low: -1, high: 1, diagonal: [3, 3, 3] },
        { shape: [3, 2], low: -2, high: 2 },
      ],
    },
    {
      // Zeros on the diagonal, nearly: rows must be exchanged.
      params: {},
      operands: [
        { shape: [2, 2, 2], low: 0.9, high: 1.1, diagonal: [-1, -1] },
        { shape: [2, 2, 1], low: -2, high: 2 },
      ],
    },
  ],
});

export const solve = (a: Tensor, b: Tensor): Tensor => bindOne(solvePrimitive, [a, b]);
