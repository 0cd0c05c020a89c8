/**
 * Loops around whole programs. The body is compiled as a program of its own; then its storages are put in their places:
 * constants where the operands are, elements of sequences and results at a place that moves from run to run, and what is
 * carried into one storage that each run reads and overwrites.
 */
import type { LoopIndex } from "../program/loop.ts";
import { stopGradientPrimitive as copyPrimitive } from "../primitives/logic.ts";
import { type Atom, type Equation, type Program, variableLike } from "../program/program.ts";
import type { Repetition } from "../program/primitive.ts";
import { bytesPerElement } from "../tensor/dtype.ts";
import { sizeOf } from "../tensor/shape.ts";
import { lowerCopy } from "./copy.ts";
import { fuse } from "./fuse.ts";
import type { FusedProgram, Group } from "./groups.ts";
import { optimize } from "./passes.ts";
import { type Place, relocate } from "./relocate.ts";
import { type Condition, isRepeat, type LoweredStep, storagesOf } from "./schedule.ts";
import { type Storage, type StorageView, wholeView } from "./views.ts";

/** The program with each output computed by an equation of its own: not an input, a view, or another output. */
const withOwnOutputs = (program: Program): Program => {
  const computed = new Set<Atom>();
  for (const { primitive, outputs } of program.equations)
    if (primitive.lowering.form !== "view" && primitive.lowering.form !== "reshape")
      for (const output of outputs) computed.add(output);
  const copies: Equation[] = [];
  const outputs = program.outputs.map((output) => {
    if (computed.delete(output)) return output;
    const copy = variableLike(output);
    copies.push({ primitive: copyPrimitive, inputs: [output], params: {}, outputs: [copy] });
    return copy;
  });
  return { ...program, equations: [...program.equations, ...copies], outputs };
};

const usesOf = (step: LoweredStep): ReadonlySet<Storage> => new Set(storagesOf([step]));

/** Whether the next value of a carry may be written where its last one is: that must not be needed any more. */
const mayReplace = (steps: readonly LoweredStep[], next: Storage, last: Storage): boolean => {
  const uses = steps.map(usesOf);
  const written = uses.findIndex((storages) => storages.has(next));
  const read = uses.findLastIndex((storages) => storages.has(last));
  if (read < written) return true;
  const step = steps[written]!;
  return (
    read === written &&
    !isRepeat(step) &&
    step.reusable.some(([result, operand]) => result === next && operand === last)
  );
};

/** Where element i of a sequence is. */
const movingPlace = (
  { length, reverse }: Repetition,
  { storage, offset }: StorageView,
  size: number,
): Place =>
  reverse
    ? { storage, offset: offset + (length - 1) * size, stride: -size }
    : { storage, offset, stride: size };

/** So many runs at most, with so much memory for all of them, are made independent of each other. */
const mostRuns = 64;
const mostPrivateBytes = 2 ** 25;

/**
 * Places for what the steps use besides `places`, of its own for each run; undefined if that takes too much memory. A
 * storage that holds all of them is a result of the loop as far as memory is concerned: it must not be anything else
 * meanwhile.
 */
const privatePlaces = (
  steps: readonly LoweredStep[],
  places: ReadonlyMap<Storage, Place>,
  runs: number,
): Map<Storage, Place> | undefined => {
  if (runs < 2 || runs > mostRuns) return undefined;
  const own = new Map<Storage, Place>();
  let bytes = 0;
  for (const storage of steps.flatMap((step) => [...usesOf(step)])) {
    if (places.has(storage) || own.has(storage)) continue;
    const all: Storage = { ...storage, size: storage.size * runs };
    own.set(storage, { storage: all, offset: 0, stride: storage.size });
    bytes += all.size * bytesPerElement(all.dtype);
  }
  return bytes <= mostPrivateBytes ? own : undefined;
};

type LowerAll = (fused: FusedProgram) => LoweredStep[];

/** Whether the number in a storage that holds a scalar has this value. */
const hasValue = (where: Storage, value: number): Condition<Storage> => ({
  where,
  dtype: where.dtype,
  at: { offset: 0, terms: [] },
  value,
});

