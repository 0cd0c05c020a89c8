/**
 * Leaves out of what is built the samples of the primitives' records, and the domains they are drawn from, which only tests
 * read; but the first one's parameters stay, by whose names the records know their own.
 */
import type { Plugin } from "rolldown";

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

interface Property extends Node {
  readonly kind: string;
  readonly key: Node & { readonly name?: string };
  readonly value: Node;
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "type" in value;

const propertiesOf = (node: Node | undefined): readonly Property[] =>
  node?.type === "ObjectExpression"
    ? (node as Node & { readonly properties: readonly Property[] }).properties.filter(
        ({ type }) => type === "Property",
      )
    : [];

const named = (name: string, node: Node | undefined): Property | undefined =>
  propertiesOf(node).find(({ key }) => key.name === name);

const domains = ["domain", "otherDomains"];

/** Properties of samples and domains, first to last. */
const samplesIn = (node: Node): Property[] => {
  const own = propertiesOf(node).filter(
    ({ key: { name }, value }) =>
      name === "samples" || (domains.includes(name ?? "") && value.type === "ArrayExpression"),
  );
  if (own.length > 0) return own;
  return Object.values(node).flat().filter(isNode).flatMap(samplesIn);
};

/** What is left of them; undefined for those that are made elsewhere. */
const restOf = ({ kind, key, value }: Property, code: string): string | undefined => {
  if (kind === "get" || key.name !== "samples") return "";
  if (value.type !== "ArrayExpression") return undefined;
  const [first] = (value as Node & { readonly elements: readonly Node[] }).elements;
  const params = named("params", first);
  return params && `samples: [{ ${code.slice(params.start, params.end)}, operands: [] }]`;
};

export const withoutSamples: Plugin = {
  name: "without-samples",
  transform: {
    order: "pre",
    filter: { id: /downhill[\\/]src[\\/](primitives|transforms[\\/]loops)[\\/].*\.ts$/ },
    handler(code) {
      let kept = code;
      for (const property of samplesIn(this.parse(code, { lang: "ts" })).reverse()) {
        const rest = restOf(property, code);
        if (rest === undefined) continue;
        const { start, end } = property;
        // As many lines as before, for who looks into the sources of what went wrong.
        const count = (text: string): number => text.split("\n").length;
        const lines = "\n".repeat(count(code.slice(start, end)) - count(rest));
        const after = rest === "" ? kept.slice(end).replace(/^\s*,/, "") : kept.slice(end);
        kept = kept.slice(0, start) + rest + lines + after;
      }
      return { code: kept, map: null };
    },
  },
};
