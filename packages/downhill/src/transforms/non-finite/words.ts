/** What happened at the origin of a number that is not finite, in the words of the field, and what to write instead. */
import { isFloating } from "../../tensor/dtype.ts";
import type { ConcreteTensor } from "../../tensor/tensor.ts";
import type { Origin } from "./origin.ts";

/** `3.403e38`, `−∞`, `0.25`: a number for people, in four digits at most. */
export const short = (value: number): string => {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const rounded = Number(value.toPrecision(4));
  const size = Math.abs(rounded);
  const text = size >= 1e6 || (size > 0 && size < 1e-4) ? rounded.toExponential() : String(rounded);
  return text.replace("e+", "e").replaceAll("-", "−");
};

const limits: Readonly<Record<string, string>> = {
  float32: "float32 ends at 3.403e38",
  float64: "float64 ends at 1.798e308",
};

const overflow = ({ dtype }: ConcreteTensor): string => `overflows: ${limits[dtype] ?? dtype}`;

/** The element of an operand that meets the result's element at `place`; NaN where several do. */
const elementAt = (operand: ConcreteTensor, value: ConcreteTensor, place: number): number => {
  if (operand.size === 1) return operand.values[0]!;
  return operand.size === value.size ? operand.values[place]! : NaN;
};

/** The element of greatest magnitude. */
export const largestElement = ({ values, dtype }: ConcreteTensor): number => {
  let largest = 0;
  if (isFloating(dtype)) for (const value of values) if (Math.abs(value) > Math.abs(largest)) largest = value;
  return largest;
};

/** What happened, in one clause, and the change that would have avoided it. */
export interface Account {
  readonly happened: string;
  readonly change: string;
}

const smaller =
  "make the numbers smaller: standardise what goes in, or take smaller steps; or compute in float64";
const logits =
  "losses of probabilities take logits here, nn.binaryCrossEntropy and nn.softmaxCrossEntropy, and never meet log 0; " +
  "elsewhere keep the argument above 0, as in log(x + 1e-12)";
const divisor = "keep the divisor away from 0: where(d.equal(0), 1, d), or d + 1e-12 if it is never negative";
const rooted = "keep the argument above 0, as in sqrt(x + 1e-12); nn and std do so already where it matters";

/** Arguments at the place of the result, and the result. */
type Tell = (args: readonly number[], value: ConcreteTensor) => Account;

const logarithm =
  (name: string, pole: number): Tell =>
  ([x]) => ({
    happened: x === pole ? `${name} of ${short(x)} is −∞` : `${name} of ${short(x!)} does not exist`,
    change: logits,
  });

const exponential: Tell = ([x], value) => ({
  happened: `e^${short(x!)} ${overflow(value)}`,
  change:
    "let softmax, logsumexp, softplus or sigmoid do it, which cannot overflow; or keep the exponent below " +
    (value.dtype === "float32" ? "88.7" : "709.7"),
});

const outside =
  (domain: string): ((name: string) => Tell) =>
  (name) =>
  ([x]) => ({
    happened: `${name} of ${short(x!)} does not exist: it takes ${domain}`,
    change: "hold the argument inside with clip",
  });

const withinOne = outside("numbers from −1 to 1");

const forward: Readonly<Record<string, Tell>> = {
  log: logarithm("log", 0),
  log2: logarithm("log2", 0),
  log10: logarithm("log10", 0),
  log1p: logarithm("log1p", -1),
  exp: exponential,
  expm1: exponential,
  sinh: exponential,
  cosh: exponential,
  sqrt: ([x]) => ({ happened: `the square root of ${short(x!)} does not exist`, change: rooted }),
  square: ([x], value) => ({ happened: `(${short(x!)})² ${overflow(value)}`, change: smaller }),
  add: ([a, b], value) => ({ happened: `${short(a!)} + ${short(b!)} ${overflow(value)}`, change: smaller }),
  sub: ([a, b], value) => ({ happened: `${short(a!)} − ${short(b!)} ${overflow(value)}`, change: smaller }),
  mul: ([a, b], value) => ({ happened: `${short(a!)} · ${short(b!)} ${overflow(value)}`, change: smaller }),
  div: ([a, b], value) =>
    b === 0
      ? { happened: `${short(a!)} is divided by 0`, change: divisor }
      : { happened: `${short(a!)} divided by ${short(b!)} ${overflow(value)}`, change: divisor },
  pow: ([a, b], value) =>
    a! < 0
      ? {
          happened: `(${short(a!)})^${short(b!)} does not exist`,
          change: "keep the base above 0, or write a whole exponent",
        }
      : a === 0
        ? { happened: `0^${short(b!)} is infinite`, change: divisor }
        : { happened: `(${short(a!)})^${short(b!)} ${overflow(value)}`, change: smaller },
  asin: withinOne("asin"),
  acos: withinOne("acos"),
  atanh: withinOne("atanh"),
  erfinv: withinOne("erfinv"),
  acosh: outside("numbers from 1")("acosh"),
};

