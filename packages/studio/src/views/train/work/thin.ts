/** Some of many. */

/** At most `count` of the items, evenly spread, the first and the last among them. */
export const thinned = <T>(items: readonly T[], count: number): T[] =>
  items.length <= count
    ? [...items]
    : Array.from({ length: count }, (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))]!);
