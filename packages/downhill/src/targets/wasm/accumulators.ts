/** Accumulators: kept alone, in lanes, or in parts that lanes gather for one kept alone. */
import type { Accumulator, Combine, Scalar } from "../../program/loop.ts";
import { identityOf, isFloat } from "../../program/scalar.ts";
import type { Code, Local } from "./code.ts";
import { combineExtreme, isExtreme, joinExtremes, openExtreme, pushExtreme } from "./extremes.ts";
import { pushLaneOperation } from "./lane-operators.ts";
import { extractLane, laneOpcode, shiftLanes, splat, type Width } from "./lane-types.ts";
import { pushFirstLane, pushLanes } from "./lane-values.ts";
import { pushOperation } from "./operators.ts";
import type { Emitter, Partial, Scope } from "./scope.ts";
import { valueTypeOf } from "./types.ts";
import { pushConstant, pushValue } from "./values.ts";

const localOf = (e: Emitter, accumulator: Accumulator): Local => {
  const storage = e.accumulators.get(accumulator);
  if (storage?.kind !== "value")
    throw new Error(`internal: accumulator ${accumulator.name} is not kept as a single value here`);
  return storage.local;
};

/** Leaves the accumulator's local, as that of one to which something has been done. */
const touchedLocal = (e: Emitter, accumulator: Accumulator): Local => {
  const local = localOf(e, accumulator);
  e.accumulators.set(accumulator, { kind: "value", local });
  return local;
};

/** Whether the accumulator has the value that changes nothing when combined, and has been declared right here. */
const isIdentity = (e: Emitter, at: Scope, accumulator: Accumulator, combine: Combine): boolean => {
  const storage = e.accumulators.get(accumulator);
  const initial =
    storage?.kind === "value" && storage.untouched?.at === at ? storage.untouched.initial : undefined;
  return (
    initial?.kind === "constant" && Object.is(Number(initial.value), identityOf(combine, accumulator.type))
  );
};

/** local ← combine(local, what `push` leaves on the stack) */
const combineValue = (
  e: Emitter,
  code: Code,
  { type }: Accumulator,
  combine: Combine,
  local: Local,
  push: () => void,
): void => {
  pushOperation(
    { operator: combine, type, argTypes: [type, type] },
    {
      fn: e.fn,
      code,
      push: (i) => {
        if (i === 0) code.get(local);
        else push();
      },
    },
  );
  code.set(local);
};

/** The same in lanes. */
const combineLanes = (
  e: Emitter,
  code: Code,
  { type }: Accumulator,
  combine: Combine,
  local: Local,
  width: Width,
  push: () => void,
): void => {
  pushLaneOperation(
    { operator: combine, type, argTypes: [type, type] },
    {
      fn: e.fn,
      code,
      width,
      active: width,
      relaxed: false,
      push: (i) => {
        if (i === 0) code.get(local);
        else push();
      },
      pushUniform: () => false,
      constant: () => undefined,
    },
  );
  code.set(local);
};

export const emitDeclare = (e: Emitter, at: Scope, accumulator: Accumulator, initial: Scalar): void => {
  if (e.lanes === undefined) {
    const local = e.fn.local(valueTypeOf[accumulator.type]);
    pushValue(e, at, initial);
    at.code.set(local);
    e.accumulators.set(accumulator, { kind: "value", local, untouched: { at, initial } });
    return;
  }
  const locals = Array.from({ length: e.lanes.copies }, () => e.fn.local("v128"));
  locals.forEach((local, copy) => {
    pushLanes(e, at, initial, copy);
    at.code.set(local);
  });
  const combine = e.facts.combineOf(accumulator);
  e.accumulators.set(accumulator, {
    kind: "lanes",
    locals,
    ...(isExtreme(accumulator, combine) && {
      extremes: locals.map((local) => openExtreme(e.fn, at.code, combine, local)),
    }),
  });
};

export const emitAssign = (e: Emitter, at: Scope, accumulator: Accumulator, value: Scalar): void => {
  const storage = e.accumulators.get(accumulator);
  if (storage?.kind !== "lanes") {
    pushValue(e, at, value);
    at.code.set(touchedLocal(e, accumulator));
    return;
  }
  storage.locals.forEach((local, copy) => {
    pushLanes(e, at, value, copy);
    at.code.set(local);
  });
};

