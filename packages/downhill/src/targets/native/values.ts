/** Values of loop code as expressions of C: alone, and in lanes. */
import type { Scalar, ScalarType } from "../../program/loop.ts";
import { scalarTypeOf } from "../../program/loop.ts";
import { quickExtremeOf } from "../../program/scalar.ts";
import { findHolder, homeOf } from "../shared/scopes.ts";
import { anyLane, loadLanes, quickExtreme } from "./helpers.ts";
import { operationText } from "./operators.ts";
import {
  bufferText,
  type Emitter,
  indexText,
  type Lanes,
  laneStride,
  nameFor,
  placeText,
  type Scope,
} from "./scope.ts";
import { constantText, type LaneCount, spread, storedType, typeName } from "./types.ts";

export const typeIn = (e: Emitter, type: ScalarType, lanes: LaneCount): string =>
  typeName(e.context.machine, type, lanes);

/** Gives an expression a name. */
export const keep = (e: Emitter, at: Scope, type: string, text: string): string => {
  const name = nameFor(e, "v");
  at.lines.push(`const ${type} ${name} = ${text};`);
  return name;
};

const constantOf = (node: Scalar | undefined): number | undefined =>
  node?.kind === "constant" ? Number(node.value) : undefined;

const compute = (e: Emitter, at: Scope, node: Scalar): string => {
  switch (node.kind) {
    case "load": {
      const { buffer, at: index } = node;
      const dynamic = index.dynamic && valueText(e, at, index.dynamic);
      return `${bufferText(e, buffer)}[${placeText(at, index, 0, dynamic)}]`;
    }
    case "operation": {
      const { operator, type, args } = node;
      const operation = {
        operator,
        type,
        argTypes: args.map((arg) => arg.type),
        args: args.map((arg) => valueText(e, at, arg)),
        constant: (i: number) => constantOf(args[i]),
      };
      return operationText(e.context, operation, undefined);
    }
    case "table":
      return `${e.context.table(node)}[${valueText(e, at, node.index)}]`;
    case "rare": {
      const common = valueText(e, at, node.common);
      const args = node.args.map((arg) => valueText(e, at, arg));
      const condition = valueText(e, at, node.condition);
      return `(${condition} ? ${e.context.routine(node.routine)}(${args.join(", ")}) : ${common})`;
    }
    default:
      throw new Error(`internal: ${node.kind} is not computed`);
  }
};

/** The value of `node`, which is computed where it is the same as at `at`, if that has not been done. */
export const valueText = (e: Emitter, at: Scope, node: Scalar): string => {
  switch (node.kind) {
    case "constant":
      return constantText(node);
    case "index":
      return `((i32)(${indexText(at, node.loop)}))`;
    case "parameter":
      return `p${String(node.position)}`;
    case "accumulator": {
      const held = e.accumulators.get(node.accumulator);
      if (held?.kind === "memory") return valueText(e, at, held.load);
      if (held?.kind === "value") return held.name;
      throw new Error(`internal: accumulator ${node.accumulator.name} is read where it has no value`);
    }
    default: {
      const known = findHolder(at, node, (scope) => scope.values);
      if (known !== undefined) return known;
      const home = homeOf(at, e.facts.dependencies(node));
      const name = keep(e, home, typeIn(e, node.type, undefined), compute(e, home, node));
      home.values.set(node, name);
      return name;
    }
  }
};

const lanesIn = (e: Emitter): Lanes => {
  if (e.lanes === undefined) throw new Error("internal: a value is wanted in lanes outside a vector loop");
  return e.lanes;
};

/** A value that all lanes share. */
const splatText = (e: Emitter, at: Scope, node: Scalar): string => {
  const known = findHolder(at, node, (scope) => scope.splats);
  if (known !== undefined) return known;
  const { count } = lanesIn(e);
  if (node.kind === "constant") return spread(node.type, constantText(node), e.context.machine, count);
  const home = homeOf(at, e.facts.dependencies(node));
  const value = valueText(e, home, node);
  const name = keep(e, home, typeIn(e, node.type, count), spread(node.type, value, e.context.machine, count));
  home.splats.set(node, name);
  return name;
};

/** Where each lane of a load or store lies: side by side, or each at a place of its own. */
export type LanePlace =
  | { readonly kind: "adjacent"; readonly pointer: string }
  | { readonly kind: "apart"; readonly elements: readonly string[] };

export const placeOf = (
  e: Emitter,
  at: Scope,
  { buffer, at: index }: Pick<Extract<Scalar, { kind: "load" }>, "buffer" | "at">,
  copy: number,
): LanePlace => {
  const lanes = lanesIn(e);
  const { count, active, varies } = lanes;
  const stride = laneStride(lanes, index);
  const start = bufferText(e, buffer);
  const first = copy * count;
  const { dynamic } = index;
  const place = (lane: number, computed?: string): string =>
    placeText(at, index, (first + lane) * stride, computed);
  const apart = (computed: (lane: number) => string | undefined): LanePlace => ({
    kind: "apart",
    elements: Array.from({ length: active }, (_, lane) => `${start}[${place(lane, computed(lane))}]`),
  });
  if (dynamic !== undefined && varies(dynamic)) {
    const offsets = lanesText(e, at, dynamic, copy);
    return apart((lane) => `${offsets}[${String(lane)}]`);
  }
  const computed = dynamic && valueText(e, at, dynamic);
  if (stride === 1 || active === 1)
    return { kind: "adjacent", pointer: `${start} + (${place(0, computed)})` };
  return apart(() => computed);
};

