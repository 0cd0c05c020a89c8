/** Grids of colours as pictures that fill a plot. */
import type { Rgb } from "./mix.ts";

export interface Grid {
  readonly columns: number;
  readonly rows: number;
}

/** @param colourAt the colour at a point of the grid, whose rows go from low y to high. */
export const paintGrid = (
  context: CanvasRenderingContext2D,
  { width, height }: { readonly width: number; readonly height: number },
  { columns, rows }: Grid,
  colourAt: (point: number) => Rgb,
): void => {
  const small = new OffscreenCanvas(columns, rows);
  const own = small.getContext("2d");
  if (own === null) return;
  const image = own.createImageData(columns, rows);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const at = 4 * ((rows - 1 - row) * columns + column);
      image.data.set(colourAt(row * columns + column), at);
      image.data[at + 3] = 255;
    }
  own.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "high";
  // Points of the grid lie on the edges of the plot, pixels beside them.
  const [across, down] = [width / (columns - 1), height / (rows - 1)];
  context.drawImage(small, -across / 2, -down / 2, width + across, height + down);
};

export const mixed = (a: Rgb, b: Rgb, share: number): Rgb => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
];
