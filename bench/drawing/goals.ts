/** Every goal and what was reached of it, as a picture: one row a goal, on a logarithmic scale where 1 is the goal. */
import { scaleLog } from "d3-scale";
import { element, label } from "../../packages/cli/src/descent/svg/markup.ts";
import type { Attainment, Session, Verdict } from "../harness/result.ts";
import { goalAndReached, goalCount } from "../harness/table.ts";
import { isReached, reachedBy } from "../harness/verdicts.ts";
import { styleSheet } from "./style.ts";

const width = 960;
const margin = 20;
const rowHeight = 19;
const gap = 7;
const columns = {
  subject: margin,
  peer: 222,
  plot: 374,
  plotEnd: 640,
  goal: 722,
  wasm: 830,
  native: width - margin,
};
const radius = 4.5;
/** The corners of a square that stands on one of them. */
const diamond = (x: number, y: number): string => {
  const half = radius + 1;
  return `M${x} ${y - half}L${x + half} ${y}L${x} ${y + half}L${x - half} ${y}Z`;
};

interface Line {
  readonly label: string;
  readonly beside: string;
  readonly verdict: Verdict;
  /** The same goal on an older Node. */
  readonly older?: Verdict;
}

const withoutNode = ({ node }: Verdict, name = ""): string =>
  node !== undefined && name.endsWith(`, ${node}`) ? name.slice(0, -node.length - 2) : name;

const isSameGoal = (a: Verdict, b: Verdict): boolean =>
  a.kind === b.kind &&
  withoutNode(a, a.subject) === withoutNode(b, b.subject) &&
  withoutNode(a, a.peer) === withoutNode(b, b.peer);

/** Who is judged beside whom, where the question's label does not say it. */
function beside({ kind, subject, peer }: Verdict): string {
  if (kind === "ratio") return `× ${peer ?? ""}`;
  return subject === "Downhill" ? "" : subject.replace("Downhill, ", "");
}

const linesOf = ({ results }: Session): Line[][] =>
  results
    .map(({ label, verdicts }) =>
      verdicts
        .filter(({ node }) => node === undefined)
        .map((verdict, i): Line => {
          const older = verdicts.find((other) => other.node !== undefined && isSameGoal(other, verdict));
          return { label: i === 0 ? label : "", beside: beside(verdict), verdict, ...(older && { older }) };
        }),
    )
    .filter((lines) => lines.length > 0);

const tone = (attainment: Attainment): string => (isReached(attainment) ? "reached" : "missed");

export function goalsPicture(session: Session): string {
  const groups = linesOf(session);
  const lines = groups.flat();
  const shares = lines.flatMap(({ verdict, older }) =>
    [verdict, verdict.native, older].map((attainment) => attainment?.share.median ?? 1),
  );
  const domain = [Math.min(0.2, ...shares) / 1.3, Math.max(5, ...shares) * 1.3];
  const x = scaleLog(domain, [columns.plot, columns.plotEnd]).clamp(true);
  const top = 96;
  const plotHeight = lines.length * rowHeight + (groups.length - 1) * gap;
  const height = top + plotHeight + 58;

  const marks: string[] = [];
  let y = top + rowHeight / 2;
  for (const [index, group] of groups.entries()) {
    if (index > 0) {
      const rule = y - rowHeight / 2 + gap / 2;
      marks.push(element("line", { x1: margin, x2: width - margin, y1: rule, y2: rule, class: "rule" }));
      y += gap;
    }
    for (const line of group) {
      marks.push(row(line, y, x));
      y += rowHeight;
    }
  }
  const title = goalCount(lines.map(({ verdict }) => verdict));
  const { cpu, cores } = session.machine;
  const machine = `${cpu}, ${cores} cores; Node ${session.nodes.join(" and ")}; ${session.date.slice(0, 10)}`;
  return element(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${width} ${height}`, role: "img", width, height },
    element("title", {}, `Downhill's goals: ${title}`),
    element("style", {}, styleSheet),
    element("rect", { width, height, rx: 10, class: "paper" }),
    label(title, { x: margin, y: 34, class: "title" }),
    label(`Median of ${session.runs} rounds, and their range. ${machine}`, {
      x: margin,
      y: 53,
      class: "faint",
    }),
    heads(),
    axis(x, top - 8, top + plotHeight),
    ...marks,
    legend(session, height - 20),
  );
}