/** Adds a product to a sum with one rounding, if that is what there is to do. */
const accumulateProduct = (
  e: Emitter,
  at: Scope,
  { type }: Accumulator,
  combine: Combine,
  value: Scalar,
  local: Local,
  copy: number,
): boolean => {
  if (!e.context.options.relaxed || e.lanes === undefined || combine !== "add" || !isFloat(type))
    return false;
  if (value.kind !== "operation" || value.operator !== "mul" || e.facts.uses(value) > 1) return false;
  for (const arg of value.args) pushLanes(e, at, arg, copy);
  at.code
    .get(local)
    .op(laneOpcode(type, e.lanes.width, "relaxed_madd"))
    .set(local);
  return true;
};

export const emitAccumulate = (
  e: Emitter,
  at: Scope,
  accumulator: Accumulator,
  combine: Combine,
  value: Scalar,
): void => {
  const { lanes } = e;
  const storage = e.accumulators.get(accumulator);
  if (lanes === undefined || (storage?.kind !== "lanes" && lanes.active === 1)) {
    combineValue(e, at.code, accumulator, combine, touchedLocal(e, accumulator), () => {
      if (lanes === undefined) pushValue(e, at, value);
      else pushFirstLane(e, at, value);
    });
    return;
  }
  const kept = storage?.kind === "lanes" ? storage : e.partials.get(accumulator);
  if (kept === undefined) throw new Error(`internal: accumulator ${accumulator.name} has no lanes`);
  for (let copy = 0; copy < lanes.copies; copy++) {
    const local = kept.locals[copy] ?? 0;
    const extreme = kept.extremes?.[copy];
    if (extreme !== undefined) {
      combineExtreme(e.fn, at.code, accumulator.type, lanes.width, local, extreme, () => {
        pushLanes(e, at, value, copy);
      });
      continue;
    }
    if (accumulateProduct(e, at, accumulator, combine, value, local, copy)) continue;
    combineLanes(e, at.code, accumulator, combine, local, lanes.width, () => {
      pushLanes(e, at, value, copy);
    });
  }
};

/** Begins to gather parts of an accumulator in lanes. */
export const openPartial = (
  e: Emitter,
  at: Scope,
  accumulator: Accumulator,
  combine: Combine,
  width: Width,
  copies: number,
): void => {
  const { type } = accumulator;
  const locals = Array.from({ length: copies }, () => e.fn.local("v128"));
  pushConstant(at.code, { kind: "constant", type, value: identityOf(combine, type) });
  splat(at.code, type);
  for (const local of locals.slice(1)) at.code.tee(local);
  at.code.set(locals[0] ?? 0);
  e.partials.set(accumulator, {
    locals,
    width,
    ...(isExtreme(accumulator, combine) && {
      extremes: locals.map((local) => openExtreme(e.fn, at.code, combine, local)),
    }),
  });
};

/** Joins the parts, first copies and then lanes, and adds them to the accumulator. */
export const closePartial = (
  e: Emitter,
  at: Scope,
  accumulator: Accumulator,
  combine: Combine,
  { locals, width, extremes = [] }: Partial,
): void => {
  const { code } = at;
  const { type } = accumulator;
  const first = locals[0] ?? 0;
  const [extreme] = extremes;
  /** Joins what `other` holds, the lanes of it that lie `lanes` further on first, to what is in a copy. */
  const join = (copy: number, other: number, lanes: number): void => {
    const push = (local: Local): void => {
      code.get(local);
      if (lanes === 0) return;
      code.get(local);
      shiftLanes(code, type, width, lanes);
    };
    const [local, from] = [locals[copy] ?? 0, locals[other] ?? 0];
    const [own, others] = [extremes[copy], extremes[other]];
    if (own === undefined || others === undefined)
      combineLanes(e, code, accumulator, combine, local, width, () => {
        push(from);
      });
    else
      joinExtremes(code, type, width, [local, own], (part) => {
        push(part === "value" ? from : others[part]);
      });
  };
  for (let half = 1; half < locals.length; half *= 2)
    for (let i = 0; i + half < locals.length; i += 2 * half) join(i, i + half, 0);
  for (let half = width / 2; half >= 1; half /= 2) join(0, 0, half);
  if (extreme !== undefined) {
    pushExtreme(code, type, width, first, extreme);
    code.set(first);
  }
  const isNew = isIdentity(e, at, accumulator, combine);
  const local = touchedLocal(e, accumulator);
  const pushJoined = (): void => {
    code.get(first);
    extractLane(code, type, width, 0);
  };
  if (isNew) {
    pushJoined();
    code.set(local);
  } else combineValue(e, code, accumulator, combine, local, pushJoined);
  e.partials.delete(accumulator);
};
