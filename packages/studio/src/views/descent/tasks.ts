/** What the worker computes for races: descents, and how a function bears learning rates. */
import {
  compareDescents,
  descend,
  type Descent,
  type Formula,
  holdVariables,
  type OptimizerName,
  type Verdict,
} from "downhill/explain";
import { parsed, type Values } from "../../engine/formula/parsed.ts";
import type { TaskContext } from "../../engine/task.ts";

export type PlainDescent = Descent<Values>;

/** The function of the variables that move; the others stay as they are. */
interface Course {
  readonly text: string;
  readonly from: Values;
  /** Values of the variables that stay. */
  readonly fixed: Values;
}

const functionOf = ({ text, fixed }: Course): Formula => holdVariables(parsed(text).formula, fixed);

export interface RunQuestion extends Course {
  readonly optimizer: OptimizerName;
  readonly rate: number | "auto";
  readonly steps: number;
}

/** Descents that were asked for lately: most questions change one of several. */
const kept = new Map<string, PlainDescent>();
const mostKept = 40;

/** One optimizer's way from the start. */
export const run = (question: RunQuestion): PlainDescent => {
  const key = JSON.stringify(question);
  const found = kept.get(key);
  if (found !== undefined) return found;
  const { from, optimizer, rate, steps } = question;
  const hasOwnRate = optimizer === "lbfgs";
  const descent: PlainDescent = descend(functionOf(question), {
    from,
    optimizer,
    learningRate: hasOwnRate ? "auto" : rate,
    steps,
  });
  kept.set(key, descent);
  if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
  return descent;
};

export interface ScaleQuestion extends Course {
  readonly optimizer: OptimizerName;
  readonly steps: number;
}

export interface RateScale {
  /** The rate that the library would take. */
  readonly automatic: number;
  /** The borders that curvature sets; undefined for optimizers whose steps are not multiples of gradients. */
  readonly borders: {
    readonly start: number | undefined;
    readonly end: number | undefined;
    readonly where: string;
  };
  readonly low: number;
  readonly high: number;
  /** Verdicts on the rates tried so far, ascending. */
  readonly tried: readonly { readonly rate: number; readonly verdict: Verdict }[];
}

const places = 33;
const atOnce = 4;

/**
 * How the function bears learning rates: descents at rates from low to high, each judged. Comes in parts, from coarse to
 * fine.
 */
export async function* scale(
  question: ScaleQuestion,
  { breathe }: TaskContext,
): AsyncGenerator<RateScale, RateScale, undefined> {
  const { from, optimizer, steps } = question;
  const f = functionOf(question);
  const { borders, learningRate = 1 } = descend(f, { from, optimizer, steps: 0 });
  const known = [
    borders.start.stableRate,
    borders.end.where === "minimum" ? borders.end.stableRate : undefined,
  ].filter((rate) => rate !== undefined && rate > 0 && rate < Infinity) as number[];
  const reference = known.length > 0 ? Math.min(...known) : learningRate;
  const [low, high] =
    known.length > 0 ? [reference / 300, reference * 3] : [reference / 100, reference * 100];
  const evenly = Array.from({ length: places }, (_, i) => low * (high / low) ** (i / (places - 1)));
  // On both sides of a border, so that what happens there is seen where it happens.
  const atBorders = known.flatMap((border) => [0.985 * border, 1.015 * border]);
  const digits = (rate: number): number => Number(rate.toPrecision(4));
  const verdicts = new Map<number, Verdict>();
  const result = (): RateScale => ({
    automatic: learningRate,
    borders: {
      start: borders.start.stableRate,
      end: borders.end.stableRate,
      where: borders.end.where,
    },
    low,
    high,
    tried: [...verdicts].map(([rate, verdict]) => ({ rate, verdict })).sort((a, b) => a.rate - b.rate),
  });
  yield result();
  const stages = [8, 4, 2, 1].map((stride, i) => [
    ...evenly.filter((_, k) => k % stride === 0 && (i === 0 || k % (2 * stride) !== 0)).map(digits),
    ...(i === 0 ? atBorders.map(digits) : []),
  ]);
  for (const stage of stages)
    for (let i = 0; i < stage.length; i += atOnce) {
      await breathe();
      const learningRates = stage.slice(i, i + atOnce);
      const descents = compareDescents(f, { from, optimizers: [optimizer], learningRates, steps });
      descents.forEach(({ judgement }, k) => verdicts.set(learningRates[k]!, judgement.verdict));
      if (i + atOnce < stage.length) continue;
      yield result();
    }
  return result();
}
