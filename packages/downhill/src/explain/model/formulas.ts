/** What a model computes, its loss and its gradient, in the notation of mathematics. */
import type { MlpActivation } from "../../learn/mlp-model.ts";
import type { NetworkOutput } from "../../learn/network/network-model.ts";
import type { AnyEstimator } from "../../learn/saved/rules.ts";
import type { Derivation } from "../derivation/derivation.ts";
import { type Notation, subscript } from "../notation/names.ts";
import { type Explainable, lossFactorOf, requireExplainable } from "./explainable.ts";
import { hiddenActivation, outputOf, weightsOf } from "./layers.ts";
import { deriveObjective } from "./objective.ts";
import { penaltyBesideRow } from "./penalty.ts";

/** An equation with what is to be said of it. */
export interface Equation extends Notation {
  /** Empty where nothing is to be said. */
  readonly note: string;
}

export interface ModelFormulas {
  /** From the row x to what is predicted. */
  readonly forward: readonly Equation[];
  /** Of one row. */
  readonly loss: readonly Equation[];
  /** Of the loss of one row, from the last layer to the first. */
  readonly gradient: readonly Equation[];
  /** What the objective has beside the loss of each row; null if nothing. */
  readonly penalty: Equation | null;
  /** The function that was made small, over all rows, as the estimator names it. */
  readonly objective: string;
  readonly objectiveValue: number;
  /** Of the mean loss over all rows with its penalty, derived and checked by the engine; null for networks. */
  readonly derivation: Derivation | null;
  /** How many numbers were learnt. */
  readonly parameters: number;
}

export interface FormulaOptions {
  /** The rows that the model learnt from (1 if left out): they share the penalty. */
  readonly trainingRows?: number;
  /** Where y comes from, or what the classes are called. */
  readonly target?: {
    readonly name: string;
    readonly scale?: { readonly mean: number; readonly deviation: number } | null;
    readonly classNames?: readonly string[];
  };
}

const short = (value: number): number => Number(value.toPrecision(4));

const number = (value: number): Notation => {
  const [mantissa, exponent] = String(short(value)).split("e");
  if (exponent === undefined) return { text: mantissa!, latex: mantissa! };
  return {
    text: `${mantissa!}e${exponent.replace("-", "−")}`,
    latex: `${mantissa!} \\cdot 10^{${exponent}}`,
  };
};

const equation = (text: string, latex: string, note = ""): Equation => ({ text, latex, note });

/** A letter with the number of its layer, which a single layer does without. */
const indexed = (letter: string, latexLetter: string, layer: number, isOnly: boolean): Notation =>
  isOnly
    ? { text: letter, latex: latexLetter }
    : { text: `${letter}${subscript(String(layer))}`, latex: `${latexLetter}_{${layer}}` };

interface Activation {
  readonly name: Notation;
  /** The slope, in the letters of its layer. */
  readonly slope: (z: Notation, a: Notation) => Notation | null;
}

const word = (text: string): Notation => ({ text, latex: `\\operatorname{${text}}` });

const activationNotation: Readonly<Record<MlpActivation, Activation>> = {
  identity: { name: word("id"), slope: () => null },
  relu: {
    name: word("relu"),
    slope: (z) => ({ text: `[${z.text} > 0]`, latex: `[${z.latex} > 0]` }),
  },
  tanh: {
    name: { text: "tanh", latex: "\\tanh" },
    slope: (_z, a) => ({ text: `(1 − ${a.text}²)`, latex: `(1 - ${a.latex}^{2})` }),
  },
  logistic: {
    name: { text: "σ", latex: "\\sigma" },
    slope: (_z, a) => ({
      text: `${a.text} ∘ (1 − ${a.text})`,
      latex: `${a.latex} \\circ (1 - ${a.latex})`,
    }),
  },
};

/** The letters of one layer. */
interface Letters {
  readonly W: Notation;
  readonly b: Notation | null;
  readonly z: Notation;
  /** What the layer gives on. */
  readonly a: Notation;
  /** What goes into it. */
  readonly before: Notation;
  readonly isVector: boolean;
}

const lettersOf = (model: Explainable): Letters[] => {
  const layers = weightsOf(model.parameters);
  const isOnly = layers.length === 1;
  return layers.map(({ kernel, bias }, i) => {
    const isVector = isOnly && kernel.shape[1] === 1;
    const letter = isVector ? "w" : "W";
    return {
      W: indexed(letter, letter, i + 1, isOnly),
      b: bias === undefined ? null : indexed("b", "b", i + 1, isOnly),
      z: indexed("z", "z", i + 1, isOnly),
      a: indexed("a", "a", i + 1, isOnly),
      before: i === 0 ? { text: "x", latex: "x" } : indexed("a", "a", i, isOnly),
      isVector,
    };
  });
};

