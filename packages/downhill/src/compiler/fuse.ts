/**
 * Fusion: equations gathered into groups, each of which becomes one kernel.
 *
 * A group has an iteration space. Elementwise equations join the group that computes their operands, if they read
 * them at the same place of the same space: the values then stay in registers. Operations that only move elements
 * become views. Reductions join the group that computes what they reduce, and equations on their results follow as
 * the group's tail. Contractions take the equations on their results as an epilogue.
 */
import type { Equation, Program, Variable, Atom } from "../program/program.ts";
import { dotAxes } from "../primitives/dot.ts";
import { stopGradientPrimitive as copyPrimitive } from "../primitives/logic.ts";
import { numbersParam } from "../primitives/params.ts";
import { sameShape, type Shape, sizeOf, stridesOf } from "../tensor/shape.ts";
import {
  isWhole,
  mappedView,
  mergeableAxes,
  reshapedStrides,
  type Splat,
  type Storage,
  type View,
  wholeView,
} from "./views.ts";

/** One kernel to be. */
export interface Group {
  readonly form: "map" | "contract" | "insert" | "loops";
  /** Axes that the kernel runs over; of a contraction those of its result. */
  readonly space: Shape;
  /** Axes of the space that reductions run over; undefined if there are none yet. */
  axes: readonly number[] | undefined;
  /** The contraction, insertion or loops that the group is made around. */
  readonly root: Equation | undefined;
  /** Equations for each point of the space. */
  readonly body: Equation[];
  readonly reductions: Equation[];
  /** Equations for each point of the space without the reduced axes. */
  readonly tail: Equation[];
}

/** A program as groups in order of execution. */
export interface FusedProgram {
  readonly program: Program;
  readonly groups: readonly Group[];
  /** How each variable is read. */
  readonly views: ReadonlyMap<Variable, View>;
  /** Storages that must be in memory, since someone reads them outside of the kernel that computes them. */
  readonly stored: ReadonlySet<Storage>;
  /** The storages of the program's inputs. */
  readonly inputs: readonly Storage[];
}

type Place = "body" | "tail";

/** Up to this size kernels are joined although they share nothing, to have fewer of them. */
const smallSize = 2048;

/** Equations in one kernel at most: longer bodies only make registers spill. */
const largestGroup = 96;

