/** How a report is laid out: headings, and lines with a label before them. */
import type { Terminal } from "../terminal/terminal.ts";
import { padEnd, textWidth, wrap } from "../terminal/text.ts";

const labelWidth = 10;

/** `Label     text`, further lines below the text; `hint` faint behind it. */
export function labelled(
  { colours, width }: Pick<Terminal, "colours" | "width">,
  label: string,
  text: string,
  hint = "",
): string[] {
  const lines = wrap(text, width - labelWidth);
  const last = lines.at(-1) ?? "";
  if (hint !== "") {
    const isRoom = textWidth(last) + 2 + textWidth(hint) <= width - labelWidth;
    if (isRoom) lines[lines.length - 1] = `${last}  ${colours.dim(hint)}`;
    else lines.push(...wrap(hint, width - labelWidth).map((line) => colours.dim(line)));
  }
  return lines.map(
    (line, i) => `${i === 0 ? colours.bold(padEnd(label, labelWidth)) : " ".repeat(labelWidth)}${line}`,
  );
}

/** Lines set in from the left. */
export function indent(lines: readonly string[], by = 2): string[] {
  return lines.map((line) => (line === "" ? "" : " ".repeat(by) + line));
}

/** `a`, `a and b`, `a, b and c`; of many the first, and how many more. */
export function listed(items: readonly string[], most = 6): string {
  const shown = items.length > most ? items.slice(0, most) : items;
  const rest = items.length - shown.length;
  if (rest > 0) return `${shown.join(", ")} and ${rest} more`;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}
