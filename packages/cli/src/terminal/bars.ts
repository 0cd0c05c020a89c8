/** Horizontal bars out of block characters, an eighth of a character fine. */

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar from left to right: `share` of `width` characters. Something that is not nothing leaves a trace. */
export function bar(share: number, width: number): string {
  const size = share > 0 ? Math.max(1, Math.round(Math.min(share, 1) * width * 8)) : 0;
  return "█".repeat(size >> 3) + (eighths[size & 7] ?? "");
}

/** A bar from right to left. Terminals have halves for that direction only. */
export function leftwardBar(share: number, width: number): string {
  const size = share > 0 ? Math.max(1, Math.round(Math.min(share, 1) * width * 2)) : 0;
  return (size & 1 ? "▐" : "") + "█".repeat(size >> 1);
}
