/** How optimizers make moves of slopes: the rule of the next move, with the numbers of the step put in. */
import {
  as,
  constant,
  largest,
  minus,
  named,
  negative,
  over,
  plus,
  power,
  root,
  sign,
  size,
  square,
  type Term,
  times,
} from "./terms.ts";

/** What a rule is made from: all of one variable, at one step. */
export interface RuleInput {
  /** NaN of optimizers that have none. */
  readonly rate: number;
  /** Its value, and the slope by it. */
  readonly at: number;
  readonly slope: number;
  /** Steps done before this one. */
  readonly step: number;
  /** What the optimizer remembers of it, by its letter, once it has seen this slope. */
  readonly now: (letter: string) => number;
  /** The same before it has; undefined at the start. */
  readonly before: (letter: string) => number | undefined;
}

/** A line of a rule: `letter` becomes what `term` says. */
export interface RuleLine {
  /** In LaTeX; Δ is the move. */
  readonly letter: string;
  readonly term: Term;
  /** Whether the letter has another value before it, so that it becomes rather than is. */
  readonly isUpdate: boolean;
  /** As the engine has it; undefined of what it does not write down. */
  readonly kept: number | undefined;
}

export interface Rule {
  readonly lines: readonly RuleLine[];
  /** What a reader of the lines has to know besides. */
  readonly note?: string;
}

/** Small numbers that keep divisors from 0. */
const tiny = (exponent: number): Term => constant(10 ** exponent, `10^{${exponent}}`);

const is = (letter: string, term: Term): RuleLine => ({ letter, term, isUpdate: false, kept: undefined });

/** What a rule's letters stand for at this step. */
const lettersOf = ({ rate, at, slope, step, now, before }: RuleInput) => {
  const after = (letter: string, latex = letter): Term => named(latex, now(letter));
  return {
    rate: named("\\alpha", rate),
    w: named("w", at),
    g: named("g", slope),
    t: named("t", step + 1),
    after,
    /** Before the slope was seen: `first` at the start. */
    old: (letter: string, first = 0, latex = letter): Term => named(latex, before(letter) ?? first),
    becomes: (letter: string, term: Term, latex = letter): RuleLine => ({
      letter: latex,
      term,
      isUpdate: true,
      kept: now(letter),
    }),
    move: (term: Term): RuleLine => is("\\Delta", term),
  };
};
type Letters = ReturnType<typeof lettersOf>;

/** decay · old + (1 − decay) · new */
const average = (decay: number, old: Term, next: Term): Term =>
  plus(times(constant(decay), old), times(constant(1 - decay), next));

/** Averages that start at 0 are too small at first by this divisor. */
const share = (decay: number, t: Term): Term => minus(constant(1), power(constant(decay), t));

/** The averages of Adam and its relatives: their lines, and both as they are once corrected for their start at 0. */
const adamAverages = ({ g, t, after, old, becomes }: Letters) => {
  const [m, v] = [after("m"), after("v")];
  const [mean, spread] = [over(m, share(0.9, t)), over(v, share(0.999, t))];
  return {
    slopes: becomes("m", average(0.9, old("m"), g)),
    squares: becomes("v", average(0.999, old("v"), square(g))),
    mean: is("\\hat m", mean),
    spread: is("\\hat v", spread),
    m,
    v,
    mHat: as("\\hat m", mean),
    vHat: as("\\hat v", spread),
  };
};

const stepsCount =
  "t counts the steps: averages that start at 0 are too small at first, and m̂ and v̂ make up for it";

