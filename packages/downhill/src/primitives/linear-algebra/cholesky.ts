/** Square roots of positive definite matrices. */
import * as s from "../../program/scalar.ts";
import { bindOne } from "../../program/trace.ts";
import { ConcreteTensor, literal, type Tensor } from "../../tensor/tensor.ts";
import { add, mul } from "../arithmetic.ts";
import { explicit, floatDTypes } from "../kinds.ts";
import * as m from "./matrices.ts";
import { solveTriangular } from "./triangular.ts";

/**
 * The lower triangular L with L·Lᵀ = A for symmetric positive definite A [..., n, n], of which the lower triangle is read;
 * NaN where A is not positive definite. Row by row (Cholesky and Banachiewicz).
 *
 * dL = L·Φ(L⁻¹ dA L⁻ᵀ), Φ the lower triangle with half of the diagonal (Murray 2016, "Differentiation of the Cholesky
 * decomposition").
 */
const choleskyPrimitive = explicit({
  name: "cholesky",
  dtypes: floatDTypes,
  type: ([a]) => {
    m.requireSquare("cholesky", a!);
    return { shape: a!.shape, dtype: a!.dtype };
  },
  evaluate: ([a], _params, output) => {
    const { batch, rows: n } = m.sizesOf(a!.shape);
    const l = new Float64Array(a!.values.length);
    for (let e = 0; e < batch; e++)
      for (let i = 0; i < n; i++)
        for (let j = 0; j <= i; j++) {
          const [row, other] = [(e * n + i) * n, (e * n + j) * n];
          let rest = a!.values[row + j]!;
          for (let k = 0; k < j; k++) rest -= l[row + k]! * l[other + k]!;
          l[row + j] = i === j ? Math.sqrt(rest) : rest / l[other + j]!;
        }
    return new ConcreteTensor(
      output.dtype === "float64" ? l : Float32Array.from(l),
      output.shape,
      output.dtype,
    );
  },
  tangent: (l, _primals, [da]) => {
    if (da === undefined) return undefined;
    const half = solveTriangular(l, m.mirrored(da), true);
    const inner = solveTriangular(l, m.transposed(half), true);
    const both = add(m.triangle(inner, true), m.strictTriangle(inner, true));
    return m.product(l, mul(both, literal(0.5, l.dtype)));
  },
  batch: ([a]) => cholesky(a!),
  lowering: {
    form: "loops",
    statements: ([a], output) => {
      const { batch, rows: n } = m.sizesOf(output.type.shape);
      const type = s.scalarOf(output.buffer.dtype);
      const [e, i, j, k, u] = ["e", "i", "j", "k", "u"].map(m.loopIndex);
      const matrix = m.elements(a!.buffer, n, n, e);
      const l = m.elements(output.buffer, n, n, e);
      /** Σ over k < j of L[i, k]·L[j, k]; what is not known yet does not count. */
      const known = (row: m.Place): ReturnType<typeof m.summed> =>
        m.summed(
          type,
          k!,
          n,
          s.select(s.lt(m.indexValue(k!), m.indexValue(j!)), s.mul(l.read(row, k!), l.read(j!, k!)), 0),
        );
      const squares = known(j!);
      const products = known(i!);
      const pivot = m.kept("pivot", s.sqrt(s.sub(matrix.read(j!, j!), squares.value)));
      const below = s.div(s.sub(matrix.read(i!, j!), products.value), pivot.value);
      const [row, column] = [m.indexValue(i!), m.indexValue(j!)];
      return [
        m.loop(u!, batch * n * n, [
          {
            kind: "store",
            buffer: output.buffer,
            at: { offset: 0, terms: [{ loop: u!, stride: 1 }] },
            value: s.constant(type, 0),
          },
        ]),
        m.loop(e!, batch, [
          m.loop(j!, n, [
            ...squares.statements,
            pivot.declare,
            l.write(j!, j!, pivot.value),
            m.loop(i!, n, [
              ...products.statements,
              l.write(
                i!,
                j!,
                s.select(
                  s.eq(row, column),
                  pivot.value,
                  s.select(s.gt(row, column), below, s.constant(type, 0)),
                ),
              ),
            ]),
          ]),
        ]),
      ];
    },
  },
  samples: [
    { params: {}, operands: [{ shape: [3, 3], low: -1, high: 1, diagonal: [4, 4, 4] }] },
    { params: {}, operands: [{ shape: [2, 2, 2], low: -1, high: 1, diagonal: [3, 4] }] },
    { params: {}, operands: [{ shape: [5, 5], low: -1, high: 1, diagonal: [5, 6, 5, 6, 5] }] },
  ],
});

export const cholesky = (a: Tensor): Tensor => bindOne(choleskyPrimitive, [a]);
