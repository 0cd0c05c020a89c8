/** Eigenvectors of symmetric matrices. */
import type { Scalar, Statement } from "../../program/loop.ts";
import * as s from "../../program/scalar.ts";
import { bindOne } from "../../program/trace.ts";
import { allAxes } from "../../tensor/shape.ts";
import { ConcreteTensor, literal, type Tensor } from "../../tensor/tensor.ts";
import { div, mul, sub } from "../arithmetic.ts";
import { explicit, floatDTypes } from "../kinds.ts";
import { eq, select } from "../logic.ts";
import { broadcast, reduceSum } from "../movement.ts";
import * as m from "./matrices.ts";

/**
 * How often all pairs of rows are turned. Jacobi's method converges quadratically: each sweep doubles the number of zeros
 * once they are there, and a few more than log₂ n come before (Golub and Van Loan, "Matrix Computations", 8.5).
 */
const sweepsOf = (n: number): number => 6 + Math.ceil(Math.log2(Math.max(2, n)));

/** Rows p and q turned by the angle of which cosine and sine are given. */
const rotate = (values: Float64Array, n: number, p: number, q: number, c: number, sine: number): void => {
  for (let j = 0; j < n; j++) {
    const [upper, lower] = [values[p * n + j]!, values[q * n + j]!];
    values[p * n + j] = c * upper - sine * lower;
    values[q * n + j] = sine * upper + c * lower;
  }
};

const exchangeAxes = (values: Float64Array, n: number): void => {
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) {
      const held = values[i * n + j]!;
      values[i * n + j] = values[j * n + i]!;
      values[j * n + i] = held;
    }
};

/** Σⱼ Rᵢⱼ·(R·A)ᵢⱼ, the eigenvalues that belong to the rows of R. */
export const valuesOfRows = (rows: Tensor, a: Tensor): Tensor =>
  reduceSum(mul(rows, m.product(rows, a)), [rows.rank - 1]);

/**
 * The orthonormal eigenvectors of symmetric A [..., n, n], of which the lower triangle is read, as rows R in no particular
 * order and of either sign, by Jacobi's rotations, pairs of rows at growing distance in turn.
 *
 * dR = (G ∘ (R dA Rᵀ))·R with Gᵢⱼ = 1 / (λᵢ − λⱼ), and 0 where these are equal: there the eigenvectors have no derivative,
 * and eigenvalues and what depends on the whole eigenspace have the right one (Magnus 1985, "On differentiating eigenvalues
 * and eigenvectors").
 */