const rules: Readonly<Record<string, (letters: Letters) => Rule>> = {
  gd: ({ rate, g, move }) => ({ lines: [move(negative(times(rate, g)))] }),
  momentum: ({ rate, g, after, old, becomes, move }) => ({
    lines: [becomes("v", plus(times(constant(0.9), old("v")), g)), move(negative(times(rate, after("v"))))],
  }),
  nesterov: ({ rate, g, after, old, becomes, move }) => ({
    lines: [
      becomes("v", plus(times(constant(0.9), old("v")), g)),
      move(negative(times(rate, plus(g, times(constant(0.9), after("v")))))),
    ],
  }),
  adagrad: ({ rate, g, after, old, becomes, move }) => ({
    lines: [
      becomes("s", plus(old("s", 0.1), square(g))),
      move(negative(times(rate, over(g, root(plus(after("s"), tiny(-7))))))),
    ],
  }),
  adadelta: ({ rate, g, after, old, becomes, move }) => {
    const moved = times(over(root(plus(old("d"), tiny(-6))), root(plus(after("s"), tiny(-6)))), g);
    const u = as("u", moved);
    return {
      lines: [
        becomes("s", average(0.9, old("s"), square(g))),
        is("u", moved),
        move(negative(times(rate, u))),
        becomes("d", average(0.9, old("d"), square(u))),
      ],
      note: "d, how far it usually goes, is brought up to date after the move",
    };
  },
  rmsprop: ({ rate, g, after, old, becomes, move }) => ({
    lines: [
      becomes("v", average(0.9, old("v"), square(g))),
      move(negative(times(rate, over(g, root(plus(after("v"), tiny(-8))))))),
    ],
  }),
  adam: (letters) => {
    const { slopes, squares, mean, spread, mHat, vHat } = adamAverages(letters);
    return {
      lines: [
        slopes,
        squares,
        mean,
        spread,
        letters.move(negative(times(letters.rate, over(mHat, plus(root(vHat), tiny(-8)))))),
      ],
      note: stepsCount,
    };
  },
  adamw: (letters) => {
    const { slopes, squares, mean, spread, mHat, vHat } = adamAverages(letters);
    const direction = plus(over(mHat, plus(root(vHat), tiny(-8))), times(tiny(-4), letters.w));
    return {
      lines: [slopes, squares, mean, spread, letters.move(negative(times(letters.rate, direction)))],
      note: "10⁻⁴ w pulls every value a little towards 0, whatever the slope",
    };
  },
  nadam: (letters) => {
    const { g, t, rate, move } = letters;
    const { slopes, squares, spread, m, vHat } = adamAverages(letters);
    const ahead = plus(
      over(times(constant(0.9), m), share(0.9, plus(t, constant(1)))),
      over(times(constant(1 - 0.9), g), share(0.9, t)),
    );
    return {
      lines: [
        slopes,
        squares,
        is("\\hat m", ahead),
        spread,
        move(negative(times(rate, over(as("\\hat m", ahead), plus(root(vHat), tiny(-8)))))),
      ],
      note: "m̂ looks one step ahead: the average as it will be, and the slope of now once more",
    };
  },
  radam: (letters) => {
    const { t, rate, move } = letters;
    const { slopes, squares, mean, spread, mHat, vHat } = adamAverages(letters);
    const limit = 2 / (1 - 0.999) - 1;
    const decayed = power(constant(0.999), t);
    const length = minus(
      constant(limit),
      over(times(times(constant(2), t), decayed), minus(constant(1), decayed)),
    );
    const rho = as("\\rho", length);
    const known = [slopes, squares, mean, spread, is("\\rho", length)];
    if (rho.value < 5)
      return {
        lines: [...known, move(negative(times(rate, mHat)))],
        note: "ρ says how many slopes' worth v̂ is made of. Below 5 it is not trusted yet: the move is made of m̂ alone",
      };
    const [four, two] = [constant(4), constant(2)];
    const factor = root(
      over(
        times(constant(limit), times(minus(rho, four), minus(rho, two))),
        times(constant((limit - 4) * (limit - 2)), rho),
      ),
    );
    return {
      lines: [
        ...known,
        is("r", factor),
        move(negative(times(times(rate, as("r", factor)), over(mHat, plus(root(vHat), tiny(-8)))))),
      ],
      note: "ρ says how many slopes' worth v̂ is made of; r holds the moves back while they are few",
    };
  },
  adamax: (letters) => {
    const { g, t, rate, after, old, becomes, move } = letters;
    const mean = over(after("m"), share(0.9, t));
    return {
      lines: [
        becomes("m", average(0.9, old("m"), g)),
        becomes("u", largest(times(constant(0.999), old("u")), plus(size(g), tiny(-8)))),
        is("\\hat m", mean),
        move(negative(times(rate, over(as("\\hat m", mean), after("u"))))),
      ],
    };
  },
  amsgrad: (letters) => {
    const { rate, after, old, becomes, move } = letters;
    const { slopes, squares, mean, spread, mHat, vHat } = adamAverages(letters);
    const top = "\\hat v_{\\max}";
    return {
      lines: [
        slopes,
        squares,
        mean,
        spread,
        becomes("top", largest(old("top", 0, top), vHat), top),
        move(negative(times(rate, over(mHat, plus(root(after("top", top)), tiny(-8)))))),
      ],
      note: "the divisor never becomes smaller again",
    };
  },
  adabelief: (letters) => {
    const { g, old, becomes, rate, move } = letters;
    const { slopes, mean, spread, m, mHat, vHat } = adamAverages(letters);
    return {
      lines: [
        slopes,
        becomes("v", plus(average(0.999, old("v"), square(minus(g, m))), tiny(-16))),
        mean,
        spread,
        move(negative(times(rate, over(mHat, plus(root(vHat), tiny(-16)))))),
      ],
      note: "v is how far slopes are from what was expected: where they are as expected, moves are long",
    };
  },
  lion: ({ rate, w, g, old, becomes, move }) => {
    const mixed = average(0.9, old("m"), g);
    return {
      lines: [
        is("c", mixed),
        move(negative(times(rate, plus(sign(as("c", mixed)), times(tiny(-3), w))))),
        becomes("m", average(0.99, old("m"), g)),
      ],
      note: "only the sign counts: every variable moves equally far. m is brought up to date after the move",
    };
  },
  lamb: (letters) => {
    const { w, rate, move } = letters;
    const { slopes, squares, mean, spread, mHat, vHat } = adamAverages(letters);
    const adam = over(mHat, plus(root(vHat), tiny(-6)));
    const u = as("u", adam);
    const isZero = w.value === 0 || u.value === 0;
    const trust = isZero ? constant(1) : over(size(w), size(u));
    return {
      lines: [
        slopes,
        squares,
        mean,
        spread,
        is("u", adam),
        is("r", trust),
        move(negative(times(times(rate, as("r", trust)), u))),
      ],
      note: isZero
        ? "r makes moves as long as the values they change; of a value or a move of 0 it is 1"
        : "r makes moves as long as the values they change: each variable has one of its own here, as a layer of a network would",
    };
  },
};

/** Undefined where the rule is one of all variables together: that of `lbfgs`. */
export const ruleOf = (optimizer: string, input: RuleInput): Rule | undefined =>
  rules[optimizer]?.(lettersOf(input));
