/** The loss of one row as a formula of its weights, for the view of chains. */
import type { Tensor } from "downhill";
import type { Activation } from "../recipe.ts";
import type { Workshop } from "./ground.ts";
import { type Layer, layersOf } from "./picture.ts";

export interface Calculus {
  readonly text: string;
  readonly at: Readonly<Record<string, number>>;
  readonly wrt: readonly string[];
  /** What of the model was put together, since no page has room for it; empty if it is whole. */
  readonly note: string;
}

/** More of a kind are put together into a number. */
const [mostInputs, mostUnits, mostClasses] = [4, 3, 3];

const functions: Readonly<Record<Activation, (x: number) => number>> = {
  relu: (x) => Math.max(0, x),
  tanh: Math.tanh,
  logistic: (x) => 1 / (1 + Math.exp(-x)),
  identity: (x) => x,
};
const written: Readonly<Record<Activation, (text: string) => string>> = {
  relu: (text) => `relu(${text})`,
  tanh: (text) => `tanh(${text})`,
  logistic: (text) => `sigmoid(${text})`,
  identity: (text) => `(${text})`,
};

interface Dense {
  /** `kernel[input][unit]` */
  readonly kernel: readonly (readonly number[])[];
  readonly bias: readonly number[];
}

const denseOf = ({ kernel, bias }: Layer): Dense => ({
  kernel: kernel.toArray() as number[][],
  bias: bias === undefined ? [] : (bias.toArray() as number[]),
});

/** A linear model as the one layer that it is. */
const linearLayer = ({ coef, intercept }: { coef: Tensor; intercept?: Tensor }): Dense => {
  const rows = (coef.rank === 1 ? [coef.toArray()] : coef.toArray()) as number[][];
  const bias = intercept === undefined ? [] : Array.from(intercept.data, Number);
  return { kernel: rows[0]!.map((_, input) => rows.map((row) => row[input]!)), bias };
};

const sums = ({ kernel, bias }: Dense, inputs: readonly number[]): number[] =>
  kernel[0]!.map((_, unit) =>
    inputs.reduce((sum, value, i) => sum + value * kernel[i]![unit]!, bias[unit] ?? 0),
  );

/** The places of the largest, in their own order. */
const largest = (sizes: readonly number[], count: number): number[] =>
  sizes
    .map((size, i) => ({ size: Math.abs(size), i }))
    .sort((a, b) => b.size - a.size)
    .slice(0, count)
    .map(({ i }) => i)
    .sort((a, b) => a - b);

