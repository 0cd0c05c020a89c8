/** Formulas set by KaTeX, and the part of its style sheet and fonts that they need. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import katex from "katex";
import type { Html } from "./html.ts";

/** With MathML beside it, which is what screen readers read. */
export const formula = (latex: string, displayMode = false): Html =>
  katex.renderToString(latex, { displayMode, throwOnError: true, strict: "error", output: "htmlAndMathml" });

interface Rule {
  readonly selectors: string;
  readonly body: string;
}

const rulesOf = (css: string): Rule[] =>
  [...css.matchAll(/([^{}]+)\{([^{}]*)\}/g)].map(([, selectors = "", body = ""]) => ({
    selectors: selectors.trim(),
    body,
  }));

const property = (body: string, name: string): string | undefined =>
  new RegExp(`(?:^|;)${name}:([^;]+)`).exec(body)?.[1]?.trim();

interface Face {
  readonly family: string;
  readonly weight: string;
  readonly style: string;
}

const faceOf = (body: string, family: string): Face => ({
  family,
  weight: (property(body, "font-weight") ?? "400").replace("bold", "700").replace("normal", "400"),
  style: property(body, "font-style") ?? "normal",
});

/** Whether an element can be what a selector names: all its classes occur. */
const occurs = (selector: string, classes: ReadonlySet<string>): boolean =>
  [...selector.matchAll(/\.([\w-]+)/g)].every(([, name = ""]) => classes.has(name));

/**
 * KaTeX's style sheet for this page: rules whose classes occur, and the faces that these rules name, as data.
 *
 * @param page - with its formulas
 */
export async function mathematicsSheet(page: Html): Promise<string> {
  const classes = new Set(
    [...page.matchAll(/class="([^"]*)"/g)].flatMap(([, names = ""]) => names.split(" ")),
  );
  if (!classes.has("katex")) return "";
  const path = createRequire(import.meta.url).resolve("katex/dist/katex.min.css");
  const rules = rulesOf(await readFile(path, "utf8"));
  const used = rules.filter(
    ({ selectors }) =>
      !selectors.startsWith("@") && selectors.split(",").some((selector) => occurs(selector, classes)),
  );
  const named = used.flatMap(({ body }) => {
    const family = property(body, "font-family") ?? /KaTeX_\w+/.exec(property(body, "font") ?? "")?.[0];
    return family === undefined ? [] : [faceOf(body, family.split(",")[0]!.replace(/["']/g, ""))];
  });
  const faces = await Promise.all(
    rules
      .filter(({ selectors }) => selectors === "@font-face")
      .map(async ({ body }) => {
        const face = faceOf(body, (property(body, "font-family") ?? "").replace(/["']/g, ""));
        const isNamed = named.some(
          ({ family, weight, style }) =>
            family === face.family && weight === face.weight && style === face.style,
        );
        const file = /url\(([^)]+\.woff2)\)/.exec(body)?.[1];
        if (!isNamed || file === undefined) return "";
        const font = await readFile(join(dirname(path), file));
        return `@font-face{font-family:${face.family};font-weight:${face.weight};font-style:${face.style};src:url(data:font/woff2;base64,${font.toString("base64")}) format("woff2")}`;
      }),
  );
  return [...faces, ...used.map(({ selectors, body }) => `${selectors}{${body}}`)].join("");
}
