/** Orthonormal rows. */
import * as s from "../../program/scalar.ts";
import { bindOne } from "../../program/trace.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { formatShape } from "../../tensor/shape.ts";
import { ConcreteTensor, type Tensor } from "../../tensor/tensor.ts";
import { sub } from "../arithmetic.ts";
import { explicit, floatDTypes } from "../kinds.ts";
import * as m from "./matrices.ts";
import { solveTriangular } from "./triangular.ts";

/** Takes its part along row k away from row j of `q`, whose rows have `length` elements and begin at `start`. */
const orthogonalise = (q: Float64Array, start: number, length: number, j: number, k: number): void => {
  const [own, other] = [start + j * length, start + k * length];
  let part = 0;
  for (let t = 0; t < length; t++) part += q[own + t]! * q[other + t]!;
  for (let t = 0; t < length; t++) q[own + t]! -= part * q[other + t]!;
};

/**
 * The rows Q of A [..., n, m], n ≤ m, made orthonormal one after another, so that A = L·Q with L lower triangular of
 * positive diagonal. Gram and Schmidt's way with every projection done twice, which suffices for orthonormality to the
 * last digits unless A's rows are dependent (Giraud, Langou, Rozložník and van den Eshof 2005).
 *
 * With W = L⁻¹ dA and M = W·Qᵀ the rotation Ω = U − Uᵀ has the strict upper triangle U of M, and dQ = W − (M − Ω)·Q
 * (Walter and Lehmann 2010, "Algorithmic differentiation of linear algebra functions", transposed).
 */
const orthonormalPrimitive = explicit({
  name: "orthonormal",
  dtypes: floatDTypes,
  type: ([a]) => {
    const { shape } = a!;
    if (shape.length < 2 || shape.at(-2)! > shape.at(-1)!)
      throw new ShapeError(
        "orthonormal",
        `takes matrices with no more rows than columns, not shape ${formatShape(shape)}`,
        [shape],
      );
    return { shape, dtype: a!.dtype };
  },
  evaluate: ([a], _params, output) => {
    const { batch, rows, columns } = m.sizesOf(a!.shape);
    const q = Float64Array.from(a!.values);
    for (let e = 0; e < batch; e++) {
      const start = e * rows * columns;
      for (let j = 0; j < rows; j++) {
        for (const _ of [1, 2]) for (let k = 0; k < j; k++) orthogonalise(q, start, columns, j, k);
        const row = q.subarray(start + j * columns, start + (j + 1) * columns);
        const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
        row.forEach((value, t) => (row[t] = value / length));
      }
    }
    return new ConcreteTensor(
      output.dtype === "float64" ? q : Float32Array.from(q),
      output.shape,
      output.dtype,
    );
  },
  tangent: (q, [a], [da]) => {
    if (da === undefined) return undefined;
    const l = m.triangle(m.product(a!, m.transposed(q)), true);
    const w = solveTriangular(l, da, true);
    const along = m.product(w, m.transposed(q));
    const upper = m.strictTriangle(along, false);
    const rotation = sub(upper, m.transposed(upper));
    return sub(w, m.product(sub(along, rotation), q));
  },
  batch: ([a]) => orthonormal(a!),
  lowering: {
    form: "loops",
    statements: ([a], output) => {
      const { batch, rows, columns } = m.sizesOf(output.type.shape);
      const type = s.scalarOf(output.buffer.dtype);
      const [e, j, k, t, twice] = ["e", "j", "k", "t", "twice"].map(m.loopIndex);
      const given = m.elements(a!.buffer, rows, columns, e);
      const q = m.elements(output.buffer, rows, columns, e);
      const isBefore = s.lt(m.indexValue(k!), m.indexValue(j!));
      const part = m.summed(type, t!, columns, s.mul(q.read(j!, t!), q.read(k!, t!)));
      const less = s.sub(q.read(j!, t!), s.mul(part.value, q.read(k!, t!)));
      const squares = m.summed(type, t!, columns, s.mul(q.read(j!, t!), q.read(j!, t!)));
      const length = m.kept("length", s.sqrt(squares.value));
      return [
        m.loop(e!, batch, [
          m.loop(j!, rows, [
            m.loop(t!, columns, [q.write(j!, t!, given.read(j!, t!))], true),
            m.loop(twice!, 2, [
              m.loop(k!, rows, [
                ...part.statements,
                m.loop(t!, columns, [q.write(j!, t!, s.select(isBefore, less, q.read(j!, t!)))], true),
              ]),
            ]),
            ...squares.statements,
            length.declare,
            m.loop(t!, columns, [q.write(j!, t!, s.div(q.read(j!, t!), length.value))], true),
          ]),
        ]),
      ];
    },
  },
  samples: [
    { params: {}, operands: [{ shape: [3, 3], low: -1, high: 1, diagonal: [3, -3, 3] }] },
    { params: {}, operands: [{ shape: [2, 5], low: 0.5, high: 1, diagonal: [2, 0, 0, 0, -3] }] },
    { params: {}, operands: [{ shape: [2, 2, 2], low: -1, high: 1, diagonal: [3, 3] }] },
  ],
});

export const orthonormal = (a: Tensor): Tensor => bindOne(orthonormalPrimitive, [a]);
