/** Accumulators: kept alone, in lanes, or in parts that lanes gather for one kept alone. */
import type { Accumulator, Combine, Scalar } from "../../program/loop.ts";
import { identityOf } from "../../program/scalar.ts";
import { laterLanes, multiplyAdd, selectLanes } from "./helpers.ts";
import { operationText } from "./operators.ts";
import { type Emitter, nameFor, type Parts, type Scope } from "./scope.ts";
import { constantText, isFloat, type LaneCount, spread } from "./types.ts";
import { keep, lanesText, typeIn, valueText } from "./values.ts";

export const combined = (
  e: Emitter,
  { type }: Accumulator,
  combine: Combine,
  lanes: LaneCount,
  a: string,
  b: string,
): string =>
  operationText(e.context, { operator: combine, type, argTypes: [type, type], args: [a, b] }, lanes);

const nameOf = (e: Emitter, accumulator: Accumulator): string => {
  const held = e.accumulators.get(accumulator);
  if (held?.kind !== "value")
    throw new Error(`internal: accumulator ${accumulator.name} is not kept as a single value here`);
  return held.name;
};

/** The accumulator's name, as that of one to which something has been done. */
const touchedName = (e: Emitter, accumulator: Accumulator): string => {
  const name = nameOf(e, accumulator);
  e.accumulators.set(accumulator, { kind: "value", name });
  return name;
};

/** Whether the accumulator has the value that changes nothing when combined, and has been declared right here. */
const isIdentity = (e: Emitter, at: Scope, accumulator: Accumulator, combine: Combine): boolean => {
  const held = e.accumulators.get(accumulator);
  const initial = held?.kind === "value" && held.untouched?.at === at ? held.untouched.initial : undefined;
  return (
    initial?.kind === "constant" && Object.is(Number(initial.value), identityOf(combine, accumulator.type))
  );
};

export const emitDeclare = (e: Emitter, at: Scope, accumulator: Accumulator, initial: Scalar): void => {
  const { lanes } = e;
  if (lanes === undefined) {
    const name = nameFor(e, "a");
    at.lines.push(`${typeIn(e, accumulator.type, undefined)} ${name} = ${valueText(e, at, initial)};`);
    e.accumulators.set(accumulator, { kind: "value", name, untouched: { at, initial } });
    return;
  }
  const names = Array.from({ length: lanes.copies }, (_, copy) => {
    const name = nameFor(e, "a");
    at.lines.push(
      `${typeIn(e, accumulator.type, lanes.count)} ${name} = ${lanesText(e, at, initial, copy)};`,
    );
    return name;
  });
  e.accumulators.set(accumulator, { kind: "lanes", names });
};

export const emitAssign = (e: Emitter, at: Scope, accumulator: Accumulator, value: Scalar): void => {
  const held = e.accumulators.get(accumulator);
  if (held?.kind !== "lanes") {
    at.lines.push(`${touchedName(e, accumulator)} = ${valueText(e, at, value)};`);
    return;
  }
  const texts = held.names.map((_, copy) => lanesText(e, at, value, copy));
  held.names.forEach((name, copy) => at.lines.push(`${name} = ${texts[copy]!};`));
};

/** The factors of a product that is added to a sum and used for nothing else: one rounding does for both. */
const factorsOf = (
  e: Emitter,
  { type }: Accumulator,
  combine: Combine,
  value: Scalar,
): readonly Scalar[] | undefined =>
  combine === "add" &&
  isFloat(type) &&
  value.kind === "operation" &&
  value.operator === "mul" &&
  e.facts.uses(value) <= 1
    ? value.args
    : undefined;

export const emitAccumulate = (
  e: Emitter,
  at: Scope,
  accumulator: Accumulator,
  combine: Combine,
  value: Scalar,
): void => {
  const { lanes } = e;
  const held = e.accumulators.get(accumulator);
  const factors = factorsOf(e, accumulator, combine, value);
  const { type } = accumulator;
  const next = (name: string, count: LaneCount, text: (node: Scalar) => string): string => {
    if (factors === undefined || !isFloat(type))
      return combined(e, accumulator, combine, count, name, text(value));
    const [a, b] = factors.map(text) as [string, string];
    return multiplyAdd(e.context, type, count, [a, b, name]);
  };
  if (lanes === undefined) {
    const name = touchedName(e, accumulator);
    at.lines.push(`${name} = ${next(name, undefined, (node) => valueText(e, at, node))};`);
    return;
  }
  const names = held?.kind === "lanes" ? held.names : e.parts.get(accumulator)?.names;
  if (names === undefined) throw new Error(`internal: accumulator ${accumulator.name} has no lanes`);
  const { count, active, copies } = lanes;
  for (let copy = 0; copy < copies; copy++) {
    const name = names[copy]!;
    const text = next(name, count, (node) => lanesText(e, at, node, copy));
    if (held?.kind === "lanes" || active === count) at.lines.push(`${name} = ${text};`);
    else {
      // Lanes without an iteration stay as they are.
      const result = keep(e, at, typeIn(e, type, count), text);
      const ones = Array.from({ length: active }, () => "-1").join(", ");
      const mask = keep(e, at, typeIn(e, "bool", count), `{${ones}}`);
      at.lines.push(`${name} = ${selectLanes(e.context, type, count, mask, result, name)};`);
    }
  }
};

/** Begins to gather parts of an accumulator in lanes. */
export const openParts = (
  e: Emitter,
  at: Scope,
  accumulator: Accumulator,
  combine: Combine,
  lanes: number,
  copies: number,
): void => {
  const { type } = accumulator;
  const identity = constantText({ kind: "constant", type, value: identityOf(combine, type) });
  const names = Array.from({ length: copies }, () => {
    const name = nameFor(e, "a");
    at.lines.push(`${typeIn(e, type, lanes)} ${name} = ${spread(type, identity, e.context.machine, lanes)};`);
    return name;
  });
  e.parts.set(accumulator, { names, lanes });
};

/** Joins the parts, first copies and then lanes, and adds them to the accumulator. */
export const closeParts = (
  e: Emitter,
  at: Scope,
  accumulator: Accumulator,
  combine: Combine,
  { names, lanes }: Parts,
): void => {
  const { type } = accumulator;
  for (let half = 1; half < names.length; half *= 2)
    for (let i = 0; i + half < names.length; i += 2 * half)
      at.lines.push(
        `${names[i]!} = ${combined(e, accumulator, combine, lanes, names[i]!, names[i + half]!)};`,
      );
  const first = names[0]!;
  const place = e.waiting.get(accumulator);
  if (place !== undefined) {
    at.lines.push(`${place} = ${first};`);
    e.parts.delete(accumulator);
    return;
  }
  const vector = typeIn(e, type, lanes);
  for (let half = lanes / 2; half >= 1; half /= 2) {
    const moved = keep(e, at, vector, laterLanes(e.context, type, lanes, half, first));
    at.lines.push(`${first} = ${combined(e, accumulator, combine, lanes, first, moved)};`);
  }
  const joined = keep(e, at, typeIn(e, type, undefined), `${type === "bool" ? "-(i32)" : ""}${first}[0]`);
  const isNew = isIdentity(e, at, accumulator, combine);
  const name = touchedName(e, accumulator);
  const result = isNew ? joined : combined(e, accumulator, combine, undefined, name, joined);
  at.lines.push(`${name} = ${result};`);
  e.parts.delete(accumulator);
};
