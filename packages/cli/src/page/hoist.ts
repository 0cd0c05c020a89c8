/** Styles of single elements, said once: a page in which KaTeX has set formulas repeats the same few hundreds of times. */
import type { Html } from "./html.ts";

export interface Hoisted {
  readonly page: Html;
  readonly style: string;
}

/**
 * The page with a class for each different style attribute. Besides being shorter it needs no leave for styles in
 * attributes in the page's policy.
 */
export function hoistStyles(page: Html): Hoisted {
  const names = new Map<string, string>();
  const nameOf = (style: string): string => {
    const known = names.get(style);
    if (known !== undefined) return known;
    const name = `y${names.size.toString(36)}`;
    names.set(style, name);
    return name;
  };
  const hoisted = page.replace(/<[a-z][^<>]* style="[^<>]*>/g, (tag) => {
    const style = / style="([^"]*)"/.exec(tag)?.[1] ?? "";
    const rest = tag.replace(/ style="[^"]*"/, "");
    const name = nameOf(style);
    return rest.includes(' class="')
      ? rest.replace(/ class="([^"]*)"/, (_, classes: string) => ` class="${classes} ${name}"`)
      : rest.replace(/^<[a-z]+/, (start) => `${start} class="${name}"`);
  });
  // As an attribute's would, it goes before all other rules.
  const rules = [...names].map(([style, name]) => {
    const declarations = style.split(";").filter((part) => part.trim() !== "");
    return `.${name}{${declarations.map((part) => `${part}!important`).join(";")}}`;
  });
  return { page: hoisted, style: rules.join("") };
}
