/** HTML as text. */
import { escapeText } from "../descent/svg/markup.ts";
import { printable } from "../terminal/text.ts";

/** Markup, as opposed to text that is yet to be escaped. */
export type Html = string;

/** A text of the user's, such as the name of a column. */
export const text = (value: string): Html => escapeText(printable(value));

export interface Column {
  readonly title: string;
  /** Numbers stand below each other by their last digits. */
  readonly isNumber?: boolean;
}

/** A table; cells are markup. Wide ones scroll sideways. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Html[])[],
  { hasRowHeads = true }: { readonly hasRowHeads?: boolean } = {},
): Html {
  const kind = ({ isNumber }: Column): string => (isNumber === true ? ' class="number"' : "");
  const head = columns.map((column) => `<th scope="col"${kind(column)}>${text(column.title)}</th>`);
  const body = rows.map((cells) => {
    const inside = cells.map((cell, i) =>
      i === 0 && hasRowHeads
        ? `<th scope="row">${cell}</th>`
        : `<td${kind(columns[i] ?? { title: "" })}>${cell}</td>`,
    );
    return `<tr>${inside.join("")}</tr>`;
  });
  return scrolling(
    caption,
    `<table><caption>${text(caption)}</caption><thead><tr>${head.join("")}</tr></thead><tbody>${body.join("")}</tbody></table>`,
  );
}

/** What may be wider than the page; with a place in the order of the keyboard, so that it can be scrolled without a mouse. */
export const scrolling = (name: string, content: Html, kind = ""): Html =>
  `<div class="scrolling ${kind}" role="region" aria-label="${text(name)}" tabindex="0">${content}</div>`;

/** A picture with its words. */
export const figure = (title: string, picture: Html, caption: Html, level: 2 | 3 = 3): Html =>
  `<figure><h${level}>${text(title)}</h${level}>${picture}<figcaption>${caption}</figcaption></figure>`;

/** What is seen once it is asked for. */
export const details = (summary: string, content: Html): Html =>
  `<details><summary>${text(summary)}</summary>${content}</details>`;

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly content: Html;
}

export const section = ({ id, title, content }: Section): Html =>
  `<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${text(title)}</h2>${content}</section>`;

/** Things beside each other where there is room. */
export const grid = (...items: readonly Html[]): Html => `<div class="grid">${items.join("")}</div>`;
export const paragraph = (content: Html): Html => `<p>${content}</p>`;
