/**
 * Groups while equations are being gathered in them: which group computes what, what waits to be computed, and how each
 * variable is read.
 */
import { stopGradientPrimitive as copyPrimitive } from "../primitives/logic.ts";
import { numbersParam } from "../primitives/params.ts";
import type { Atom, Equation, Variable } from "../program/program.ts";
import { sameShape, type Shape, sizeOf, withoutAxes } from "../tensor/shape.ts";
import { fitsContraction, type Group } from "./groups.ts";
import { isWhole, type Splat, type Storage, type StorageView, type View, wholeView } from "./views.ts";

type Place = "body" | "tail";

/** An equation that waits for the first one that needs it. */
interface Waiting {
  readonly equation: Equation;
  /** The last group that computes something it needs. */
  readonly earliest: number;
  /** How many equations wait in a row, this one included. */
  readonly depth: number;
}

/** Waiting equations are looked through again and again, so rows of them are kept short. */
const longestWait = 8;

/** Up to this size kernels are joined although they share nothing, to have fewer of them. */
const smallSize = 2048;

/** Up to this size results are computed as soon as they can be: step counts, rates, bias corrections. */
const tinySize = 16;

/** Equations in one kernel at most: longer bodies only make registers spill. */
const largestGroup = 96;

/** Groups under construction. */
export interface Grouping {
  readonly groups: readonly Group[];
  /** How each variable is read. */
  readonly views: Map<Variable, View>;
  /** Storages that must be in memory. */
  readonly stored: Set<Storage>;
  /** A storage of the variable's size and dtype. */
  readonly newStorage: (variable: Variable) => Storage;
  readonly viewOf: (atom: Atom) => View;
  /** Has what is seen in memory. */
  readonly keep: (view: View) => void;
  /** Opens a group; its number. */
  readonly open: (form: Group["form"], space: Shape, root?: Equation) => number;
  /** Notes that this place of a group computes the equation's results, into storages of their own. */
  readonly define: (equation: Equation, group: number, place: Place) => void;
  readonly addElementwise: (equation: Equation) => void;
  readonly addReduction: (equation: Equation) => void;
  /** The atom, in memory, if `accepts` how it is seen, otherwise a contiguous copy. */
  readonly copied: (atom: Atom, accepts: (view: View) => boolean) => Atom;
}

