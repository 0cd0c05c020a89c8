/** A text that is no formula. */
export class FormulaError extends Error {
  override readonly name = "FormulaError";
  /** What was to be parsed. */
  readonly text: string;
  /** Where in it the fault is, counted from 0. */
  readonly position: number;

  constructor(text: string, position: number, problem: string, remedy = "", options?: ErrorOptions) {
    super(
      [`formula: ${problem}`, ...excerpt(text, position), ...(remedy === "" ? [] : [`  ${remedy}`])].join(
        "\n",
      ),
      options,
    );
    this.text = text;
    this.position = position;
  }
}

/** Characters shown on either side of the fault. */
const shown = 60;

/** The part of the text around the fault, with a caret under it. */
const excerpt = (text: string, position: number): string[] => {
  const start = Math.max(0, position - shown);
  const line = text.slice(start, position + shown).replace(/\s/g, " ");
  const before = `${start > 0 ? "…" : ""}${line.slice(0, position - start)}`;
  const whole = `${start > 0 ? "…" : ""}${line}${position + shown < text.length ? "…" : ""}`;
  return [`    ${whole}`, `    ${" ".repeat([...before].length)}^`];
};
