/** Equations with triangular matrices. */
import * as s from "../../program/scalar.ts";
import { bindOne } from "../../program/trace.ts";
import { ConcreteTensor, type Tensor } from "../../tensor/tensor.ts";
import { neg, sub } from "../arithmetic.ts";
import { explicit, floatDTypes, valueOfOperand } from "../kinds.ts";
import { booleanParam } from "../params.ts";
import * as m from "./matrices.ts";

/**
 * X with T·X = B for triangular T [..., n, n] and B [..., n, k], by substitution; the other triangle of T is not read.
 *
 * dX = T⁻¹(dB − dT·X); by B it is linear, with the transpose T⁻ᵀ (Giles 2008, "Collected matrix derivative results").
 */
const solveTriangularPrimitive = explicit({
  name: "solveTriangular",
  operands: 2,
  dtypes: floatDTypes,
  type: ([t, b], params) => {
    booleanParam(params, "lower");
    m.requireSquare("solveTriangular", t!);
    m.requireRightSide("solveTriangular", t!, b!);
    return { shape: b!.shape, dtype: b!.dtype };
  },
  evaluate: ([t, b], params, output) => {
    const isLower = booleanParam(params, "lower");
    const { batch, rows: n, columns } = m.sizesOf(b!.shape);
    const x = Float64Array.from(b!.values);
    for (let e = 0; e < batch; e++)
      for (let i = 0; i < n; i++) {
        const row = isLower ? i : n - 1 - i;
        const at = (e * n + row) * columns;
        for (let c = 0; c < columns; c++) {
          let sum = x[at + c]!;
          for (let k = 0; k < i; k++) {
            const other = isLower ? k : n - 1 - k;
            sum -= t!.values[(e * n + row) * n + other]! * x[(e * n + other) * columns + c]!;
          }
          x[at + c] = sum / t!.values[(e * n + row) * n + row]!;
        }
      }
    return new ConcreteTensor(
      output.dtype === "float64" ? x : Float32Array.from(x),
      output.shape,
      output.dtype,
    );
  },
  tangent: (x, [t], [dt, db], params) => {
    const isLower = booleanParam(params, "lower");
    const moved = dt && m.product(m.triangle(dt, isLower), x);
    const right = moved === undefined ? db : db === undefined ? neg(moved) : sub(db, moved);
    return right && solveTriangular(t!, right, isLower);
  },
  transpose: (cotangent, [t], params) => [
    undefined,
    solveTriangular(m.transposed(valueOfOperand(t!)), cotangent, !booleanParam(params, "lower")),
  ],
  batch: (operands, batched, size, params) => {
    const [t, b] = m.spreadBatch(operands, batched, size);
    return solveTriangular(t!, b!, booleanParam(params, "lower"));
  },
  lowering: {
    form: "loops",
    statements: ([t, b], output, params) => {
      const isLower = booleanParam(params, "lower");
      const { batch, rows: n, columns } = m.sizesOf(output.type.shape);
      const [e, i, k, c] = ["e", "i", "k", "c"].map(m.loopIndex);
      const row = isLower ? i! : { fromEnd: i! };
      const other = isLower ? k! : { fromEnd: k! };
      const matrix = m.elements(t!.buffer, n, n, e);
      const right = m.elements(b!.buffer, n, columns, e);
      const x = m.elements(output.buffer, n, columns, e);
      const isKnown = s.lt(m.indexValue(k!), m.indexValue(i!));
      const factor = m.kept("factor", matrix.read(row, other));
      const reduced = s.sub(x.read(row, c!), s.mul(factor.value, x.read(other, c!)));
      const pivot = m.kept("pivot", matrix.read(row, row));
      return [
        m.loop(e!, batch, [
          m.loop(i!, n, [
            m.loop(c!, columns, [x.write(row, c!, right.read(row, c!))], true),
            m.loop(k!, n, [
              factor.declare,
              m.loop(c!, columns, [x.write(row, c!, s.select(isKnown, reduced, x.read(row, c!)))], true),
            ]),
            pivot.declare,
            m.loop(c!, columns, [x.write(row, c!, s.div(x.read(row, c!), pivot.value))], true),
          ]),
        ]),
      ];
    },
  },
  samples: [true, false].flatMap((lower) => [
    {
      params: { lower },
      operands: [
        { shape: [3, 3], low: -1, high: 1, diagonal: [3, 3, 3] },
        { shape: [3, 2], low: -2, high: 2 },
      ],
    },
    {
      params: { lower },
      operands: [
        { shape: [2, 4, 4], low: -1, high: 1, diagonal: [3, -3, 4, 3] },
        { shape: [2, 4, 1], low: -2, high: 2 },
      ],
    },
  ]),
});

export const solveTriangular = (t: Tensor, b: Tensor, lower: boolean): Tensor =>
  bindOne(solveTriangularPrimitive, [t, b], { lower });
