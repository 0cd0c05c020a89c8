/** The loss as a landscape, with the way of the training through it. */
import { formatCount, formatNumber, formatShare } from "../../terminal/numbers.ts";
import type { Result } from "../../training/keep.ts";
import { map } from "../charts/map.ts";
import { figure, type Html, text } from "../html.ts";
import type { Evidence } from "../measure/measure.ts";
import { sampleNote, unitOf } from "./training.ts";

export function landscapeFigure(result: Result, evidence: Evidence): Html {
  const { slice, course, parameters } = evidence;
  if (slice === null) return figure("The way down", "", text(evidence.missing), 2);
  const note = sampleNote(evidence);
  if (slice.kind === "solution") {
    const [across, up] = slice.weights;
    const { estimator } = result.chosen.trained;
    const target = result.prepared.targetScale;
    const intercept =
      "intercept" in estimator ? (estimator.intercept.data[0] ?? 0) * (target?.deviation ?? 1) : 0;
    const xName = across === null ? "intercept" : `weight of ${across.feature}`;
    const yName = `weight of ${up.feature}`;
    return figure(
      "The valley around the solution",
      map(slice, {
        name: `The loss over two weights, ${xName} and ${yName}, around the solution`,
        xName: `${xName}, per unit`,
        yName: `${yName}, per unit`,
        tips: [],
        units: [
          [slice.units[0], across?.perUnit ?? intercept],
          [slice.units[1], up.perUnit],
        ],
      }),
      text(
        `The loss when two weights change and all others stay as they are; the two are those that move predictions most. There is no path: the minimum of a squared error is found in one step, by solving for where the slope is zero. A slanted valley means that the two columns tell nearly the same.${note}`,
      ),
      2,
    );
  }
  const [first, second] = slice.shares;
  const unit = unitOf(result.chosen.trained.recipe);
  const together = first + second;
  const begins = course[0]?.epoch ?? 0;
  const isResumed = result.options.resume !== undefined;
  const since = isResumed ? ` since ${unit} ${formatCount(begins)}, where it was resumed,` : "";
  return figure(
    "The way down",
    map(slice, {
      name: `Contours of the loss on the plane in which the path of the training lies best, with the path of the training and the parameters kept`,
      xName: `first direction of the path (${formatShare(first)} of its variance)`,
      yName: `second direction (${formatShare(second)})`,
      startName: isResumed ? "resumed" : "start",
      tips: course.map(({ epoch, loss }) => `${unit} ${formatCount(epoch)}: loss ${formatNumber(loss)}`),
    }),
    text(
      `The training's path${since} through its ${formatCount(parameters)} parameters, over true values of the loss on the plane along the path's two leading directions, which hold ${formatShare(together)} of its variance.${together < 0.95 ? " What the path does outside of the plane is not seen here." : ""}${note}`,
    ),
    2,
  );
}
