/** The graph of a derivation as a picture: values flow from left to right, slopes come back from right to left. */
import { Graph as Layout, layout } from "@dagrejs/dagre";
import { curveBasis, line } from "d3-shape";
import type { Derivation } from "downhill/formula";
import { short } from "../descent/numbers.ts";
import { element, escapeText, label } from "../descent/svg/markup.ts";
import { styleSheet } from "../descent/svg/style.ts";
import { type Graph, type GraphEdge, graphOf, type GraphNode } from "./graph.ts";

const lineHeight = 17;
const padding = 10;
const margin = 24;
const head = 66;
const foot = 52;

/** About what a character takes of 12 pixels' type. */
const characterWidth = 6.9;
const widthOf = (text: string): number => [...text].length * characterWidth;

const longest = 40;
const cut = (text: string): string =>
  [...text].length > longest ? `${[...text].slice(0, longest - 1).join("")}…` : text;

/** `= 0.25`, where numbers were put in. */
const equals = (value: number | undefined): string => (value === undefined ? "" : ` = ${short(value)}`);

interface Box {
  readonly node: GraphNode;
  /** What it is; its value, and the slope of the result by it. */
  readonly lines: readonly { readonly text: string; readonly look: string }[];
}

function boxOf(node: GraphNode): Box {
  const { name, definition, value, slopeName, slope } = node;
  return {
    node,
    lines: [
      { text: definition === null ? name : `${name} = ${cut(definition)}`, look: "strong" },
      ...(value === undefined ? [] : [{ text: short(value), look: "forward" }]),
      ...(slopeName === null ? [] : [{ text: `${slopeName}${equals(slope)}`, look: "backward" }]),
    ],
  };
}

/** `2u₃ = −2`, `1`: the slope along an edge. */
function edgeText({ slope, value }: GraphEdge): string {
  const number = value === undefined ? "" : short(value);
  return number === "" || number === slope ? cut(slope) : `${cut(slope)} = ${number}`;
}

interface Placed {
  readonly boxes: readonly (Box & {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  })[];
  readonly edges: readonly {
    readonly edge: GraphEdge;
    readonly points: readonly { readonly x: number; readonly y: number }[];
    readonly x: number;
    readonly y: number;
  }[];
  readonly width: number;
  readonly height: number;
}

/** Layers by the longest way from the variables, ordered so that few edges cross (Gansner and others 1993). */
function place({ nodes, edges }: Graph): Placed {
  const plan = new Layout({ multigraph: false });
  plan.setGraph({ rankdir: "LR", nodesep: 22, ranksep: 26, edgesep: 16, marginx: margin, marginy: 12 });
  const boxes = nodes.map(boxOf);
  for (const { node, lines } of boxes)
    plan.setNode(node.name, {
      width: Math.max(...lines.map(({ text }) => widthOf(text))) + 2 * padding,
      height: lines.length * lineHeight + 2 * padding - 4,
    });
  for (const edge of edges)
    plan.setEdge(edge.from, edge.to, { width: widthOf(edgeText(edge)) + 8, height: 14, labelpos: "c" });
  layout(plan);
  const { width = 0, height = 0 } = plan.graph() as { width?: number; height?: number };
  return {
    boxes: boxes.map((box) => ({
      ...box,
      ...(plan.node(box.node.name) as { x: number; y: number; width: number; height: number }),
    })),
    edges: edges.map((edge) => ({
      edge,
      ...(plan.edge(edge.from, edge.to) as { points: { x: number; y: number }[]; x: number; y: number }),
    })),
    width,
    height,
  };
}

const curve = line<{ readonly x: number; readonly y: number }>(
  ({ x }) => x,
  ({ y }) => y,
).curve(curveBasis);

const look = `
.box{fill:var(--paper);stroke:var(--rule);stroke-width:1.2}
.ground{fill:var(--paper)}
.result{stroke:var(--ink);stroke-width:1.6}
.variable{stroke:var(--c0);stroke-width:1.6}
.flow{fill:none;stroke:var(--faint);stroke-width:1.3}
.strong{font-weight:600}
.forward{fill:var(--c0)}
.backward{fill:var(--c1)}
#tip{fill:var(--faint)}
`;

function drawBox({ node, lines, x, y, width, height }: Placed["boxes"][number]): string {
  const kind = node.definition === null ? " variable" : node.slopeName === null ? " result" : "";
  const top = y - height / 2;
  return [
    element("rect", { class: `box${kind}`, x: x - width / 2, y: top, width, height, rx: 7 }),
    ...lines.map(({ text, look: kindOfText }, i) =>
      label(text, { class: kindOfText, x, y: top + padding + 9 + i * lineHeight, "text-anchor": "middle" }),
    ),
  ].join("");
}

const drawEdge = ({ points }: Placed["edges"][number]): string =>
  element("path", {
    class: "flow",
    d: (curve(points) ?? "").replace(/\d+\.\d+/g, (digits) => Number(digits).toFixed(1)),
    "marker-end": "url(#arrow)",
  });

/** On a ground of its own, so that the line does not run through it. */
function drawSlope({ edge, x, y }: Placed["edges"][number]): string {
  const text = edgeText(edge);
  const width = widthOf(text) + 4;
  return (
    element("rect", { class: "ground", x: x - width / 2, y: y - 8, width, height: 16 }) +
    label(text, { class: "backward", x, y: y + 4, "text-anchor": "middle" })
  );
}

/** An SVG file. */
export function drawGraph(derivation: Derivation): string {
  const graph = graphOf(derivation);
  const placed = place(graph);
  const title = `${derivation.call.text} = ${derivation.formula.text}`;
  const width = Math.max(placed.width, widthOf(title) * 1.45 + 2 * margin, 420);
  const height = head + placed.height + foot;
  const names = new Map(derivation.partials.map(({ by, name }) => [by, name.text]));
  const values = Object.entries(derivation.at?.values ?? {}).map(
    ([name, value]) => `${names.get(name) ?? name} = ${short(value)}`,
  );
  const subtitle =
    values.length > 0 ? `at ${values.join(", ")}` : "each step with the slope of the result by it";
  return `${element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${width.toFixed(0)} ${height.toFixed(0)}`,
      width,
      height,
      role: "img",
    },
    element("title", {}, escapeText(`${title}, ${subtitle}`)),
    element("style", {}, styleSheet + look),
    element(
      "defs",
      {},
      element(
        "marker",
        {
          id: "arrow",
          viewBox: "0 0 10 10",
          refX: 9,
          refY: 5,
          markerWidth: 7,
          markerHeight: 7,
          orient: "auto",
        },
        element("path", { id: "tip", d: "M0,1L10,5L0,9Z" }),
      ),
    ),
    element("rect", { width, height, fill: "var(--paper)" }),
    label(title, { class: "title", x: margin, y: 28 }),
    label(subtitle, { class: "faint", x: margin, y: 47 }),
    element(
      "g",
      { transform: `translate(${((width - placed.width) / 2).toFixed(1)} ${head})` },
      ...placed.edges.map(drawEdge),
      ...placed.edges.map(drawSlope),
      ...placed.boxes.map(drawBox),
    ),
    label(derivation.at === undefined ? "" : "values flow to the right", {
      class: "forward",
      x: margin,
      y: height - 32,
    }),
    label("slopes flow back: along a path they multiply, where paths meet they add", {
      class: "backward",
      x: margin,
      y: height - 14,
    }),
  )}\n`;
}
