/** Operations on each element: the primitives by their records, and arithmetic. */
import * as d from "downhill";
import { type Primitive, primitives } from "../../../../src/program/primitive.ts";
import { bindOne } from "../../../../src/program/trace.ts";
import { alike, into, type Operation, partner } from "./choices.ts";

/** Elementwise primitives from float to float: their records say in which regions they can be tested. */
const isSmooth = (primitive: Primitive): boolean => {
  const { kind, name } = primitive;
  const [sample] = primitive.samples;
  if (kind !== "elementwise" || name === "stopGradient" || name === "convert") return false;
  if (sample!.operands.some(({ dtype }) => dtype !== undefined)) return false;
  try {
    const [output] = primitive.types(
      sample!.operands.map(({ shape }) => ({ shape, dtype: "float64" })),
      sample!.params,
    );
    return output!.dtype === "float64";
  } catch {
    return false;
  }
};

const ofPrimitive =
  (primitive: Primitive): Operation =>
  (choices) => {
    const { operands, params } = choices.of(primitive.samples);
    const a = choices.value();
    const given = operands.map((_, i) => (i === 0 ? a : partner(choices, a)));
    const inDomain = given.map((x, i) => into(x, operands[i]!, choices.below(8)));
    return bindOne(primitive, alike(inDomain), params);
  };

export const elementwise = Object.fromEntries(
  primitives()
    .filter(isSmooth)
    .map((primitive) => [primitive.name, ofPrimitive(primitive)]),
);

export const arithmetic: Readonly<Record<string, Operation>> = {
  "plain add": (choices) => {
    const a = choices.value();
    return a.add(partner(choices, a));
  },
  "plain sub": (choices) => {
    const a = choices.value();
    return a.sub(partner(choices, a));
  },
  "plain mul": (choices) => {
    const a = choices.value();
    return a.mul(partner(choices, a)).mul(0.5);
  },
  "with a number": (choices) => {
    const a = choices.value();
    return choices.of([a.add(1), a.mul(-1), a.div(2), d.sub(0, a), a.mul(0), a.mul(1), a.add(0)]);
  },
};