/** @param choice what has to hold for the only run, if anything */
const lowerRepetition = (
  fused: FusedProgram,
  repetition: Repetition,
  inputs: readonly Atom[],
  outputs: readonly Atom[],
  lowerAll: LowerAll,
  choice?: Condition<Storage>,
): LoweredStep[] => {
  const { constants, carries, length, isConditional = false } = repetition;
  const body = fuse(withOwnOutputs(optimize(repetition.body)));
  const steps = lowerAll(body);

  const outside = (atom: Atom): StorageView => {
    const view = atom.kind === "variable" ? fused.views.get(atom) : undefined;
    if (view?.kind !== "view") throw new Error("internal: a loop's operand is in no storage");
    return view;
  };
  const inside = (atom: Atom): Storage => {
    const view = atom.kind === "variable" ? body.views.get(atom) : undefined;
    if (view?.kind !== "view") throw new Error("internal: a loop's result is in no storage");
    return view.storage;
  };
  const index: LoopIndex = { name: "step" };
  const places = new Map<Storage, Place>();
  const first: LoweredStep[] = [];
  const last: LoweredStep[] = [];
  body.inputs.forEach((storage, i) => {
    if (i < constants) places.set(storage, { storage: outside(inputs[i]!).storage, offset: 0, stride: 0 });
    else if (i >= constants + carries)
      places.set(storage, movingPlace(repetition, outside(inputs[i]!), storage.size));
    else {
      const carry = outside(outputs[i - constants]!).storage;
      const next = body.program.outputs[i - constants]!;
      const operand = inputs[i]!;
      first.push(
        lowerCopy(
          fused,
          operand.kind === "literal"
            ? { kind: "splat", dtype: operand.dtype, value: operand.value, shape: operand.shape }
            : fused.views.get(operand)!,
          carry,
        ),
      );
      const home: Place = { storage: carry, offset: 0, stride: 0 };
      places.set(storage, home);
      if (mayReplace(steps, inside(next), storage)) places.set(inside(next), home);
      else last.push(lowerCopy(body, wholeView(inside(next), next.shape), carry));
    }
  });
  const results = outputs.slice(carries).map((output, i) => {
    const whole = outside(output);
    const element = body.program.outputs[carries + i]!;
    places.set(inside(element), movingPlace(repetition, whole, sizeOf(element.shape)));
    return whole.storage;
  });
  const condition = isConditional ? hasValue(outside(outputs[0]!).storage, 1) : choice;
  // Runs that hand nothing on are independent but for the memory that they use.
  const own = carries === 0 && choice === undefined ? privatePlaces(steps, places, length) : undefined;
  for (const [storage, place] of own ?? []) {
    places.set(storage, place);
    results.push(place.storage);
  }
  return [
    ...first,
    {
      index,
      count: length,
      steps: [...relocate(steps, places, index), ...last],
      results,
      isDivisible: own !== undefined,
      ...(condition && { condition }),
    },
  ];
};

export const lowerRepeat = (fused: FusedProgram, { root }: Group, lowerAll: LowerAll): LoweredStep[] => {
  const { primitive, inputs, params, outputs } = root!;
  if (primitive.lowering.form !== "repeat") throw new Error("internal: not a repetition");
  return lowerRepetition(fused, primitive.lowering.repetition(params), inputs, outputs, lowerAll);
};

/** Each program as a loop of one run, if it is the one; all write to the same results. */
export const lowerChoice = (fused: FusedProgram, { root }: Group, lowerAll: LowerAll): LoweredStep[] => {
  const { primitive, inputs, params, outputs } = root!;
  if (primitive.lowering.form !== "choose") throw new Error("internal: not a choice");
  const [choice, ...operands] = inputs;
  const view = choice?.kind === "variable" ? fused.views.get(choice) : undefined;
  if (view?.kind !== "view") throw new Error("internal: a choice is in no storage");
  return primitive.lowering.programs(params).flatMap((body, value) => {
    const once = { body, length: 1, constants: operands.length, carries: 0, reverse: false };
    return lowerRepetition(fused, once, operands, outputs, lowerAll, hasValue(view.storage, value));
  });
};