const eigenvectorsPrimitive = explicit({
  name: "eigenvectors",
  dtypes: floatDTypes,
  type: ([a]) => {
    m.requireSquare("eigenvectors", a!);
    return { shape: a!.shape, dtype: a!.dtype };
  },
  evaluate: ([a], _params, output) => {
    const { batch, rows: n } = m.sizesOf(a!.shape);
    const result = new Float64Array(a!.values.length);
    for (let e = 0; e < batch; e++) {
      const own = Float64Array.from({ length: n * n }, (_, at) => {
        const [i, j] = [Math.floor(at / n), at % n];
        return a!.values[e * n * n + Math.max(i, j) * n + Math.min(i, j)]!;
      });
      const rows = result.subarray(e * n * n, (e + 1) * n * n);
      for (let i = 0; i < n; i++) rows[i * n + i] = 1;
      for (let sweep = 0; sweep < sweepsOf(n); sweep++)
        for (let distance = 1; distance <= n >> 1; distance++)
          for (let p = 0; p < n; p++) {
            const q = (p + distance) % n;
            const off = own[p * n + q]!;
            const ratio = (own[q * n + q]! - own[p * n + p]!) / (2 * off);
            const size = 1 / (Math.abs(ratio) + Math.sqrt(ratio * ratio + 1));
            const t = off === 0 ? 0 : ratio < 0 ? -size : size;
            const c = 1 / Math.sqrt(t * t + 1);
            rotate(own, n, p, q, c, t * c);
            exchangeAxes(own, n);
            rotate(own, n, p, q, c, t * c);
            rotate(rows, n, p, q, c, t * c);
          }
    }
    return new ConcreteTensor(
      output.dtype === "float64" ? result : Float32Array.from(result),
      output.shape,
      output.dtype,
    );
  },
  tangent: (rows, [a], [da]) => {
    if (da === undefined) return undefined;
    const values = valuesOfRows(rows, m.mirrored(a!));
    const lead = allAxes(rows.rank - 2);
    const ofRow = broadcast(values, rows.shape, [...lead, rows.rank - 2]);
    const ofColumn = broadcast(values, rows.shape, [...lead, rows.rank - 1]);
    const difference = sub(ofRow, ofColumn);
    const [zero, one] = [literal(0, rows.dtype), literal(1, rows.dtype)];
    const areEqual = eq(difference, zero);
    const inverse = select(areEqual, zero, div(one, select(areEqual, one, difference)));
    const turned = m.product(m.product(rows, m.mirrored(da)), m.transposed(rows));
    return m.product(mul(inverse, turned), rows);
  },
  batch: ([a]) => eigenvectors(a!),
  lowering: {
    form: "loops",
    scratch: ([a]) => [{ shape: a!.shape.slice(-2), dtype: a!.dtype }],
    statements: ([a], output, _params, [scratch]) => {
      const { batch, rows: n } = m.sizesOf(output.type.shape);
      const type = s.scalarOf(output.buffer.dtype);
      const [e, i, j, p, d, sweep] = ["e", "i", "j", "p", "d", "sweep"].map(m.loopIndex);
      const given = m.elements(a!.buffer, n, n, e);
      const own = m.elements(scratch!.buffer, n, n);
      const rows = m.elements(output.buffer, n, n, e);
      const [row, column] = [m.indexValue(i!), m.indexValue(j!)];
      const q = m.kept("q", s.remainder(s.add(s.add(m.indexValue(p!), m.indexValue(d!)), 1), n));
      const other = { dynamic: q.value };
      const off = m.kept("off", own.read(p!, other));
      const ratio = m.kept(
        "ratio",
        s.div(s.sub(own.read(other, other), own.read(p!, p!)), s.mul(off.value, 2)),
      );
      const size = s.div(
        s.constant(type, 1),
        s.add(s.abs(ratio.value), s.sqrt(s.add(s.mul(ratio.value, ratio.value), 1))),
      );
      const zero = s.constant(type, 0);
      const t = m.kept(
        "t",
        s.select(s.eq(off.value, 0), zero, s.select(s.lt(ratio.value, 0), s.neg(size), size)),
      );
      const c = m.kept("c", s.div(s.constant(type, 1), s.sqrt(s.add(s.mul(t.value, t.value), 1))));
      const sine = m.kept("sine", s.mul(t.value, c.value));
      /** Rows p and q of something, or its columns, turned. */
      const turn = (of: m.Elements, isColumn: boolean): Statement => {
        const read = (place: m.Place): Scalar => (isColumn ? of.read(j!, place) : of.read(place, j!));
        const write = (place: m.Place, value: Scalar): Statement =>
          isColumn ? of.write(j!, place, value) : of.write(place, j!, value);
        const [upper, lower] = [m.kept("upper", read(p!)), m.kept("lower", read(other))];
        return m.loop(j!, n, [
          upper.declare,
          lower.declare,
          write(p!, s.sub(s.mul(c.value, upper.value), s.mul(sine.value, lower.value))),
          write(other, s.add(s.mul(sine.value, upper.value), s.mul(c.value, lower.value))),
        ]);
      };
      const turns = [q, off, ratio, t, c, sine].map(({ declare }) => declare);
      return [
        m.loop(e!, batch, [
          m.loop(i!, n, [
            m.loop(j!, n, [
              own.write(i!, j!, s.select(s.ge(row, column), given.read(i!, j!), given.read(j!, i!))),
              rows.write(i!, j!, s.select(s.eq(row, column), s.constant(type, 1), zero)),
            ]),
          ]),
          ...(n < 2
            ? []
            : [
                m.loop(sweep!, sweepsOf(n), [
                  m.loop(d!, n >> 1, [
                    m.loop(p!, n, [...turns, turn(own, false), turn(own, true), turn(rows, false)]),
                  ]),
                ]),
              ]),
        ]),
      ];
    },
  },
  samples: [
    { params: {}, operands: [{ shape: [3, 3], low: -1, high: 1, diagonal: [-4, 0, 4] }] },
    { params: {}, operands: [{ shape: [2, 2, 2], low: -1, high: 1, diagonal: [2, -2] }] },
    { params: {}, operands: [{ shape: [4, 4], low: -1, high: 1, diagonal: [-6, -2, 2, 6] }] },
  ],
});

export const eigenvectors = (a: Tensor): Tensor => bindOne(eigenvectorsPrimitive, [a]);
