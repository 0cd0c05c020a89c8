/** SVG as text. */

type Attributes = Readonly<Record<string, string | number | undefined>>;

export const escapeText = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** A tenth of a pixel is finer than what anyone sees. */
const attributeText = (value: string | number): string =>
  escapeText(typeof value === "number" ? String(Number(value.toFixed(1))) : value);

/** An element; children are markup already. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter((entry): entry is [string, string | number] => entry[1] !== undefined)
    .map(([key, value]) => ` ${key}="${attributeText(value)}"`)
    .join("");
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join("")}</${name}>`;
}

/** A line of text. */
export function label(text: string, attributes: Attributes): string {
  return element("text", attributes, escapeText(text));
}

/** A path of straight lines through points. */
export function polyline(points: readonly (readonly [number, number])[], isClosed = false): string {
  const numbers = points.map(([x, y]) => `${attributeText(x)},${attributeText(y)}`);
  return numbers.length === 0 ? "" : `M${numbers.join("L")}${isClosed ? "Z" : ""}`;
}
