/** Eigenvalues of symmetric tridiagonal matrices. */

/**
 * The eigenvalues of a symmetric tridiagonal matrix in ascending order, by the QL algorithm with implicit shifts
 * (Bowdler, Martin, Reinsch and Wilkinson 1968, "The QR and QL algorithms for symmetric matrices").
 *
 * @param diagonal [m]
 * @param offDiagonal [m] or longer: entry i couples i and i + 1; those from m − 1 on are not read.
 * @param rows vectors of m components, which are overwritten by their products with the matrix of eigenvectors: of a row
 *   of the identity matrix the components of all eigenvectors in that row are left.
 */
export const tridiagonalEigenvalues = (
  diagonal: ArrayLike<number>,
  offDiagonal: ArrayLike<number>,
  rows: readonly Float64Array[] = [],
): Float64Array => {
  const size = diagonal.length;
  const values = Float64Array.from(diagonal);
  const off = Float64Array.from({ length: size }, (_, i) => (i < size - 1 ? offDiagonal[i]! : 0));
  for (let low = 0; low < size; low++) {
    for (;;) {
      const high = blockEnd(values, off, low);
      if (high === low) break;
      sweep(values, off, low, high, rows);
    }
  }
  sortAscending(values, rows);
  return values;
};

/** The end of the block from `low` on that no negligible coupling divides. */
const blockEnd = (values: Float64Array, off: Float64Array, low: number): number => {
  let end = low;
  while (end < values.length - 1) {
    const size = Math.abs(values[end]!) + Math.abs(values[end + 1]!);
    // Not finite: there is nothing to be found, and nothing that would ever become small.
    if (size + Math.abs(off[end]!) === size || !Number.isFinite(size + off[end]!)) return end;
    end++;
  }
  return end;
};

/** One sweep of plane rotations through the block from `low` to `high`, shifted by the eigenvalue at its upper end. */
const sweep = (
  values: Float64Array,
  off: Float64Array,
  low: number,
  high: number,
  rows: readonly Float64Array[],
): void => {
  const half = (values[low + 1]! - values[low]!) / (2 * off[low]!);
  const root = Math.hypot(half, 1);
  let g = values[high]! - values[low]! + off[low]! / (half + (half >= 0 ? root : -root));
  let [sine, cosine, shift] = [1, 1, 0];
  for (let i = high - 1; i >= low; i--) {
    const f = sine * off[i]!;
    const b = cosine * off[i]!;
    const length = Math.hypot(f, g);
    off[i + 1] = length;
    if (length === 0) {
      // The block has come apart: the rest of the sweep would divide by zero.
      values[i + 1]! -= shift;
      off[high] = 0;
      return;
    }
    sine = f / length;
    cosine = g / length;
    g = values[i + 1]! - shift;
    const r = (values[i]! - g) * sine + 2 * cosine * b;
    shift = sine * r;
    values[i + 1] = g + shift;
    g = cosine * r - b;
    for (const row of rows) {
      const [here, next] = [row[i]!, row[i + 1]!];
      row[i + 1] = sine * here + cosine * next;
      row[i] = cosine * here - sine * next;
    }
  }
  values[low]! -= shift;
  off[low] = g;
  off[high] = 0;
};

const sortAscending = (values: Float64Array, rows: readonly Float64Array[]): void => {
  const order = Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  for (const list of [values, ...rows]) {
    const before = list.slice();
    order.forEach((from, to) => {
      list[to] = before[from]!;
    });
  }
};
