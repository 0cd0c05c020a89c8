/** The chain rule with the numbers put in: along each path from the result to a variable the product of slopes. */
import type { PlainDerivation } from "../../engine/formula/derivation.ts";
import { latexNumber } from "../../ui/numbers.ts";

/** More are not written out. */
const mostPaths = 8;

/** Slopes along each path; undefined if there are too many, or a number is missing. */
export const pathValues = (
  { steps, partials }: PlainDerivation,
  by: string,
): readonly number[][] | undefined => {
  const variable = partials.find((partial) => partial.by === by)?.name.text;
  const paths: number[][] = [];
  const follow = (name: string, factors: readonly number[]): boolean => {
    const step = steps.find((each) => each.name.text === name);
    return (step?.slopes ?? []).every(({ by: { text }, value }) => {
      if (value === undefined || paths.length > mostPaths) return false;
      const through = [...factors, value];
      if (text !== variable) return follow(text, through);
      paths.push(through);
      return true;
    });
  };
  const last = steps.at(-1);
  if (last === undefined || !follow(last.name.text, []) || paths.length === 0) return undefined;
  return paths.length > mostPaths ? undefined : paths;
};

/** 2 · 1.6 · (−1) + …, as LaTeX. */
export const latexProducts = (paths: readonly (readonly number[])[]): string =>
  paths
    .map((factors, i) =>
      factors.map((factor, k) => latexNumber(factor, { enclosed: k > 0 || i > 0 })).join(" \\cdot "),
    )
    .join(" + ");
