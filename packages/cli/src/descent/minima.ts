import type { Descent } from "downhill/explain";
import type { Point } from "./run.ts";

type Minimum = NonNullable<Descent<Point>["minimum"]>;

/** Minima nearer to each other than this, beside their size, are the same. */
const near = 1e-4;

const isSame = ({ params: a }: Minimum, { params: b }: Minimum): boolean =>
  Object.entries(a).every(([name, value]) => {
    const other = b[name] ?? NaN;
    return Math.abs(value - other) <= near * Math.max(1, Math.abs(value), Math.abs(other));
  });

/** A descent that leads to each of the minima that were found, with that minimum. */
export function minimaOf(
  descents: readonly Descent<Point>[],
): readonly { readonly minimum: Minimum; readonly descent: Descent<Point> }[] {
  const found: { minimum: Minimum; descent: Descent<Point> }[] = [];
  for (const descent of descents) {
    const { minimum } = descent;
    if (minimum === null || found.some((other) => isSame(other.minimum, minimum))) continue;
    found.push({ minimum, descent });
  }
  return found;
}
