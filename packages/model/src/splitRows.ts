/** Training and validation rows, each in ascending order. */
export interface Split {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
  /** Whether every class has its share in both parts, as far as its rows allow. */
  readonly stratified: boolean;
}

export interface SplitOptions {
  /** Share of the rows that is held back for validation, 0 up to but not including 1. */
  readonly validation: number;
  /** Any whole number; the same seed gives the same split on every machine. */
  readonly seed: number;
  /** Class index of each row, -1 for rows that belong to neither part. */
  readonly classes?: Int32Array | null;
  /** For rows without classes: leaves out those whose value is NaN. */
  readonly values?: Float64Array | null;
}

/** Murmur3's finaliser: a bijection of the 32-bit integers in which every bit of the input moves every other. */
function mix(bits: number): number {
  let h = bits;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * A random number for each row: different ones for different rows, since for a given seed the whole is a bijection.
 * Counter-based: it depends on seed and row alone.
 */
function rowKey([low, high]: readonly [number, number], row: number): number {
  return mix(mix(row ^ low) ^ high);
}

/** Both halves of a seed of up to 53 bits, mixed: neighbouring seeds give unrelated splits. */
function seedWords(seed: number): [number, number] {
  return [mix(seed >>> 0), mix(Math.floor(seed / 2 ** 32) ^ 0x9e3779b9)];
}

/** The `count`-th smallest key: by counting their upper bits, and sorting only those with the right ones. */
function keyOfRank(keys: Uint32Array, count: number): number {
  // As many different ones as there are keys, at most half of the bits.
  const lower = Math.max(16, Math.clz32(keys.length));
  const tally = new Uint32Array(2 ** (32 - lower));
  for (const key of keys) {
    const upper = key >>> lower;
    tally[upper] = (tally[upper] ?? 0) + 1;
  }
  let upper = 0;
  let below = 0;
  while (below + (tally[upper] ?? 0) < count) below += tally[upper++] ?? 0;
  const candidates = keys.filter((key) => key >>> lower === upper).sort();
  return candidates[count - below - 1] ?? 0;
}

/** The class of a row; 0 throughout where there are none; -1 for a row that is left out. */
function groupOf(row: number, { classes, values }: SplitOptions): number {
  if (classes != null) return classes[row] ?? -1;
  return values != null && Number.isNaN(values[row]) ? -1 : 0;
}

function rowsByClass(rows: number, options: SplitOptions): Uint32Array[] {
  const sizes: number[] = [];
  for (let row = 0; row < rows; row++) {
    const group = groupOf(row, options);
    if (group >= 0) sizes[group] = (sizes[group] ?? 0) + 1;
  }
  const groups = Array.from(sizes, (size) => new Uint32Array(size ?? 0));
  const filled = groups.map(() => 0);
  for (let row = 0; row < rows; row++) {
    const group = groupOf(row, options);
    const members = groups[group];
    const next = filled[group];
    if (members === undefined || next === undefined) continue;
    members[next] = row;
    filled[group] = next + 1;
  }
  return groups;
}

/**
 * Validation rows for each class: its share, rounded so that the sum is right (largest remainders first), and never
 * all of its rows.
 */
function quotas(sizes: readonly number[], share: number): number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const wanted = Math.min(total - 1, Math.max(share > 0 ? 1 : 0, Math.round(total * share)));
  const counts = sizes.map((size) => Math.min(Math.floor(size * share), Math.max(size - 1, 0)));
  let left = wanted - counts.reduce((sum, count) => sum + count, 0);
  const byRemainder = sizes
    .map((size, i) => ({ i, size, remainder: (size * share) % 1 }))
    .sort((a, b) => b.remainder - a.remainder || b.size - a.size || a.i - b.i);
  for (const { i, size } of byRemainder) {
    const count = counts[i] ?? 0;
    if (left <= 0 || count >= size - 1) continue;
    counts[i] = count + 1;
    left--;
  }
  return counts;
}

/**
 * Splits rows 0 … `rows` − 1 into training and validation rows, at random but reproducibly; with `classes`, so that
 * each class has the same share in both (a class of a single row is trained on).
 *
 * @throws RangeError for a share outside [0, 1) or a seed that is no whole number.
 */
export function splitRows(rows: number, options: SplitOptions): Split {
  const { validation: share, seed } = options;
  if (!(share >= 0 && share < 1)) {
    throw new RangeError(
      `validation share ${share} is outside [0, 1): write 0.2 to hold back a fifth of the rows`,
    );
  }
  if (!Number.isSafeInteger(seed))
    throw new RangeError(`seed ${seed} is no whole number: write one, such as 0`);
  const groups = rowsByClass(rows, options);
  const counts = quotas(
    groups.map((group) => group.length),
    share,
  );
  const words = seedWords(seed);
  const isHeld = new Uint8Array(rows);
  groups.forEach((group, i) => {
    const count = counts[i] ?? 0;
    if (count === 0) return;
    // A random sample: the rows with the smallest keys.
    const keys = group.map((row) => rowKey(words, row));
    const limit = keyOfRank(keys, count);
    for (const row of group) if (rowKey(words, row) <= limit) isHeld[row] = 1;
  });
  const all = groups.length === 1 ? (groups[0] ?? new Uint32Array(0)) : mergeGroups(groups);
  return {
    train: all.filter((row) => isHeld[row] === 0),
    validation: all.filter((row) => isHeld[row] === 1),
    stratified: options.classes != null,
  };
}

/** The rows of all groups, ascending. */
function mergeGroups(groups: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(groups.reduce((sum, group) => sum + group.length, 0));
  let next = 0;
  for (const group of groups) {
    all.set(group, next);
    next += group.length;
  }
  return all.sort();
}
