/** What is drawn on the page as a picture of its own: an SVG that needs neither the page's styles nor its scripts. */

/** What a picture says about itself. */
export interface About {
  readonly title: string;
  /** The address at which the page draws it. */
  readonly source: string;
  /** The colour behind it. */
  readonly ground: string;
}

export interface Picture {
  readonly svg: string;
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
}

const namespace = "http://www.w3.org/2000/svg";

/** Handed down from element to element, so that they are written only where they change. */
const inherited = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-opacity",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-linejoin",
  "font-family",
  "font-size",
  "font-style",
  "font-weight",
  "text-anchor",
  "dominant-baseline",
  "visibility",
] as const;

/** What an element has of its own, with the value that need not be written. */
const own = { opacity: "1", "paint-order": "normal", "stop-color": "rgb(0, 0, 0)" } as const;

/** Attributes that mean something only on the page. */
const pageOnly = /^(class|style|role|tabindex|aria-.*|data-.*|on.*)$/;

/** A copy of what is drawn, with the styles that it has on the page as attributes; null for what is not shown. */
const copyOf = (element: Element, above: CSSStyleDeclaration | null): Element | null => {
  const style = getComputedStyle(element);
  if (style.display === "none") return null;
  const copy = document.createElementNS(namespace, element.localName);
  for (const { name, value } of element.attributes) if (!pageOnly.test(name)) copy.setAttribute(name, value);
  for (const name of inherited) {
    const value = style.getPropertyValue(name);
    if (value !== "" && value !== above?.getPropertyValue(name)) copy.setAttribute(name, value);
  }
  for (const [name, usual] of Object.entries(own)) {
    const value = style.getPropertyValue(name);
    if (value !== "" && value !== usual) copy.setAttribute(name, value);
  }
  for (const node of element.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) copy.append(node.textContent ?? "");
    else if (node instanceof Element) {
      const part = copyOf(node, style);
      if (part !== null) copy.append(part);
    }
  }
  return copy;
};

const placed = (part: Element, { x, y, width, height }: DOMRect, left: number, top: number): Element => {
  const place = { x: x - left, y: y - top, width, height };
  for (const [name, value] of Object.entries(place))
    part.setAttribute(name, String(Number(value.toFixed(2))));
  return part;
};

const imageOf = (canvas: HTMLCanvasElement): Element => {
  const image = document.createElementNS(namespace, "image");
  image.setAttribute("href", canvas.toDataURL("image/png"));
  image.setAttribute("preserveAspectRatio", "none");
  return image;
};

/** Canvases and drawings inside of an element, those behind first; what belongs to its buttons is none of them. */
const partsOf = (root: Element): (HTMLCanvasElement | SVGSVGElement)[] =>
  [...root.querySelectorAll<HTMLCanvasElement | SVGSVGElement>("canvas, svg")].filter(
    (part) => part.parentElement?.closest("svg, button, summary") === null,
  );

/** The picture of all that is drawn inside of an element, in full where the page shows a part of it. */
export const pictureOf = (root: Element, { title, source, ground }: About): Picture => {
  const parts = partsOf(root).map((part) => ({ part, box: part.getBoundingClientRect() }));
  const left = Math.min(...parts.map(({ box }) => box.left));
  const top = Math.min(...parts.map(({ box }) => box.top));
  const width = Math.ceil(Math.max(...parts.map(({ box }) => box.right)) - left);
  const height = Math.ceil(Math.max(...parts.map(({ box }) => box.bottom)) - top);

  const picture = document.createElementNS(namespace, "svg");
  picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
  picture.setAttribute("width", String(width));
  picture.setAttribute("height", String(height));
  const named = (name: string, text: string): void => {
    const element = document.createElementNS(namespace, name);
    element.textContent = text;
    picture.append(element);
  };
  named("title", title);
  named("desc", source);
  const behind = document.createElementNS(namespace, "rect");
  behind.setAttribute("width", "100%");
  behind.setAttribute("height", "100%");
  behind.setAttribute("fill", ground);
  picture.append(behind);
  for (const { part, box } of parts) {
    if (box.width === 0 || box.height === 0) continue;
    const copy = part instanceof HTMLCanvasElement ? imageOf(part) : copyOf(part, null);
    if (copy === null) continue;
    // Axes write beyond their frame.
    if (part instanceof SVGSVGElement) copy.setAttribute("overflow", "visible");
    picture.append(placed(copy, box, left, top));
  }
  return { svg: new XMLSerializer().serializeToString(picture), width, height };
};

/**
 * The picture in pixels, `ratio` of them for each of the page's.
 * @throws Error if the browser cannot make it, such as for lack of memory.
 */
export const pngOf = async ({ svg, width, height }: Picture, ratio = 2): Promise<Blob> => {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob((blob) => {
        if (blob === null) reject(new Error("the browser gave no picture"));
        else resolve(blob);
      }, "image/png"),
    );
  } finally {
    URL.revokeObjectURL(address);
  }
};
