/** Curves as SVG paths. */
import { pathRound } from "d3-path";
import type { Frame } from "./frame.ts";

/** Far outside of any plot; browsers draw nothing of lines with much larger numbers. */
const far = 1e5;

const near = (place: number): number => Math.max(-far, Math.min(far, place));

/** A curve through points, with gaps where a value is not finite; a point between two gaps is a closed path, which round caps show. */
export const curvePath = (
  { x, y }: Frame,
  positions: ArrayLike<number>,
  values: ArrayLike<number>,
): string => {
  const drawn = pathRound();
  /** Points since the last gap. */
  let points = 0;
  const endPiece = (): void => {
    if (points === 1) drawn.closePath();
    points = 0;
  };
  for (let i = 0; i < positions.length; i++) {
    const height = y(values[i]!);
    if (!Number.isFinite(values[i]) || !Number.isFinite(height)) {
      endPiece();
      continue;
    }
    if (points++ === 0) drawn.moveTo(near(x(positions[i]!)), near(height));
    else drawn.lineTo(near(x(positions[i]!)), near(height));
  }
  endPiece();
  return drawn.toString();
};
