import { padEnd, padStart, textWidth } from "./text.ts";

export type Alignment = "left" | "right";

/** Lines of a table whose columns line up, two spaces apart. Cells may be coloured. */
export function alignColumns(
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[],
): string[] {
  const widths = alignments.map((_, j) => Math.max(0, ...rows.map((row) => textWidth(row[j] ?? ""))));
  return rows.map((row) =>
    row
      .map((cell, j) => (alignments[j] === "right" ? padStart : padEnd)(cell, widths[j] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
