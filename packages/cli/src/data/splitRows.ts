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
function rowKey(seed: number, row: number): number {
  const low = mix(seed >>> 0);
  const high = mix(Math.floor(seed / 2 ** 32) ^ 0x9e3779b9);
  return mix(mix(row ^ low) ^ high);
}

/** The `count` rows with the smallest keys, i.e. a random sample. */
function sample(rows: Uint32Array, count: number, seed: number): Uint32Array {
  if (count === 0) return new Uint32Array(0);
  const keys = rows.map((row) => rowKey(seed, row));
  const limit = keys.toSorted()[count - 1] ?? 0;
  return rows.filter((_, i) => (keys[i] ?? 0) <= limit);
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

function ascending(parts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let next = 0;
  for (const part of parts) {
    all.set(part, next);
    next += part.length;
  }
  return all.sort();
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
  const held = groups.map((group, i) => sample(group, counts[i] ?? 0, seed));
  const validation = ascending(held);
  const isHeld = new Uint8Array(rows);
  for (const row of validation) isHeld[row] = 1;
  const train = ascending(groups.map((group) => group.filter((row) => isHeld[row] === 0)));
  return { train, validation, stratified: options.classes != null };
}