function heads(): string {
  const head = (text: string, x: number, anchor?: "end"): string =>
    label(text, { x, y: 80, class: "head", "text-anchor": anchor });
  return [
    head("work", columns.subject),
    head("beside", columns.peer),
    head("goal", columns.goal, "end"),
    head("wasm", columns.wasm, "end"),
    head("native", columns.native, "end"),
  ].join("");
}

const ticks = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];

function axis(x: ReturnType<typeof scaleLog<number, number>>, top: number, bottom: number): string {
  const [from = 0, to = 0] = x.domain();
  const inside = ticks.filter((tick) => tick >= from && tick <= to);
  return inside
    .map((tick) => {
      const at = x(tick);
      const isGoal = tick === 1;
      const text = isGoal ? "goal" : `${tick}×`;
      const isNamed = isGoal || inside.length < 8 || /^(0\.)?0*[15]/.test(String(tick));
      return [
        element("line", { x1: at, x2: at, y1: top, y2: bottom, class: isGoal ? "goal" : "rule" }),
        isNamed
          ? label(text, { x: at, y: top - 8, class: isGoal ? "strong" : "head", "text-anchor": "middle" })
          : "",
      ].join("");
    })
    .join("");
}

function row(
  { label: subject, beside, verdict, older }: Line,
  y: number,
  x: (share: number) => number,
): string {
  const base = y + 4;
  const [goal] = goalAndReached(verdict);
  const { native } = verdict;
  const range = (attainment: Attainment): string => {
    const { min, max } = attainment.share;
    return element("line", { x1: x(min), x2: x(max), y1: y, y2: y, class: `range ${tone(attainment)}` });
  };
  const figure = (attainment: Attainment, at: number): string =>
    label(goalAndReached(verdict, attainment)[1], {
      x: at,
      y: base,
      class: `${tone(attainment)} strong figure`,
      "text-anchor": "end",
    });
  const at = x(verdict.share.median);
  // The way that is missing, or left over, of the better one.
  const best = Math.max(at, native === undefined ? 0 : x(native.share.median));
  const way = reachedBy(verdict) === undefined ? "missed" : "reached";
  const parts = [
    label(subject, { x: columns.subject, y: base }),
    label(beside, { x: columns.peer, y: base, class: "faint" }),
    element("line", { x1: x(1), x2: best, y1: y, y2: y, class: `way ${way}` }),
    range(verdict),
    native === undefined ? "" : range(native),
    older === undefined
      ? ""
      : element("circle", { cx: x(older.share.median), cy: y, r: radius - 1, class: `${tone(older)} ring` }),
    element("circle", { cx: at, cy: y, r: radius, class: tone(verdict) }),
    native === undefined
      ? ""
      : element("path", { d: diamond(x(native.share.median), y), class: tone(native) }),
    label(goal, { x: columns.goal, y: base, class: "faint figure", "text-anchor": "end" }),
    figure(verdict, columns.wasm),
    native === undefined ? "" : figure(native, columns.native),
  ];
  return parts.join("");
}

function legend({ nodes, results }: Session, y: number): string {
  const [newer = "", older] = nodes.map((node) => `Node ${node.replace(/^v(\d+).*/, "$1")}`);
  const entries: [mark: string, text: string][] = [
    [element("circle", { cx: 0, cy: -4, r: radius, class: "reached" }), `wasm, ${newer}, goal reached`],
    [element("circle", { cx: 0, cy: -4, r: radius, class: "missed" }), "missed"],
  ];
  if (results.some(({ verdicts }) => verdicts.some(({ native }) => native)))
    entries.push([element("path", { d: diamond(0, -4), class: "reached" }), `native, ${newer}`]);
  if (older !== undefined)
    entries.push([
      element("circle", { cx: 0, cy: -4, r: radius - 1, class: "reached ring" }),
      `wasm, ${older}, where 0.8 of the goal suffices`,
    ]);
  let x = margin + radius;
  return entries
    .map(([mark, text]) => {
      const placed = element(
        "g",
        { transform: `translate(${x},${y})` },
        mark,
        label(text, { x: 10, y: 0, class: "faint" }),
      );
      x += 36 + text.length * 6.2;
      return placed;
    })
    .join("");
}