/** None to begin with. */
export const startGrouping = (): Grouping => {
  const groups: Group[] = [];
  const views = new Map<Variable, View>();
  const stored = new Set<Storage>();
  /** Which group computes a storage, and where in it. */
  const producers = new Map<Storage, { readonly group: number; readonly place: Place }>();
  /**
   * Elementwise equations that no group computes yet, since none computes their operands: they wait for the first
   * equation that needs them, to be computed where that is.
   */
  const pending = new Map<Storage, Waiting>();
  let count = 0;

  const newStorage = (variable: Variable): Storage => ({
    dtype: variable.dtype,
    size: sizeOf(variable.shape),
    name: `t${String(count++)}`,
  });
  const viewOf = (atom: Atom): View =>
    atom.kind === "literal"
      ? ({ kind: "splat", dtype: atom.dtype, value: atom.value, shape: [] } satisfies Splat)
      : views.get(atom)!;
  const keep = (view: View): void => {
    if (view.kind === "splat") return;
    settle(view.storage);
    stored.add(view.storage);
  };
  const waitingAt = (view: View): Waiting | undefined =>
    view.kind === "view" ? pending.get(view.storage) : undefined;
  const positionOf = (view: View): number => {
    if (view.kind === "splat") return -1;
    return pending.get(view.storage)?.earliest ?? producers.get(view.storage)?.group ?? -1;
  };
  /** The last group that computes something these operands need: an equation on them stands there or later. */
  const earliestFor = (inputs: readonly Atom[]): number =>
    Math.max(-1, ...inputs.map((input) => positionOf(viewOf(input))));

  const define = (equation: Equation, group: number, place: Place): void => {
    for (const output of equation.outputs) {
      const storage = newStorage(output);
      views.set(output, wholeView(storage, output.shape));
      producers.set(storage, { group, place });
    }
  };
  const open = (form: Group["form"], space: Shape, root?: Equation): number => {
    groups.push({ form, space, axes: undefined, root, body: [], reductions: [], tail: [] });
    return groups.length - 1;
  };

  /**
   * Whether a view can be had in a register by an equation of the given shape: read whole, at the same place. What
   * waits to be computed has loops of its own shape, whatever the shape under which it is read.
   */
  const isAligned = (view: StorageView, shape: Shape): boolean =>
    isWhole(view) &&
    sameShape(view.shape, shape) &&
    sameShape(pending.get(view.storage)?.equation.outputs[0]!.shape ?? shape, shape);

  /** Where in a group an equation of the given shape may stand, together with those it waits for, if at all. */
  const placeIn = (index: number, equation: Equation, shape: Shape): Place | undefined => {
    const group = groups[index]!;
    if (group.form !== "map" && group.form !== "contract") return undefined;
    if (group.body.length + group.reductions.length + group.tail.length >= largestGroup) return undefined;
    let place: Place;
    if (sameShape(shape, group.space)) place = "body";
    else if (group.axes && sameShape(shape, withoutAxes(group.space, group.axes))) place = "tail";
    else return undefined;
    for (const input of equation.inputs) {
      const view = viewOf(input);
      if (view.kind === "splat") continue;
      const waiting = pending.get(view.storage);
      if (waiting !== undefined) {
        if (!isAligned(view, shape) || placeIn(index, waiting.equation, shape) !== place) return undefined;
        continue;
      }
      const producer = producers.get(view.storage);
      // Computed by this very kernel: it must be at hand, at the same place, by now.
      if (producer?.group === index && (!isAligned(view, shape) || producer.place !== place))
        return undefined;
      if (producer !== undefined && producer.group > index) return undefined;
    }
    if (group.form === "contract" && !fitsContraction(group, equation, viewOf)) return undefined;
    if (equation.primitive.lowering.form === "generate") {
      // Reads anywhere, so what it reads must be complete; and its indices need the axes as they are.
      if (group.form === "contract" || place === "tail" || earliestFor(equation.inputs) >= index)
        return undefined;
    }
    return place;
  };

  const sharesInput = (group: Group, equation: Equation): boolean => {
    const storages = new Set<Storage>();
    for (const member of [...group.body, ...group.reductions, ...group.tail])
      for (const input of member.inputs) {
        const view = viewOf(input);
        if (view.kind === "view") storages.add(view.storage);
      }
    return equation.inputs.some((input) => {
      const view = viewOf(input);
      return view.kind === "view" && storages.has(view.storage);
    });
  };

  /** The group that an elementwise equation joins: the earliest it can stand in, its producer's, or a later one over the same space. */
  const groupFor = (
    equation: Equation,
    shape: Shape,
    earliest: number,
  ): { index: number; place: Place } | undefined => {
    for (let index = Math.max(earliest, 0); index < groups.length; index++) {
      const group = groups[index]!;
      const place = placeIn(index, equation, shape);
      if (place === undefined) continue;
      if (index === earliest) return { index, place };
      if (place === "tail") continue;
      if ((group.form !== "map" || sizeOf(shape) > smallSize) && !sharesInput(group, equation)) continue;
      return { index, place };
    }
    return undefined;
  };

  /** Puts an equation into a group, after those that it waits for. */
  const put = (equation: Equation, index: number, place: Place): void => {
    for (const input of equation.inputs) {
      const view = viewOf(input);
      if (view.kind === "splat") continue;
      const waiting = pending.get(view.storage);
      if (waiting === undefined) continue;
      pending.delete(view.storage);
      put(waiting.equation, index, place);
    }
    if (equation.primitive.lowering.form === "generate")
      for (const input of equation.inputs) keep(viewOf(input));
    groups[index]![place].push(equation);
    readFromMemory(equation, index);
    for (const output of equation.outputs) {
      const view = views.get(output)!;
      if (view.kind === "view") producers.set(view.storage, { group: index, place });
    }
  };

  /** Has a waiting equation computed now. */
  const settle = (storage: Storage): void => {
    const waiting = pending.get(storage);
    if (waiting === undefined) return;
    pending.delete(storage);
    const { equation } = waiting;
    const { shape } = equation.outputs[0]!;
    // What it waited for may be computed by now, in a later group.
    const found = groupFor(equation, shape, earliestFor(equation.inputs)) ?? {
      index: open("map", shape),
      place: "body" as const,
    };
    put(equation, found.index, found.place);
  };

  const readFromMemory = (equation: Equation, index: number): void => {
    for (const input of equation.inputs) {
      const view = viewOf(input);
      if (view.kind === "view" && producers.get(view.storage)?.group !== index) stored.add(view.storage);
    }
  };

  const addElementwise = (equation: Equation): void => {
    const { shape } = equation.outputs[0]!;
    // What is waiting and read elsewhere than here must be in memory; generators read anywhere.
    const readsAnywhere = equation.primitive.lowering.form === "generate";
    for (const input of equation.inputs) {
      const view = viewOf(input);
      if (view.kind === "view" && (readsAnywhere || !isAligned(view, shape))) settle(view.storage);
    }
    const earliest = earliestFor(equation.inputs);
    const found = groupFor(equation, shape, earliest);
    for (const output of equation.outputs) views.set(output, wholeView(newStorage(output), output.shape));
    if (found !== undefined && found.index === earliest) {
      put(equation, found.index, found.place);
      return;
    }
    const view = views.get(equation.outputs[0]!)!;
    if (view.kind === "splat") return;
    const depth = 1 + Math.max(0, ...equation.inputs.map((input) => waitingAt(viewOf(input))?.depth ?? 0));
    pending.set(view.storage, { equation, earliest, depth });
    if (depth >= longestWait || view.storage.size <= tinySize) settle(view.storage);
  };

  const addReduction = (equation: Equation): void => {
    const view = viewOf(equation.inputs[0]!);
    if (view.kind === "view") settle(view.storage);
    const axes = numbersParam(equation.params, "axes");
    const index = positionOf(view);
    const group = groups[index];
    const producer = view.kind === "view" ? producers.get(view.storage) : undefined;
    const joins =
      group?.form === "map" &&
      view.kind === "view" &&
      producer?.place === "body" &&
      isWhole(view) &&
      sameShape(view.shape, group.space) &&
      (group.axes === undefined || group.axes.join() === axes.join());
    const target = joins ? index : openReduction(view, axes);
    groups[target]!.axes = axes;
    groups[target]!.reductions.push(equation);
    readFromMemory(equation, target);
    define(equation, target, "tail");
  };

  /** An existing group over the same space and axes that also reads this view, or a new one. */
  const openReduction = (view: View, axes: readonly number[]): number => {
    for (let index = Math.max(positionOf(view) + 1, 0); index < groups.length; index++) {
      const group = groups[index]!;
      if (
        group.form === "map" &&
        group.axes?.join() === axes.join() &&
        sameShape(group.space, view.shape) &&
        sizeOf(group.space) <= smallSize
      )
        return index;
    }
    return open("map", view.shape);
  };

  const copied = (atom: Atom, accepts: (view: View) => boolean): Atom => {
    const view = viewOf(atom);
    if (accepts(view)) {
      keep(view);
      return atom;
    }
    if (view.kind === "view") settle(view.storage);
    const copy: Variable = { kind: "variable", shape: atom.shape, dtype: atom.dtype };
    const index = open("map", atom.shape);
    const equation: Equation = { primitive: copyPrimitive, inputs: [atom], params: {}, outputs: [copy] };
    groups[index]!.body.push(equation);
    readFromMemory(equation, index);
    define(equation, index, "body");
    keep(views.get(copy)!);
    return copy;
  };

  return {
    groups,
    views,
    stored,
    newStorage,
    viewOf,
    keep,
    define,
    open,
    addElementwise,
    addReduction,
    copied,
  };
};
