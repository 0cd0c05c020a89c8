/** Values beside what a page promises of them. */
import { inspect } from "node:util";
import { Tensor } from "downhill";

const number = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/g;

/** As a page writes it: tensors and typed arrays as arrays, texts without quotes. */
export const shown = (value: unknown): string => {
  if (typeof value === "string") return value;
  const plain = (part: unknown): unknown => {
    if (part instanceof Tensor) return part.toArray();
    if (ArrayBuffer.isView(part) && !(part instanceof DataView)) return Array.from(part as Float64Array);
    if (Array.isArray(part)) return part.map(plain);
    if (typeof part === "object" && part !== null && Object.getPrototypeOf(part) === Object.prototype)
      return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, plain(inner)]));
    return part;
  };
  return inspect(plain(value), { depth: null, breakLength: Infinity, maxArrayLength: null, compact: true });
};

/** Half a unit in the last digit that is written. */
const resolution = (written: string): number => {
  const [mantissa = "", exponent = "0"] = written.split("e");
  return 0.5 * 10 ** (Number(exponent) - (mantissa.split(".")[1]?.length ?? 0));
};

/** Whether a text is the promised one, where numbers have as many digits as the promise writes. */
export const keepsPromise = (text: string, promised: string): boolean => {
  const words = (whole: string): string =>
    whole
      .replace(number, "#")
      .replace(/\s*([[\]{}])\s*/g, "$1")
      .replace(/\s+/g, " ")
      .trim();
  if (words(text) !== words(promised)) return false;
  const actual = text.match(number) ?? [];
  return (promised.match(number) ?? []).every((written, i) => {
    const difference = Math.abs(Number(actual[i]) - Number(written));
    return difference <= resolution(written) * (1 + 1e-9);
  });
};
