/** What parts the cells of a line. */

const delimiters = [",", "\t", ";", "|"];

/** Lines at the beginning of a table by which the delimiter is told. */
export const linesLookedAt = 50;

/** Share of the records that have as many cells as the header: 1 for a clean table. */
function agreement(records: readonly (readonly string[])[]): number {
  const columns = records[0]?.length ?? 0;
  return records.filter((cells) => cells.length === columns).length / records.length;
}

/**
 * The delimiter under which the most lines have as many cells as the header, and the header has at least two.
 *
 * @param recordsUnder the cells of the first lines, if that is the delimiter
 */
export function chooseDelimiter(recordsUnder: (delimiter: string) => readonly (readonly string[])[]): string {
  let best = ",";
  let bestScore = 0;
  for (const delimiter of delimiters) {
    const records = recordsUnder(delimiter);
    const columns = records[0]?.length ?? 0;
    const score = columns < 2 ? 0 : agreement(records) + columns / 1e6;
    if (score > bestScore) [best, bestScore] = [delimiter, score];
  }
  return best;
}
