/** Whether participants computed the same thing. A fast wrong answer has no place in the table. */

/**
 * Compares every row's reports with the first row's, entry by entry:
 * |a − b| ≤ tolerance · max(|a|, |b|), where `tolerances` names the entries in their order.
 *
 * A tolerance has to leave room for the order in which a float32 sum is taken, and no more: in 1e-4 there is
 * no room for a wrong constant of an optimizer, a missing bias, or a sum in place of a mean.
 */
export function relativeDisagreements(
  reports: ReadonlyMap<string, readonly number[]>,
  tolerances: Readonly<Record<string, number>>,
): string[] {
  const problems: string[] = [];
  const [first, ...others] = [...reports];
  if (first === undefined) return problems;
  const [reference, expected] = first;
  if (!expected.every(Number.isFinite)) problems.push(`${reference} reports ${expected.join(", ")}`);
  for (const [row, actual] of others) {
    Object.entries(tolerances).forEach(([name, tolerance], i) => {
      const a = actual[i] ?? NaN;
      const b = expected[i] ?? NaN;
      const close = Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
      if (!close) problems.push(`${name}: ${row} has ${a}, ${reference} ${b} (tolerance ${tolerance})`);
    });
  }
  return problems;
}
