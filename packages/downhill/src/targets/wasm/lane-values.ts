/** Values in lanes: code that leaves a scalar of loop code on the stack, one per lane of a vector. */
import type { Routine, Scalar } from "../../program/loop.ts";
import { quickExtremeOf } from "../../program/scalar.ts";
import { findHolder, homeOf } from "../shared/scopes.ts";
import { FunctionBuilder, type Local } from "./code.ts";
import { pushExtreme } from "./extremes.ts";
import { pushLaneLoad, type LanePlace } from "./lane-memory.ts";
import { pushLaneOperation } from "./lane-operators.ts";
import { extractLane, laneOpcode, replaceLane, splat, type Width } from "./lane-types.ts";
import { type Emitter, findLoop, type Lanes, type Scope } from "./scope.ts";
import { pushTableEntry, pushValue } from "./values.ts";

const lanesOf = (e: Emitter): Lanes => {
  if (e.lanes === undefined) throw new Error("internal: a value is wanted in lanes outside a vector loop");
  return e.lanes;
};

const splatsOf = ({ splats }: Scope): Scope["splats"] => splats;

/** A value that all lanes share. */
const pushSplat = (e: Emitter, at: Scope, node: Scalar): void => {
  const known = findHolder(at, node, splatsOf);
  if (known !== undefined) {
    at.code.get(known);
    return;
  }
  const home = homeOf(at, e.facts.dependencies(node));
  pushValue(e, home, node);
  splat(home.code, node.type);
  if (home === at && e.facts.uses(node) <= 1 && lanesOf(e).copies === 1) return;
  const local = e.fn.local("v128");
  home.splats.set(node, local);
  if (home === at) at.code.tee(local);
  else {
    home.code.set(local);
    at.code.get(local);
  }
};

const numbersFrom = (first: number): Uint8Array =>
  new Uint8Array(Int32Array.from({ length: 4 }, (_, lane) => first + lane).buffer);

/** The index of the vector loop: its counter and the number of the lane. */
const pushIndexLanes = (
  e: Emitter,
  at: Scope,
  node: Extract<Scalar, { kind: "index" }>,
  copy: number,
): void => {
  const { loop, from } = findLoop(at, node.loop);
  at.code.get(loop.counter);
  if (from !== undefined) at.code.get(from).op("i32.add");
  at.code
    .op("i32x4.splat")
    .v128(numbersFrom(copy * lanesOf(e).width))
    .op("i32x4.add");
};

/** Where each lane of a load or store lies. A computed part that varies is kept in `local`. */
export const placeOf = (
  e: Emitter,
  at: Scope,
  { buffer, at: index }: { readonly buffer: LanePlace["buffer"]; readonly at: LanePlace["at"] },
  copy: number,
): LanePlace => {
  const { dynamic } = index;
  const place = { buffer, at: index, copy };
  if (dynamic === undefined) return { ...place, dynamic: undefined, gathers: false };
  const { varies, width } = lanesOf(e);
  if (!varies(dynamic))
    return {
      ...place,
      dynamic: () => {
        pushValue(e, at, dynamic);
      },
      gathers: false,
    };
  const local = e.fn.local("v128");
  pushLanes(e, at, dynamic, copy);
  at.code.set(local);
  return {
    ...place,
    dynamic: (lane) => {
      at.code.get(local);
      extractLane(at.code, "i32", width, lane);
    },
    gathers: true,
  };
};

/** (mask, common, ...args) → common, or what the routine gives in the lanes of the mask. */
const lanewiseRoutine = (e: Emitter, routine: Routine, width: Width): number => {
  const { module } = e.context;
  const called = e.context.routine(routine);
  return module.shared(`${String(called)} in ${String(width)} lanes`, () => {
    const fn = new FunctionBuilder(
      ["v128", "v128", ...routine.parameters.map(() => "v128" as const)],
      ["v128"],
    );
    const { code } = fn;
    for (let lane = 0; lane < width; lane++) {
      code.get(0);
      extractLane(code, "bool", width, lane);
      code.open("if").get(1);
      routine.parameters.forEach((type, i) => {
        code.get(i + 2);
        extractLane(code, type, width, lane);
      });
      code.call(called);
      replaceLane(code, routine.result.type, width, lane);
      code.set(1).op("end");
    }
    code.get(1);
    return fn;
  });
};

const firstLane = /* @__PURE__ */ Array.from({ length: 16 }, (_, i) => (i < 4 ? 0xff : 0));

