/** Where the boxes and edges of a derivation's graph lie: values flow from left to right, slopes come back. */
import { Graph, layout } from "@dagrejs/dagre";
import type { DerivationGraph, GraphEdge, GraphNode } from "downhill/explain";

/** In pixels, for type of 12 pixels. */
const lineHeight = 17;
const padding = 10;
export const baseline = padding + 9;

/** About what a character takes. */
const characterWidth = 6.9;
export const textWidth = (text: string): number => [...text].length * characterWidth;

const longest = 40;
const cut = (text: string): string =>
  [...text].length > longest ? `${[...text].slice(0, longest - 1).join("")}…` : text;

export interface BoxLine {
  readonly text: string;
  /** `name`: what it is; `value`; `slope`: of the result by it. */
  readonly kind: "name" | "value" | "slope";
  /** Of its baseline, from the top of the box. */
  readonly y: number;
}

export interface PlacedBox {
  readonly node: GraphNode;
  readonly lines: readonly BoxLine[];
  /** The middle. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedEdge {
  readonly edge: GraphEdge;
  /** `2u₃ = −2`: the slope along it. */
  readonly text: string;
  /** The middle of the text. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** Through which the edge goes. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface PlacedGraph {
  readonly boxes: readonly PlacedBox[];
  readonly edges: readonly PlacedEdge[];
  readonly width: number;
  readonly height: number;
}

type Write = (value: number) => string;

const linesOf = ({ name, definition, slope, numbers }: GraphNode, write: Write): BoxLine[] => {
  const lines: Omit<BoxLine, "y">[] = [
    { kind: "name", text: definition === null ? name.text : `${name.text} = ${cut(definition.text)}` },
  ];
  if (numbers !== undefined) lines.push({ kind: "value", text: write(numbers.value) });
  if (slope !== null)
    lines.push({
      kind: "slope",
      text: `${slope.text}${numbers === undefined ? "" : ` = ${write(numbers.slope)}`}`,
    });
  return lines.map((line, i) => ({ ...line, y: baseline + i * lineHeight }));
};

const edgeText = ({ slope, value }: GraphEdge, write: Write): string => {
  const number = value === undefined ? "" : write(value);
  return number === "" || number === slope.text ? cut(slope.text) : `${cut(slope.text)} = ${number}`;
};

/**
 * Layers by the longest way from the variables, ordered so that few edges cross (Gansner and others 1993).
 *
 * @param write - numbers as text
 */
export const placeGraph = ({ nodes, edges }: DerivationGraph, write: Write): PlacedGraph => {
  const plan = new Graph({ multigraph: false });
  plan.setGraph({ rankdir: "LR", nodesep: 22, ranksep: 26, edgesep: 16, marginx: 12, marginy: 12 });
  const boxes = nodes.map((node) => ({ node, lines: linesOf(node, write) }));
  for (const { node, lines } of boxes)
    plan.setNode(node.key, {
      width: Math.max(...lines.map(({ text }) => textWidth(text))) + 2 * padding,
      height: lines.length * lineHeight + 2 * padding - 4,
    });
  const texts = edges.map((edge) => edgeText(edge, write));
  edges.forEach(({ from, to }, i) => {
    plan.setEdge(from, to, { width: textWidth(texts[i]!) + 8, height: 14, labelpos: "c" });
  });
  layout(plan);
  const { width = 0, height = 0 } = plan.graph() as { width?: number; height?: number };
  return {
    boxes: boxes.map((box) => {
      const { x, y, ...size } = plan.node(box.node.key) as Pick<PlacedBox, "x" | "y" | "width" | "height">;
      return { ...box, x, y, width: size.width, height: size.height };
    }),
    edges: edges.map((edge, i) => {
      const { points, x, y } = plan.edge(edge.from, edge.to) as Pick<PlacedEdge, "points" | "x" | "y">;
      return { edge, text: texts[i]!, x, y, width: textWidth(texts[i]!) + 4, points };
    }),
    width,
    height,
  };
};