const names: Readonly<Record<string, string>> = {
  dot: "matrix product",
  sum: "sum",
  cumsum: "cumulative sum",
  convert: "conversion",
  scan: "loop",
};

/** `the matrix product`: an operation in the field's terms. */
export const operationName = (name: string): string => names[name] ?? name;

const infinities = (args: readonly number[]): boolean =>
  args.some((x) => !Number.isFinite(x) && !Number.isNaN(x));

const tellForward = ({
  equation,
  operands,
  value,
  place,
}: Extract<Origin, { phase: "forward" }>): Account => {
  const { name } = equation.primitive;
  const isElementwise = equation.primitive.kind === "elementwise";
  const args = operands.map((operand) => (isElementwise ? elementAt(operand, value, place) : NaN));
  if (infinities(args) && Number.isNaN(value.values[place]!))
    return {
      happened: `${operationName(name)} of ${args.map(short).join(" and ")} is NaN`,
      change: "leave no row without a finite element where infinities mask what does not count",
    };
  const tell = forward[name];
  if (tell !== undefined && !args.some((x) => Number.isNaN(x))) return tell(args, value);
  const sizes = operands
    .filter(({ dtype }) => isFloating(dtype))
    .map((x) => short(Math.abs(largestElement(x))));
  return {
    happened: `the ${operationName(name)} of numbers up to ${sizes.join(" and ")} ${overflow(value)}`,
    change: smaller,
  };
};

const infiniteSlopes: Readonly<Record<string, (args: readonly number[]) => Account | undefined>> = {
  sqrt: ([x]) =>
    x === 0
      ? { happened: "the slope of the square root at 0 is infinite: 1/(2·√0)", change: rooted }
      : undefined,
  pow: ([x, p]) =>
    x === 0
      ? {
          happened: `the slope of x^${short(p!)} at 0 is infinite`,
          change: "keep the base above 0, as in (x + 1e-12)^p",
        }
      : undefined,
  asin: ([x]) => atEdge("asin", x!),
  acos: ([x]) => atEdge("acos", x!),
  acosh: ([x]) => atEdge("acosh", x!),
};

const atEdge = (name: string, x: number): Account | undefined =>
  Math.abs(x) === 1
    ? {
        happened: `the slope of ${name} at ${short(x)} is infinite`,
        change: "hold the argument inside with clip, away from the edge",
      }
    : undefined;

const tellBackward = ({
  equation,
  operands,
  incoming,
  result,
  operand,
  value,
  place,
  isUnused,
}: Extract<Origin, { phase: "backward" }>): Account => {
  const { name } = equation.primitive;
  const args = operands.map((x) => (x.size === 1 ? x.values[0]! : (x.values[place] ?? NaN)));
  const known = infiniteSlopes[name]?.(args);
  const isElementwise = equation.primitive.kind === "elementwise";
  const slope = incoming === undefined || !isElementwise ? NaN : elementAt(incoming, result, place);
  if (isUnused) {
    const inner = args[operand]!;
    return {
      happened:
        `${known?.happened ?? `the slope of ${operationName(name)} at ${short(inner)} is not finite`}; the where ` +
        "after it takes the other side here, but 0 times an infinite slope is NaN",
      change: `give ${operationName(name)} a harmless argument where it is not used: where(ok, f(where(ok, x, 1)), other)`,
    };
  }
  if (known !== undefined) return known;
  const size = incoming === undefined ? NaN : Math.abs(largestElement(incoming));
  const factors = operands
    .filter((x, i) => i !== operand && isFloating(x.dtype))
    .map((x) => Math.abs(largestElement(x)));
  const met = Number.isNaN(slope) ? `slopes up to ${short(size)}` : `the slope ${short(slope)}`;
  const by = factors.length > 0 ? ` times numbers up to ${factors.map(short).join(" and ")}` : "";
  return {
    happened: `going back through ${operationName(name)}, ${met}${by} ${overflow(value)}`,
    change: smaller,
  };
};

/** What happened at an origin. */
export const tell = (origin: Origin): Account => {
  switch (origin.phase) {
    case "input":
      return {
        happened: `it holds ${short(origin.value.values[origin.place]!)}`,
        change: "fill in or leave out such values before",
      };
    case "forward":
      return tellForward(origin);
    case "backward":
      return tellBackward(origin);
  }
};