export const calculusOf = (
  { prepared, ground }: Workshop,
  parameters: object,
  row: readonly number[],
  target: number,
): Calculus => {
  const layers = layersOf(parameters);
  const dense = layers.length === 0 ? [linearLayer(parameters as { coef: Tensor })] : layers.map(denseOf);
  const { activation } = ground.model;
  const at: Record<string, number> = {};
  const wrt: string[] = [];
  const notes: string[] = [];
  const learn = (name: string, value: number): string => {
    at[name] = value;
    wrt.push(name);
    return name;
  };
  const data = (name: string, value: number): string => {
    at[name] = value;
    return name;
  };
  /** The weighted sum of one unit, of the terms that count. */
  const sum = (
    { kernel, bias }: Dense,
    unit: number,
    terms: readonly { readonly text: string; readonly value: number; readonly place: number }[],
    all: readonly number[],
    names: { readonly weight: string; readonly bias: string; readonly rest: string },
  ): string => {
    const shown = terms.map(
      ({ text, place }) => `${learn(`${names.weight}_${place + 1}`, kernel[place]![unit]!)}*${text}`,
    );
    const places = new Set(terms.map(({ place }) => place));
    const rest = all.reduce((total, value, i) => total + (places.has(i) ? 0 : value * kernel[i]![unit]!), 0);
    return [
      ...shown,
      ...(bias[unit] === undefined ? [] : [learn(names.bias, bias[unit])]),
      ...(places.size < all.length ? [data(names.rest, rest)] : []),
    ].join(" + ");
  };

  // All layers before the last hidden one are taken as they are.
  let inputs = row;
  const before = dense.slice(0, -2);
  for (const layer of before) inputs = sums(layer, inputs).map(functions[activation]);
  if (before.length > 0) notes.push("the layers before the last hidden one are taken as they are");
  const output = dense.at(-1)!;
  const hidden = dense.length > 1 ? dense.at(-2)! : undefined;
  const values = hidden === undefined ? inputs : sums(hidden, inputs).map(functions[activation]);

  const scores = sums(output, values);
  const chosen = (() => {
    if (scores.length === 1) return [0];
    const rivals = scores.map((score, k) => (k === target ? Infinity : score));
    const order = rivals.map((score, k) => ({ score, k })).sort((a, b) => b.score - a.score);
    return order
      .slice(0, mostClasses)
      .map(({ k }) => k)
      .sort((a, b) => a - b);
  })();
  const weightSize = (layer: Dense, place: number, units: readonly number[]): number =>
    Math.max(...units.map((unit) => Math.abs(layer.kernel[place]![unit]!)));

  let terms: { text: string; value: number; place: number }[];
  if (hidden === undefined) {
    const places = largest(
      values.map((value, i) => value * weightSize(output, i, chosen)),
      mostInputs,
    );
    if (places.length < values.length)
      notes.push(`of ${values.length} inputs the ${places.length} that weigh most are followed`);
    terms = places.map((place) => ({
      text: data(`x${place + 1}`, values[place]!),
      value: values[place]!,
      place,
    }));
  } else {
    const units = largest(
      values.map((value, i) => value * weightSize(output, i, chosen)),
      mostUnits,
    );
    if (units.length < values.length)
      notes.push(`of ${values.length} hidden units the ${units.length} that weigh most are followed`);
    const places = largest(
      inputs.map((value, i) => value * weightSize(hidden, i, units)),
      mostInputs,
    );
    if (places.length < inputs.length)
      notes.push(`of ${inputs.length} inputs the ${places.length} that weigh most`);
    const below = places.map((place) => ({
      text: data(`${before.length > 0 ? "a" : "x"}${place + 1}`, inputs[place]!),
      value: inputs[place]!,
      place,
    }));
    terms = units.map((unit) => ({
      text: written[activation](
        sum(hidden, unit, below, inputs, {
          weight: `w${unit + 1}`,
          bias: `c${unit + 1}`,
          rest: `q${unit + 1}`,
        }),
      ),
      value: values[unit]!,
      place: unit,
    }));
  }
  const single = chosen.length === 1 && scores.length === 1;
  const score = (k: number): string =>
    sum(output, k, terms, values, {
      weight: single ? "v" : `v${k + 1}`,
      bias: single ? "b" : `b${k + 1}`,
      rest: single ? "r" : `r${k + 1}`,
    });
  if (prepared.task.kind === "regression") return finish(`(${data("y", target)} - (${score(0)}))^2`);
  if (scores.length === 1) {
    // For the class that is true the other half of the log loss is zero.
    const z = score(0);
    return finish(target === 1 ? `-ln(sigmoid(${z}))` : `-ln(1 - sigmoid(${z}))`);
  }
  const parts = chosen.map((k) => `exp(${score(k)})`);
  const others = scores.reduce((total, value, k) => total + (chosen.includes(k) ? 0 : Math.exp(value)), 0);
  if (chosen.length < scores.length) {
    parts.push(data("s", others));
    notes.push(`of ${scores.length} classes the true one and its ${chosen.length - 1} nearest rivals`);
  }
  return finish(`ln(${parts.join(" + ")}) - (${score(target)})`);

  function finish(text: string): Calculus {
    return { text, at, wrt: [...new Set(wrt)], note: notes.join("; ") };
  }
};
