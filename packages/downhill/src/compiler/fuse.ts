/**
 * Fusion: equations gathered into groups, each of which becomes one kernel.
 *
 * A group has an iteration space. Elementwise equations join the group that computes their operands, if they read
 * them at the same place of the same space: the values then stay in registers. Operations that only move elements
 * become views. Reductions join the group that computes what they reduce, and equations on their results follow as
 * the group's tail. Contractions take the equations on their results as an epilogue.
 */
import type { Equation, Program, Variable } from "../program/program.ts";
import { allAxes, stridesOf } from "../tensor/shape.ts";
import { startGrouping } from "./grouping.ts";
import { contractionSides, type FusedProgram, isMergeable } from "./groups.ts";
import { isContiguous, isWhole, mappedView, reshapedStrides, type View, wholeView } from "./views.ts";

/** How far apart neighbours along the last of the given axes are that is longer than 1. */
const lastStride = (view: View, axes: readonly number[]): number => {
  const last = axes.findLast((axis) => view.shape[axis] !== 1);
  return view.kind === "splat" || last === undefined ? Infinity : Math.abs(view.strides[last]!);
};

export const fuse = (program: Program): FusedProgram => {
  const {
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
  } = startGrouping();
  /** Copies made for contractions, by what they are copies of: gradients read what was laid out before. */
  const copies = new Map<string, Variable>();

  /** A contraction whose operands can be stepped through by row, column and inner index; copied where they cannot. */
  const withMergeableOperands = (equation: Equation): Equation => {
    const sides = contractionSides(equation);
    const operands = equation.inputs.map((operand, i) => {
      const side = sides[i]!;
      const view = viewOf(operand);
      if (view.kind === "view" && isMergeable(view, side.contract) && isMergeable(view, side.free)) {
        keep(view);
        return { operand, batch: side.batch, contract: side.contract };
      }
      // A contiguous copy can be, in either order: with neighbours as they were where that can be had.
      const isFreeLast = lastStride(view, side.free) < lastStride(view, side.contract);
      const order = isFreeLast
        ? [...side.batch, ...side.contract, ...side.free]
        : [...side.batch, ...side.free, ...side.contract];
      const shape = order.map((axis) => operand.shape[axis]!);
      const moved: Variable = { kind: "variable", shape, dtype: operand.dtype };
      views.set(
        moved,
        view.kind === "splat"
          ? { ...view, shape }
          : { ...view, shape, strides: order.map((axis) => view.strides[axis]!) },
      );
      const source = viewOf(moved);
      const key =
        source.kind === "view"
          ? [source.storage.name, source.offset, source.shape, source.strides].join(" ")
          : `${String(source.value)} ${shape.join()}`;
      const copy = copies.get(key) ?? (copied(moved, () => false) as Variable);
      copies.set(key, copy);
      return {
        operand: copy,
        batch: allAxes(side.batch.length),
        contract: side.contract.map((axis) => order.indexOf(axis)),
      };
    });
    const [left, right] = operands;
    return {
      ...equation,
      inputs: operands.map(({ operand }) => operand),
      params: {
        leftContract: left!.contract,
        rightContract: right!.contract,
        leftBatch: left!.batch,
        rightBatch: right!.batch,
      },
    };
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
        const root = withMergeableOperands(equation);
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
      case "inline":
        throw new Error(`internal: ${primitive.name} was not replaced by its program`);
      case "choose":
      case "repeat": {
        const { constants, carries } =
          lowering.form === "repeat"
            ? lowering.repetition(params)
            : { constants: equation.inputs.length, carries: 0 };
        const operands = equation.inputs.map((operand, i) => {
          // First values of carries are copied to where they are carried, from wherever they are; sequences are read
          // from wherever they begin.
          const isCarry = i >= constants && i < constants + carries;
          const isSequence = i >= constants + carries;
          return copied(
            operand,
            (view) => isPlain(view) || isCarry || (isSequence && view.kind === "view" && isContiguous(view)),
          );
        });
        const root = { ...equation, inputs: operands };
        define(root, open(lowering.form, [], root), "body");
        for (const result of equation.outputs) keep(views.get(result)!);
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
