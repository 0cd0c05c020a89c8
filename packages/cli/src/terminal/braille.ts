/** A canvas of dots: a braille character holds two columns of four. */
export interface BrailleCanvas {
  /** In dots. */
  readonly width: number;
  readonly height: number;
  /** Sets a dot; (0, 0) is at the top left. Dots outside are ignored. `layer` tells series apart. */
  dot(x: number, y: number, layer: number): void;
  line(fromX: number, fromY: number, toX: number, toY: number, layer: number): void;
  /** The character of a cell, and the lowest layer that has a dot in it; null where there is none. */
  cell(column: number, row: number): { readonly character: string; readonly layer: number } | null;
}

/** The bit of the dot at (x, y) within a cell: Unicode numbers the fourth row after the first three. */
const bits = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];

export function brailleCanvas(columns: number, rows: number): BrailleCanvas {
  const dots = new Uint8Array(columns * rows);
  const layers = new Uint8Array(columns * rows).fill(255);
  const width = columns * 2;
  const height = rows * 4;

  function dot(x: number, y: number, layer: number): void {
    if (x < 0 || x >= width || y < 0 || y >= height) return;
    const cell = (y >> 2) * columns + (x >> 1);
    dots[cell] = (dots[cell] ?? 0) | (bits[y & 3]?.[x & 1] ?? 0);
    layers[cell] = Math.min(layers[cell] ?? 255, layer);
  }

  return {
    width,
    height,
    dot,
    line(fromX, fromY, toX, toY, layer) {
      // Bresenham.
      let [x, y] = [Math.round(fromX), Math.round(fromY)];
      const [endX, endY] = [Math.round(toX), Math.round(toY)];
      const dx = Math.abs(endX - x);
      const dy = -Math.abs(endY - y);
      const stepX = x < endX ? 1 : -1;
      const stepY = y < endY ? 1 : -1;
      let error = dx + dy;
      for (;;) {
        dot(x, y, layer);
        if (x === endX && y === endY) return;
        const doubled = 2 * error;
        if (doubled >= dy) {
          error += dy;
          x += stepX;
        }
        if (doubled <= dx) {
          error += dx;
          y += stepY;
        }
      }
    },
    cell(column, row) {
      const position = row * columns + column;
      const pattern = dots[position] ?? 0;
      if (pattern === 0) return null;
      return { character: String.fromCharCode(0x2800 + pattern), layer: layers[position] ?? 0 };
    },
  };
}