const pushRare = (e: Emitter, at: Scope, node: Extract<Scalar, { kind: "rare" }>, copy: number): void => {
  const { code } = at;
  const { width, active } = lanesOf(e);
  const keep = (value: Scalar): Local => {
    const local = e.fn.local("v128");
    pushLanes(e, at, value, copy);
    code.set(local);
    return local;
  };
  const result = keep(node.common);
  const args = node.args.map(keep);
  const mask = keep(node.condition);
  if (active === 1) code.get(mask).v128(firstLane).op("v128.and").set(mask);
  code.get(mask).op("v128.any_true").open("if").get(mask).get(result);
  for (const arg of args) code.get(arg);
  code
    .call(lanewiseRoutine(e, node.routine, width))
    .set(result)
    .op("end")
    .get(result);
};

const compute = (e: Emitter, at: Scope, node: Scalar, copy: number): void => {
  const { code } = at;
  const lanes = lanesOf(e);
  const { width, active, varies } = lanes;
  const extreme = quickExtremeOf(node);
  if (node.kind === "load") pushLaneLoad(e, at, lanes, placeOf(e, at, node, copy));
  else if (extreme !== undefined) {
    // Here it is the second operand that comes first: pmin(b, a) is a < b ? a : b.
    for (const arg of extreme.args.toReversed()) pushLanes(e, at, arg, copy);
    code.op(laneOpcode(node.type, width, `p${extreme.operator}`));
  } else if (node.kind === "operation") {
    const { args } = node;
    const operation = { operator: node.operator, type: node.type, argTypes: args.map((arg) => arg.type) };
    const arg = (i: number): Scalar => args[i] as Scalar;
    pushLaneOperation(operation, {
      fn: e.fn,
      code,
      width,
      active,
      relaxed: e.context.options.relaxed,
      push: (i) => {
        pushLanes(e, at, arg(i), copy);
      },
      pushUniform: (i) => {
        if (varies(arg(i))) return false;
        pushValue(e, at, arg(i));
        return true;
      },
      constant: (i) => {
        const operand = args[i];
        return operand?.kind === "constant" ? Number(operand.value) : undefined;
      },
    });
  } else if (node.kind === "table") {
    const index = e.fn.local("v128");
    pushLanes(e, at, node.index, copy);
    code.set(index).v128();
    for (let lane = 0; lane < active; lane++) {
      code.get(index);
      extractLane(code, node.index.type, width, lane);
      pushTableEntry(e, code, node);
      replaceLane(code, node.type, width, lane);
    }
  } else if (node.kind === "rare") pushRare(e, at, node, copy);
  else throw new Error(`internal: ${node.kind} is not computed in lanes`);
};

/** Leaves the values of `node` in the lanes of one of the copies worked on side by side. */
export const pushLanes = (e: Emitter, at: Scope, node: Scalar, copy: number): void => {
  if (node.kind === "accumulator") {
    const storage = e.accumulators.get(node.accumulator);
    if (storage?.kind === "memory") pushLanes(e, at, storage.load, copy);
    else if (storage?.kind === "lanes") {
      const [local, extreme] = [storage.locals[copy] ?? 0, storage.extremes?.[copy]];
      if (extreme === undefined) at.code.get(local);
      else pushExtreme(at.code, node.type, lanesOf(e).width, local, extreme);
    } else pushSplat(e, at, node);
    return;
  }
  if (!lanesOf(e).varies(node)) {
    pushSplat(e, at, node);
    return;
  }
  if (node.kind === "index") {
    pushIndexLanes(e, at, node, copy);
    return;
  }
  const known = findHolder(at, node, ({ lanes }) => lanes[copy]);
  if (known !== undefined) {
    at.code.get(known);
    return;
  }
  const home = homeOf(at, e.facts.dependencies(node));
  compute(e, home, node, copy);
  if (home === at && e.facts.uses(node) <= 1) return;
  const local = e.fn.local("v128");
  (home.lanes[copy] ??= new Map()).set(node, local);
  if (home === at) at.code.tee(local);
  else {
    home.code.set(local);
    at.code.get(local);
  }
};

/** Leaves a value of the first lane alone on the stack. */
export const pushFirstLane = (e: Emitter, at: Scope, node: Scalar): void => {
  pushLanes(e, at, node, 0);
  extractLane(at.code, node.type, lanesOf(e).width, 0);
};
