/** Descents as a picture for browsers and documents. */
import type { Descents } from "../run.ts";
import { contourMap } from "./contourMap.ts";
import { coursePicture } from "./course.ts";
import { curvePicture } from "./curve.ts";

/** An SVG file: a curve for one variable, contours for two, the value by step for more. */
export function drawSvg(descents: Descents): string {
  const count = descents.landscape.variables.length;
  return (count === 1 ? curvePicture : count === 2 ? contourMap : coursePicture)(descents);
}