export const fuse = (program: Program): FusedProgram => {
  const groups: Group[] = [];
  const views = new Map<Variable, View>();
  const stored = new Set<Storage>();
  /** Which group computes a storage, and where in it. */
  const producers = new Map<Storage, { readonly group: number; readonly place: Place }>();
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
    if (view.kind === "view") stored.add(view.storage);
  };
  const positionOf = (view: View): number =>
    view.kind === "view" ? (producers.get(view.storage)?.group ?? -1) : -1;
  const lastProducer = (inputs: readonly Atom[]): number =>
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

  /** Where in a group an equation of the given shape may stand, if at all. */
  const placeIn = (index: number, equation: Equation, shape: Shape): Place | undefined => {
    const group = groups[index]!;
    if (group.form === "insert" || group.form === "loops") return undefined;
    if (group.body.length + group.reductions.length + group.tail.length >= largestGroup) return undefined;
    const kept = group.axes && group.space.filter((_, axis) => !group.axes!.includes(axis));
    const inBody = sameShape(shape, group.space);
    const inTail = kept !== undefined && sameShape(shape, kept);
    const place: Place | undefined = inBody ? "body" : inTail ? "tail" : undefined;
    if (place === undefined) return undefined;
    for (const input of equation.inputs) {
      const view = viewOf(input);
      if (view.kind === "splat") continue;
      const producer = producers.get(view.storage);
      if (producer?.group !== index) continue;
      // Computed by this very kernel: it must be at hand, at the same place, by now.
      if (!isWhole(view) || !sameShape(view.shape, shape) || producer.place !== place) return undefined;
    }
    if (group.form === "contract" && !fitsContraction(group, equation, viewOf)) return undefined;
    if (equation.primitive.lowering.form === "generate") {
      // Reads anywhere, so what it reads must be complete; and its indices need the axes as they are.
      if (group.form === "contract" || lastProducer(equation.inputs) >= index) return undefined;
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

  /** The group that an elementwise equation joins: its producer's, or a later one over the same space. */
  const groupFor = (equation: Equation, shape: Shape): { index: number; place: Place } => {
    const earliest = lastProducer(equation.inputs);
    for (let index = Math.max(earliest, 0); index < groups.length; index++) {
      const group = groups[index]!;
      const place = placeIn(index, equation, shape);
      if (place === undefined) continue;
      const isProducer = index === earliest;
      if (!isProducer && place === "tail") continue;
      if (!isProducer && group.form !== "map" && !sharesInput(group, equation)) continue;
      if (!isProducer && sizeOf(shape) > smallSize && !sharesInput(group, equation)) continue;
      return { index, place };
    }
    return { index: open("map", shape), place: "body" };
  };

  const readFromMemory = (equation: Equation, index: number): void => {
    for (const input of equation.inputs) {
      const view = viewOf(input);
      if (view.kind === "view" && producers.get(view.storage)?.group !== index) stored.add(view.storage);
    }
  };

  const addElementwise = (equation: Equation): void => {
    const { shape } = equation.outputs[0]!;
    const { index, place } = groupFor(equation, shape);
    if (equation.primitive.lowering.form === "generate")
      for (const input of equation.inputs) keep(viewOf(input));
    groups[index]![place].push(equation);
    readFromMemory(equation, index);
    define(equation, index, place);
  };

  const addReduction = (equation: Equation): void => {
    const [input] = equation.inputs;
    const view = viewOf(input!);
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

  /** The view as it is if `accepts` it, otherwise that of a contiguous copy. */
  const copied = (atom: Atom, accepts: (view: View) => boolean): Atom => {
    const view = viewOf(atom);
    if (accepts(view)) {
      keep(view);
      return atom;
    }
    const copy: Variable = { kind: "variable", shape: atom.shape, dtype: atom.dtype };
    const index = open("map", atom.shape);
    const equation: Equation = { primitive: copyPrimitive, inputs: [atom], params: {}, outputs: [copy] };
    groups[index]!.body.push(equation);
    readFromMemory(equation, index);
    define(equation, index, "body");
    keep(views.get(copy)!);
    return copy;
  };

  const isPlain = (view: View): boolean => view.kind === "view" && isWhole(view);

  const inputs = program.inputs.map((input) => {
    const storage = newStorage(input);
    views.set(input, wholeView(storage, input.shape));
    stored.add(storage);
    return storage;
  });

  for (const equation of program.equations) {
    const { primitive, params } = equation;
    const [input] = equation.inputs;
    const output = equation.outputs[0]!;
    const { lowering } = primitive;
    switch (lowering.form) {
      case "view":
        views.set(
          output,
          mappedView(viewOf(input!), lowering.map(input!.shape, params, output.shape), output.shape),
        );
        break;
      case "reshape": {
        const given = viewOf(input!);
        const strides =
          given.kind === "splat" ? [] : reshapedStrides(given.shape, given.strides, output.shape);
        const source = strides === undefined ? viewOf(copied(input!, () => false)) : given;
        views.set(
          output,
          source.kind === "splat"
            ? { ...source, shape: output.shape }
            : { ...source, shape: output.shape, strides: strides ?? stridesOf(output.shape) },
        );
        break;
      }
      case "elementwise":
      case "generate":
        addElementwise(equation);
        break;
      case "reduce":
        addReduction(equation);
        break;
      case "contract": {
        const accepts = operandChecks(equation);
        const operands = equation.inputs.map((operand, i) => copied(operand, accepts[i]!));
        const root = { ...equation, inputs: operands };
        define(root, open("contract", output.shape, root), "body");
        break;
      }
      case "insert": {
        const root = { ...equation };
        for (const operand of equation.inputs) keep(viewOf(operand));
        define(root, open("insert", output.shape, root), "body");
        keep(views.get(output)!);
        break;
      }
      case "loops": {
        const operands = equation.inputs.map((operand) => copied(operand, isPlain));
        const root = { ...equation, inputs: operands };
        define(root, open("loops", output.shape, root), "body");
        keep(views.get(output)!);
        break;
      }
    }
  }
  // Results leave the program whole and in row-major order.
  const outputs = program.outputs.map((output) => {
    const view = viewOf(output);
    return view.kind === "splat" ? output : copied(output, isPlain);
  });
  return { program: { ...program, outputs }, groups, views, stored, inputs };
};

/** Row, column and inner axes of a contraction's operands, and whether a view can be stepped through by them. */
const operandChecks = (equation: Equation): ((view: View) => boolean)[] => {
  const axes = dotAxes(equation.params);
  const sides = [
    { contract: axes.leftContract, batch: axes.leftBatch },
    { contract: axes.rightContract, batch: axes.rightBatch },
  ];
  return sides.map(({ contract, batch }) => (view) => {
    if (view.kind === "splat") return false;
    const free = view.shape
      .map((_, axis) => axis)
      .filter((axis) => !contract.includes(axis) && !batch.includes(axis));
    return isMergeable(view, contract) && isMergeable(view, free);
  });
};

/** Whether the given axes, in this order, can be stepped through as one. */
const isMergeable = (view: { shape: Shape; strides: readonly number[] }, axes: readonly number[]): boolean =>
  mergeableAxes(
    axes.map((axis) => view.shape[axis]!),
    [axes.map((axis) => view.strides[axis]!)],
  ).length <= 1;

/** Whether the operands of an equation can be read by batch, row and column of the contraction. */
const fitsContraction = (group: Group, equation: Equation, viewOf: (atom: Atom) => View): boolean => {
  const { rows, columns } = contractionAxes(group.root!);
  return equation.inputs.every((input) => {
    const view = viewOf(input);
    if (view.kind === "splat" || view.shape.length === 0) return true;
    return isMergeable(view, rows) && isMergeable(view, columns);
  });
};

/** The axes of a contraction's result by their role. */
export const contractionAxes = (
  root: Equation,
): { batch: readonly number[]; rows: readonly number[]; columns: readonly number[] } => {
  const { leftBatch, leftContract } = dotAxes(root.params);
  const batchCount = leftBatch.length;
  const rowCount = root.inputs[0]!.shape.length - batchCount - leftContract.length;
  const all = root.outputs[0]!.shape.map((_, axis) => axis);
  return {
    batch: all.slice(0, batchCount),
    rows: all.slice(batchCount, batchCount + rowCount),
    columns: all.slice(batchCount + rowCount),
  };
};