/** What is made of the last layer's z. */
const predictionEquation = (output: NetworkOutput, { z }: Letters, { target }: FormulaOptions): Equation => {
  const name = target?.name ?? "y";
  const classes = target?.classNames;
  switch (output) {
    case "numbers": {
      const scale = target?.scale;
      const unit =
        scale == null
          ? `the predicted ${name}`
          : `the predicted ${name}, standardised: its own unit is ŷ·${short(scale.deviation)} + ${short(scale.mean)}`;
      return equation(`ŷ = ${z.text}`, `\\hat{y} = ${z.latex}`, unit);
    }
    case "binary":
      return equation(
        `p = σ(${z.text}) = 1/(1 + e^−${z.text})`,
        `p = \\sigma(${z.latex}) = \\frac{1}{1 + e^{-${z.latex}}}`,
        `the probability that ${name} is ${classes?.[1] ?? "of the second class"}`,
      );
    case "classes":
      return equation(
        `p = softmax(${z.text}): pₖ = e^zₖ / Σ e^z`,
        `p = \\operatorname{softmax}(${z.latex}), \\quad p_k = \\frac{e^{z_k}}{\\sum_j e^{z_j}}`,
        `the probability of each class${classes === undefined ? "" : `: ${classes.slice(0, 6).join(", ")}${classes.length > 6 ? ", …" : ""}`}`,
      );
  }
};

const lossEquation = (output: NetworkOutput, isHalf: boolean, targets: number): Equation => {
  const half = isHalf ? { text: "½ ", latex: "\\tfrac12 " } : { text: "", latex: "" };
  switch (output) {
    case "numbers":
      return targets === 1
        ? equation(`L = ${half.text}(ŷ − y)²`, `L = ${half.latex}(\\hat{y} - y)^{2}`, "squared error")
        : equation(
            `L = ‖ŷ − y‖²/${targets}`,
            `L = \\frac{\\lVert \\hat{y} - y \\rVert^{2}}{${targets}}`,
            "mean squared error over the targets",
          );
    case "binary":
      return equation(
        "L = −y ln p − (1 − y) ln(1 − p)",
        "L = -y \\ln p - (1 - y) \\ln(1 - p)",
        "log loss; y is 1 or 0",
      );
    case "classes":
      return equation(
        "L = −Σ yₖ ln pₖ",
        "L = -\\sum_k y_k \\ln p_k",
        "log loss; y is 1 at the true class, 0 elsewhere",
      );
  }
};

const lastSlope = (output: NetworkOutput, isHalf: boolean, targets: number): readonly [Notation, string] => {
  if (output !== "numbers")
    return [
      { text: "p − y", latex: "p - y" },
      output === "binary"
        ? "slope of the logarithm times slope of the sigmoid"
        : "slope of the logarithm times slope of softmax",
    ];
  if (isHalf) return [{ text: "ŷ − y", latex: "\\hat{y} - y" }, "power rule"];
  const divisor = targets === 1 ? "" : `/${targets}`;
  return [{ text: `2(ŷ − y)${divisor}`, latex: `2(\\hat{y} - y)${divisor}` }, "power rule"];
};

const partial = ({ text, latex }: Notation): Notation => ({
  text: `∂L/∂${text}`,
  latex: `\\frac{\\partial L}{\\partial ${latex}}`,
});

const forwardEquations = (
  model: Explainable,
  letters: readonly Letters[],
  options: FormulaOptions,
): Equation[] => {
  const layers = weightsOf(model.parameters);
  const activation = activationNotation[hiddenActivation(model)].name;
  const equations = letters.flatMap(({ W, b, z, a, before, isVector }, i): Equation[] => {
    const [inputs, outputs] = layers[i]!.kernel.shape as [number, number];
    const size = isVector ? `${W.text} has ${inputs} weights` : `${W.text} is [${inputs}, ${outputs}]`;
    const bias = b === null ? { text: "", latex: "" } : { text: ` + ${b.text}`, latex: ` + ${b.latex}` };
    const sums = equation(
      `${z.text} = ${W.text}ᵀ ${before.text}${bias.text}`,
      `${z.latex} = ${W.latex}^{\\top} ${before.latex}${bias.latex}`,
      i === 0 ? `weighted sums of the ${inputs} numbers of a row; ${size}` : size,
    );
    if (i === letters.length - 1) return [sums];
    return [
      sums,
      equation(
        `${a.text} = ${activation.text}(${z.text})`,
        `${a.latex} = ${activation.latex}(${z.latex})`,
        "unit by unit",
      ),
    ];
  });
  return [...equations, predictionEquation(outputOf(model), letters.at(-1)!, options)];
};

