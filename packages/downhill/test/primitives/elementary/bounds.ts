/** The bounds that docs/accuracy.md promises, read from its table. */
import { readFileSync } from "node:fs";

export interface Bounds {
  /** Units in the last place. */
  readonly single: number;
  readonly double: number;
}

const text = readFileSync(new URL("../../../../../docs/accuracy.md", import.meta.url), "utf8");

/** | `exp` | 4 | 1.95 | 4 | 1.48 | */
const row = /^\| `(\w+)` +\|([^|\n]+)\|[^|\n]+\|([^|\n]+)\|[^|\n]+\|$/gm;

export const bounds: Readonly<Record<string, Bounds>> = Object.fromEntries(
  Array.from(text.matchAll(row), ([, name, single, double]): [string, Bounds] => [
    String(name),
    { single: Number(single), double: Number(double) },
  ]),
);
