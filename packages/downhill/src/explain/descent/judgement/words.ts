/** Numbers and borders within sentences. */
import type { CurvatureRange } from "../../../curvature/extremes.ts";
import { stableRate, type StepRule } from "../../../curvature/stable-rate.ts";
import type { Judgement } from "./judgement.ts";

/** Three significant digits, or as many as the whole part has. */
export const short = (value: number): string => {
  if (!Number.isFinite(value)) return value === Infinity ? "∞" : value === -Infinity ? "−∞" : "NaN";
  const size = Math.abs(value);
  const digits = Math.max(3, Math.ceil(Math.log10(size + 1)));
  const text =
    size !== 0 && (size >= 1e7 || size < 1e-4)
      ? exponential(value)
      : String(Number(value.toPrecision(Math.min(digits, 21))));
  return text.replaceAll("-", "−");
};

const exponential = (value: number): string => {
  const [mantissa = "", exponent = ""] = value.toExponential(2).split("e");
  return `${String(Number(mantissa))}e${exponent.replace("+", "")}`;
};

/** `1 step`, `3.2 steps`, `140 steps`. */
export const stepCount = (steps: number): string => {
  const rounded = steps < 10 ? Number(steps.toFixed(1)) : Number(steps.toPrecision(2));
  return rounded === 1 ? "step" : `${short(rounded)} steps`;
};

export const percent = (share: number): string => `${short(Number((100 * share).toPrecision(2)))} %`;

/** As precise as a rate that is recommended has to be. */
export const twoDigits = (rate: number): number => Number(rate.toPrecision(2));

/** The formula of the border for steps of a kind. */
const borderFormula = ({ momentum = 0, nesterov = false }: StepRule): string =>
  momentum === 0 ? "2/λmax" : nesterov ? "2(1 + β)/((1 + 2β)·λmax)" : "2(1 + β)/λmax";

/** `the border 0.5 at the minimum (2/λmax, λmax = 4)`. */
export const borderText = (rule: StepRule, { largest }: CurvatureRange, where: string): string =>
  `the border ${short(stableRate(largest, rule))} ${where} (${borderFormula(rule)}, λmax = ${short(largest)})`;

/** How fast an error shrinks. */
export const halved = (stepsToHalve: number): string => {
  if (stepsToHalve >= 1) return `the error is halved every ${stepCount(stepsToHalve)}`;
  const left = 2 ** (-1 / stepsToHalve);
  return left < 1e-6 ? "a single step arrives" : `each step leaves ${percent(left)} of the error`;
};

/** The parts that are there. */
export const sentences = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined).join("; ");

export const tryInstead = (better: Judgement["better"]): string | undefined =>
  better &&
  (Number.isFinite(better.stepsToHalve)
    ? `at ${short(better.learningRate)} ${halved(better.stepsToHalve)}`
    : `try ${short(better.learningRate)}`);
