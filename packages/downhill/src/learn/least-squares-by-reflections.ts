/** Least squares of any table, also where columns depend on each other, or nearly do: slower, but as precise as can be. */
import { addScaled } from "../optim/lbfgs/vector.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type CentredTable, isConstant } from "./centred-table.ts";
import { dependenceTolerance } from "./dependence.ts";
import { nullVector, orthonormal, takeOut } from "./null-space.ts";
import { factorise, solveUpper } from "./reflections.ts";

/** A·x ≈ b in columns of doubles. */
interface Problem {
  readonly columns: readonly Float64Array[];
  /** The unit in which dependence of each column is judged, usually its length. Columns with 0 get no coefficient. */
  readonly lengths: readonly number[];
  /** The share of its length up to which what the others leave of a column is rounding. */
  readonly tolerance: number;
  readonly targets: readonly Float64Array[];
}

/** The shortest x that minimises |A·x − b|², for each target b. */
const shortestSolutions = ({ columns, lengths, tolerance, targets }: Problem): Float64Array[] => {
  const active = [...lengths.keys()].filter((column) => lengths[column]! > 0);
  const factorisation = factorise(
    active.map((column) => columns[column]!.map((value) => value / lengths[column]!)),
    tolerance,
  );
  const { rank, element } = factorisation;
  const order = factorisation.order.map((place) => active[place]!);
  const independent = order.slice(0, rank);
  /** A solution in which the dependent columns have no part. */
  const basic = (target: Float64Array): Float64Array => {
    const b = target.slice();
    factorisation.rotate(b);
    solveUpper(factorisation, b);
    const x = new Float64Array(columns.length);
    independent.forEach((column, k) => (x[column] = b[k]! / lengths[column]!));
    return x;
  };
  const nullSpace = orthonormal(
    order.slice(rank).map((column, k) => {
      const coefficients = Float64Array.from({ length: rank }, (_, row) => element(row, rank + k));
      solveUpper(factorisation, coefficients);
      independent.forEach((other, i) => (coefficients[i]! *= lengths[column]! / lengths[other]!));
      return nullVector({ column, others: independent, coefficients }, lengths, tolerance);
    }),
  );
  return targets.map((target) => {
    const x = basic(target);
    if (nullSpace.length === 0) return x;
    takeOut(nullSpace, x);
    // Columns in very different units leave rounding in the null space: whatever became worse by it is mended.
    const rest = target.slice();
    columns.forEach((column, j) => addScaled(rest, -x[j]!, column));
    addScaled(x, 1, basic(rest));
    return x;
  });
};

/** The penalty as further rows: √α·x = 0. */
const penalised = ({ columns, targets, ...problem }: Problem, alpha: number): Problem => {
  if (alpha === 0) return { columns, targets, ...problem };
  const longer = (values: Float64Array, place?: number): Float64Array => {
    const result = new Float64Array(values.length + columns.length);
    result.set(values);
    if (place !== undefined) result[values.length + place] = Math.sqrt(alpha);
    return result;
  };
  return { ...problem, columns: columns.map(longer), targets: targets.map((target) => longer(target)) };
};

const columnsOf = ({ data, shape }: Tensor): Float64Array[] => {
  const [rows, columns] = shape as readonly [number, number];
  return Array.from({ length: columns }, (_, column) =>
    Float64Array.from({ length: rows }, (_value, row) => data[row * columns + column]!),
  );
};

const lengthOf = (values: Float64Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));

/** With at most as many columns as rows. */
const solveTall = (table: CentredTable, targets: readonly Float64Array[], alpha: number): Float64Array[] => {
  const columns = columnsOf(table.B);
  const lengths = columns.map(lengthOf).map((length, j) => (isConstant(table, j, length ** 2) ? 0 : length));
  const tolerance = dependenceTolerance(table, table.xMean, lengths);
  return shortestSolutions(penalised({ columns, lengths, tolerance, targets }, alpha));
};

/**
 * With more columns than rows. The solution is a combination of the rows. With Bᵀ = QR it is x = Qz, as long as z, and
 * Rᵀz ≈ b has as many columns as rows.
 */
const solveWide = (table: CentredTable, targets: readonly Float64Array[], alpha: number): Float64Array[] => {
  const [rows, width] = table.B.shape as readonly [number, number];
  const { data } = table.B;
  const { element, rotateBack } = factorise(
    Array.from({ length: rows }, (_, row) =>
      Float64Array.from(data.subarray(row * width, (row + 1) * width)),
    ),
  );
  const columns = Array.from({ length: rows }, (_, k) =>
    Float64Array.from({ length: rows }, (_value, row) => (row < k ? 0 : element(k, row))),
  );
  // The columns have one unit, and those of no length are rounding.
  const longest = Math.max(...columns.map(lengthOf));
  const lengths = columns.map(() => longest);
  const whole = lengthOf(table.xMean);
  const tolerance = dependenceTolerance(
    table,
    lengths.map(() => whole),
    lengths,
  );
  return shortestSolutions(penalised({ columns, lengths, tolerance, targets }, alpha)).map((z) => {
    const x = new Float64Array(width);
    x.set(z);
    rotateBack(x);
    return x;
  });
};

/** The W [columns, targets] of least norm among those that minimise |B·W − T|² + α|W|². */
export const solveByReflections = (table: CentredTable, alpha: number): Float64Array => {
  const [rows, columns] = table.B.shape as readonly [number, number];
  const solve = columns > rows ? solveWide : solveTall;
  const solutions = solve(table, columnsOf(table.T), alpha);
  const W = new Float64Array(columns * solutions.length);
  solutions.forEach((x, target) =>
    x.forEach((value, column) => (W[column * solutions.length + target] = value)),
  );
  return W;
};