const loadText = (e: Emitter, at: Scope, node: Extract<Scalar, { kind: "load" }>, copy: number): string => {
  const { count, active } = lanesIn(e);
  const { machine } = e.context;
  const stored = storedType[node.buffer.dtype];
  const place = placeOf(e, at, node, copy);
  const raw =
    place.kind === "adjacent"
      ? loadLanes(e.context, stored, count, active, place.pointer)
      : `(${stored}x${String(count)}){${place.elements.join(", ")}}`;
  if (scalarTypeOf[node.buffer.dtype] !== "bool") return raw;
  const mask = typeName(machine, "bool", count);
  return `-__builtin_convertvector(${raw}, ${mask})`;
};

const computeLanes = (e: Emitter, at: Scope, node: Scalar, copy: number): string => {
  const { count, active } = lanesIn(e);
  const type = typeIn(e, node.type, count);
  switch (node.kind) {
    case "load":
      return loadText(e, at, node, copy);
    case "operation": {
      const { operator, args } = node;
      const extreme = quickExtremeOf(node);
      const quick = extreme && quickExtreme(e.context, extreme.operator, node.type as "f32" | "f64", count);
      if (quick !== undefined) {
        const [a, b] = extreme!.args.map((arg) => lanesText(e, at, arg, copy));
        return `${quick}(${a!}, ${b!})`;
      }
      const operation = {
        operator,
        type: node.type,
        argTypes: args.map((arg) => arg.type),
        args: args.map((arg) => lanesText(e, at, arg, copy)),
        constant: (i: number) => constantOf(args[i]),
      };
      return operationText(e.context, operation, count);
    }
    case "table": {
      const index = lanesText(e, at, node.index, copy);
      const table = e.context.table(node);
      const entries = Array.from({ length: active }, (_, lane) => `${table}[${index}[${String(lane)}]]`);
      const entry = `(${type}){${entries.join(", ")}}`;
      return node.type === "bool" ? `-${entry}` : entry;
    }
    case "rare":
      return rareText(e, at, node, copy);
    default:
      throw new Error(`internal: ${node.kind} is not computed in lanes`);
  }
};

/** What is common, or in lanes that want it what the routine gives. */
const rareText = (e: Emitter, at: Scope, node: Extract<Scalar, { kind: "rare" }>, copy: number): string => {
  const { count, active } = lanesIn(e);
  const result = nameFor(e, "v");
  const common = lanesText(e, at, node.common, copy);
  const args = node.args.map((arg) => lanesText(e, at, arg, copy));
  const mask = lanesText(e, at, node.condition, copy);
  const routine = e.context.routine(node.routine);
  at.lines.push(`${typeIn(e, node.type, count)} ${result} = ${common};`);
  const given = args
    .map((arg, i) => (node.args[i]!.type === "bool" ? `-(i32)${arg}[l]` : `${arg}[l]`))
    .join(", ");
  const value = `${routine}(${given})`;
  at.lines.push(
    `if (__builtin_expect(${anyLane(e.context, count, mask)}, 0)) ` +
      `for (int l = 0; l < ${String(active)}; l++) if (${mask}[l]) ${result}[l] = ${node.type === "bool" ? `-${value}` : value};`,
  );
  return result;
};

/** The values of `node` in the lanes of one of the copies worked on side by side. */
export const lanesText = (e: Emitter, at: Scope, node: Scalar, copy: number): string => {
  const { count, varies } = lanesIn(e);
  if (node.kind === "accumulator") {
    const held = e.accumulators.get(node.accumulator);
    if (held?.kind === "memory") return lanesText(e, at, held.load, copy);
    if (held?.kind === "lanes") return held.names[copy]!;
    // It changes under the name that it has.
    return spread(node.type, valueText(e, at, node), e.context.machine, count);
  }
  if (!varies(node)) return splatText(e, at, node);
  const known = findHolder(at, node, (scope) => scope.lanes[copy]);
  if (known !== undefined) return known;
  const home = homeOf(at, e.facts.dependencies(node));
  const text =
    node.kind === "index"
      ? `splat_i32x${String(count)}((i32)(${indexText(at, node.loop)})) + (i32x${String(count)}){${numbersFrom(copy * count, count)}}`
      : computeLanes(e, home, node, copy);
  const name = keep(e, home, typeIn(e, node.type, count), text);
  (home.lanes[copy] ??= new Map()).set(node, name);
  return name;
};

const numbersFrom = (first: number, count: number): string =>
  Array.from({ length: count }, (_, lane) => String(first + lane)).join(", ");
