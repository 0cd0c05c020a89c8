/** Accumulators: kept alone, in lanes, or in parts that lanes gather for one kept alone. */
import type { Accumulator, Combine, Scalar } from "../../program/loop.ts";
import { identityOf, isFloat } from "../../program/scalar.ts";
import { combinedExtreme, extremeOf, joinedExtreme, unorderedLanes, withUnordered } from "./extremes.ts";
import { halfOfLanes, multiplyAdd, selectLanes, swappedLanes } from "./helpers.ts";
import { operationText } from "./operators.ts";
import { type Emitter, nameFor, type Parts, type Scope } from "./scope.ts";
import { bytesOf, constantText, type LaneCount, spread } from "./types.ts";
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
  const parts = held?.kind === "lanes" ? undefined : e.parts.get(accumulator);
  const names = held?.kind === "lanes" ? held.names : parts?.names;
  if (names === undefined) throw new Error(`internal: accumulator ${accumulator.name} has no lanes`);
  const { count, active, copies } = lanes;
  if (parts?.unordered !== undefined) {
    const texts = names.slice(0, copies).map((_, copy) => lanesText(e, at, value, copy));
    accumulateExtreme(e, at, accumulator, combine, parts, texts);
    return;
  }
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

/** Takes vectors into parts beside which NaN is noted. */
const accumulateExtreme = (
  e: Emitter,
  at: Scope,
  accumulator: Accumulator,
  combine: Combine,
  { names, lanes: count, unordered, empty }: Parts,
  texts: readonly string[],
): void => {
  const extreme = extremeOf(e.context, accumulator, combine, count)!;
  const { active } = e.lanes!;
  texts.forEach((text, copy) => {
    const name = names[copy]!;
    const isFirst = empty.delete(name) && active === count;
    const result = isFirst ? text : combinedExtreme(e.context, extreme, name, text);
    if (active === count) at.lines.push(`${name} = ${result};`);
    else {
      // Lanes without an iteration stay as they are.
      const mask = keep(
        e,
        at,
        typeIn(e, "bool", count),
        `{${Array.from({ length: active }, () => "-1").join(", ")}}`,
      );
      const kept = keep(e, at, typeIn(e, accumulator.type, count), result);
      at.lines.push(`${name} = ${selectLanes(e.context, accumulator.type, count, mask, kept, name)};`);
    }
  });
  const within = active === count ? "" : ` & ${String(2 ** active - 1)}`;
  for (let copy = 0; copy < texts.length; copy += 2) {
    const [a, b = a] = texts.slice(copy);
    at.lines.push(`${unordered!} |= ${unorderedLanes(e.context, extreme, a!, b!)}${within};`);
  }
};

/** Begins to gather parts of an accumulator in lanes; `isOnce` if what adds to them is written once for each time it runs. */
export const openParts = (
  e: Emitter,
  at: Scope,
  accumulator: Accumulator,
  combine: Combine,
  lanes: number,
  copies: number,
  isOnce: boolean,
): void => {
  const { type } = accumulator;
  const identity = constantText({ kind: "constant", type, value: identityOf(combine, type) });
  const names = Array.from({ length: copies }, () => {
    const name = nameFor(e, "a");
    at.lines.push(`${typeIn(e, type, lanes)} ${name} = ${spread(type, identity, e.context.machine, lanes)};`);
    return name;
  });
  const isExtreme = extremeOf(e.context, accumulator, combine, lanes) !== undefined;
  const unordered = isExtreme ? nameFor(e, "u") : undefined;
  if (unordered !== undefined) at.lines.push(`i32 ${unordered} = 0;`);
  e.parts.set(accumulator, { names, lanes, unordered, empty: new Set(isOnce ? names : []) });
};

/** Joins the parts, first copies and then lanes, and adds them to the accumulator. */
export const closeParts = (
  e: Emitter,
  at: Scope,
  accumulator: Accumulator,
  combine: Combine,
  { names, lanes, unordered }: Parts,
): void => {
  const { type } = accumulator;
  const extreme = unordered === undefined ? undefined : extremeOf(e.context, accumulator, combine, lanes);
  const together = (a: string, b: string, width = lanes): string =>
    extreme
      ? combinedExtreme(e.context, { ...extreme, lanes: width }, a, b)
      : combined(e, accumulator, combine, width, a, b);
  for (let half = 1; half < names.length; half *= 2)
    for (let i = 0; i + half < names.length; i += 2 * half)
      at.lines.push(`${names[i]!} = ${together(names[i]!, names[i + half]!)};`);
  at.joinedFrom ??= at.lines.length;
  const first = names[0]!;
  const place = e.waiting.get(accumulator);
  if (place !== undefined) {
    const value = extreme ? withUnordered(e.context, extreme, first, unordered!) : first;
    at.lines.push(`${place} = ${value};`);
    e.parts.delete(accumulator);
    return;
  }
  let last = first;
  let width = lanes;
  // Halves are joined in vectors half as wide, down to the narrowest.
  while (isFloat(type) && (extreme || combine === "add") && width * bytesOf[type] > 16) {
    const [low, high] = (["low", "high"] as const).map((half) => {
      const { type: part, text } = halfOfLanes(e.context, type, width, half, last);
      return keep(e, at, part, text);
    }) as [string, string];
    width /= 2;
    last = keep(e, at, typeIn(e, type, width), together(low, high, width));
  }
  for (let half = width / 2; half >= 1; half /= 2) {
    const moved = keep(e, at, typeIn(e, type, width), swappedLanes(e.context, type, width, half, last));
    last = keep(e, at, typeIn(e, type, width), together(last, moved, width));
  }
  const lane = `${type === "bool" ? "-(i32)" : ""}${last}[0]`;
  const joined = keep(
    e,
    at,
    typeIn(e, type, undefined),
    extreme ? joinedExtreme(extreme, lane, unordered!) : lane,
  );
  const isNew = isIdentity(e, at, accumulator, combine);
  const name = touchedName(e, accumulator);
  const result = isNew ? joined : combined(e, accumulator, combine, undefined, name, joined);
  at.lines.push(`${name} = ${result};`);
  e.parts.delete(accumulator);
};
