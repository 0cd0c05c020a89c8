/** Curves as SVG paths. */
import { line } from "d3-shape";
import type { Frame } from "./frame.ts";

/** Far outside of any plot; browsers draw nothing of lines with much larger numbers. */
const far = 1e5;

const near = (place: number): number => Math.max(-far, Math.min(far, place));

/** A curve through points, with gaps where a value is not finite. */
export const curvePath = ({ x, y }: Frame, positions: ArrayLike<number>, values: ArrayLike<number>): string =>
  line<number>()
    .defined((i) => Number.isFinite(values[i]) && Number.isFinite(y(values[i]!)))
    .x((i) => near(x(positions[i]!)))
    .y((i) => near(y(values[i]!)))(Array.from({ length: positions.length }, (_, i) => i)) ?? "";
