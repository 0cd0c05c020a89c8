/** The graph of a derivation: its slopes obey the chain rule, and its picture shows all of them. */
import { derivationGraph } from "downhill/explain";
import { derive, type Derivation } from "downhill/formula";
import { describe, expect, it } from "vitest";
import { drawGraph } from "../../src/formula/graphSvg.ts";

const network = (): Derivation =>
  derive("(y - (v1*tanh(w1*x + b1) + v2*tanh(w2*x + b2) + c))^2", {
    wrt: ["w1", "b1", "v1", "w2", "b2", "v2", "c"],
    at: { y: 1, v1: 1, w1: 1, x: 1, b1: 0, v2: 2, w2: -0.5, b2: 0.2, c: 0.1 },
  });

/** A variable that is used twice, on paths that part and meet. */
const meeting = (): Derivation => derive("sin(x)*exp(x) + x^2", { at: { x: 0.7 } });

const cases: readonly (readonly [string, () => Derivation])[] = [
  ["a network", network],
  ["paths that meet", meeting],
  ["a step", () => derive("x^2", { at: { x: 3 } })],
  [
    "log loss",
    () => derive("softplus(w*x + b) - y*(w*x + b)", { wrt: ["w", "b"], at: { w: 1, x: 2, b: 0, y: 1 } }),
  ],
];

describe.each(cases)("%s", (_, make) => {
  it("has at each node the sum over its edges of the slope behind times the slope along", () => {
    const { nodes, edges } = derivationGraph(make());
    const slopes = new Map(nodes.map(({ key, numbers }) => [key, numbers!.slope]));
    for (const { key, slope, numbers } of nodes) {
      if (slope === null) continue;
      const sum = edges
        .filter(({ from }) => from === key)
        .reduce((total, { to, value }) => total + slopes.get(to)! * value!, 0);
      // A handful of products and sums in float64.
      expect(Math.abs(sum - numbers!.slope)).toBeLessThanOrEqual(
        1e-13 * Math.max(1, Math.abs(numbers!.slope)),
      );
    }
  });

  it("knows both ends of every edge, and one result", () => {
    const { nodes, edges } = derivationGraph(make());
    const names = nodes.map(({ key }) => key);
    expect(new Set(names).size).toBe(names.length);
    for (const { from, to } of edges) expect(names).toEqual(expect.arrayContaining([from, to]));
    expect(nodes.filter(({ slope }) => slope === null)).toHaveLength(1);
  });

  it("is drawn with every node and every slope", () => {
    const derivation = make();
    const { nodes, edges } = derivationGraph(derivation);
    const svg = drawGraph(derivation);
    expect(svg.match(/class="box/g)).toHaveLength(nodes.length);
    expect(svg.match(/class="flow"/g)).toHaveLength(edges.length);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    for (const { key } of nodes) expect(svg).toMatch(new RegExp(`>${key}(?: = [^<]*)?</text>`));
  });
});

it("is drawn without numbers as well", () => {
  const svg = drawGraph(derive("(y - w*x)^2", { wrt: ["w"] }));
  expect(svg).toContain(">∂f/∂w</text>");
  expect(svg).toContain(">2u₂</text>");
});