const gradientEquations = (model: Explainable, letters: readonly Letters[], isHalf: boolean): Equation[] => {
  const output = outputOf(model);
  const targets = weightsOf(model.parameters).at(-1)!.kernel.shape[1]!;
  const activation = activationNotation[hiddenActivation(model)];
  return [...letters.keys()].reverse().flatMap((i): Equation[] => {
    const { W, b, z, a, before, isVector } = letters[i]!;
    const slope = partial(z);
    const [byWeights, byBias] = [partial(W), b === null ? null : partial(b)];
    const next = letters[i + 1];
    let right: Notation;
    let note: string;
    if (next === undefined) [right, note] = lastSlope(output, isHalf, targets);
    else {
      const back = partial(next.z);
      const own = activation.slope(z, a);
      right = {
        text: `${own === null ? "" : "("}${next.W.text} ${back.text}${own === null ? "" : `) ∘ ${own.text}`}`,
        latex: `${own === null ? "" : "\\left("}${next.W.latex} ${back.latex}${own === null ? "" : `\\right) \\circ ${own.latex}`}`,
      };
      note =
        own === null
          ? "back through the weights, added up"
          : `back through the weights, added up, times the slope of ${activation.name.text}`;
    }
    return [
      equation(`${slope.text} = ${right.text}`, `${slope.latex} = ${right.latex}`, note),
      equation(
        isVector
          ? `${byWeights.text} = ${slope.text} · ${before.text}`
          : `${byWeights.text} = ${before.text} (${slope.text})ᵀ`,
        isVector
          ? `${byWeights.latex} = ${slope.latex} \\cdot ${before.latex}`
          : `${byWeights.latex} = ${before.latex} \\left(${slope.latex}\\right)^{\\top}`,
        "what flows back times what came in",
      ),
      ...(byBias === null
        ? []
        : [equation(`${byBias.text} = ${slope.text}`, `${byBias.latex} = ${slope.latex}`, "")]),
    ];
  });
};

const penaltyEquation = (
  model: Explainable,
  letters: readonly Letters[],
  { trainingRows = 1 }: FormulaOptions,
): Equation | null => {
  const targets = weightsOf(model.parameters).at(-1)!.kernel.shape[1]!;
  const { squares, absolutes } = penaltyBesideRow(model, trainingRows, targets);
  if (squares === 0 && absolutes === 0) return null;
  const letter = letters.length === 1 ? letters[0]!.W : { text: "W", latex: "W" };
  const sums = [
    ...(squares === 0 ? [] : [[number(squares), "Σ w²", "\\sum w^{2}"] as const]),
    ...(absolutes === 0 ? [] : [[number(absolutes), "Σ |w|", "\\sum |w|"] as const]),
  ];
  const slopes = [
    ...(squares === 0 ? [] : [`${number(2 * short(squares)).text} ${letter.text}`]),
    ...(absolutes === 0 ? [] : [`${number(absolutes).text} sign(${letter.text})`]),
  ];
  return equation(
    `+ ${sums.map(([factor, text]) => `${factor.text} ${text}`).join(" + ")}`,
    `+ ${sums.map(([factor, , latex]) => `${factor.latex} ${latex}`).join(" + ")}`,
    `beside the loss of each row; adds ${slopes.join(" + ")} to the slope by weights, which pulls them towards 0`,
  );
};

/**
 * A fitted model as formulas: what it computes, the loss of a row, the gradient of that, and the objective in force.
 *
 * @throws NotFittedError
 */
export const explainModel = (estimator: AnyEstimator, options: FormulaOptions = {}): ModelFormulas => {
  const model = requireExplainable("explainModel", estimator);
  const layers = weightsOf(model.parameters);
  const letters = lettersOf(model);
  const isHalf = lossFactorOf(model) === 0.5;
  const targets = layers.at(-1)!.kernel.shape[1]!;
  return {
    forward: forwardEquations(model, letters, options),
    loss: [lossEquation(outputOf(model), isHalf, targets)],
    gradient: gradientEquations(model, letters, isHalf),
    penalty: penaltyEquation(model, letters, options),
    objective: model.objective,
    objectiveValue: model.objectiveValue,
    derivation: letters.length === 1 ? deriveObjective(model, options.trainingRows ?? 1) : null,
    parameters: layers.reduce((sum, { kernel, bias }) => sum + kernel.size + (bias?.size ?? 0), 0),
  };
};
