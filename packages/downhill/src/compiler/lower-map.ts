/** Elementwise groups, with reductions over some axes and a tail behind them. */
import type { Accumulator, Index, LoopIndex, Scalar, Statement } from "../program/loop.ts";
import type { Atom, Equation, Variable } from "../program/program.ts";
import * as s from "../program/scalar.ts";
import { allAxes } from "../tensor/shape.ts";
import type { FusedProgram, Group } from "./groups.ts";
import { KernelBuilder, splatScalar } from "./kernel-builder.ts";
import { inBlocks } from "./long-reductions.ts";
import { Registers } from "./registers.ts";
import { reusableStorages } from "./reuse.ts";
import type { LoweredKernel } from "./schedule.ts";
import { mergeableAxes, mergedLength, mergedStride, type StorageView } from "./views.ts";

/** Reductions over fewer elements than this leave too little to do for lanes. */
const shortReduction = 12;

/** From so many results on a short reduction is done for several of them at once, in lanes. */
const manyResults = 16;

export const lowerMap = (fused: FusedProgram, group: Group): LoweredKernel | undefined => {
  const builder = new KernelBuilder(fused);
  const { space, body, reductions, tail } = group;
  const axes = group.axes ?? [];
  const keptAxes = allAxes(space.length).filter((axis) => !axes.includes(axis));
  const registers = new Registers(builder, [...body, ...reductions, ...tail]);

  /** Strides by the axes of the space; views in the tail lack the reduced ones. */
  const inSpace = (strides: readonly number[]): readonly number[] => {
    if (strides.length === space.length) return strides;
    if (strides.length === 0) return space.map(() => 0);
    return space.map((_, axis) => strides[keptAxes.indexOf(axis)] ?? 0);
  };
  const viewStrides = (view: StorageView): readonly number[] =>
    // A tail view may happen to have the rank of the space only if nothing is reduced.
    inSpace(view.shape.length === 0 ? [] : view.strides);

  const generates = body.some(({ primitive }) => primitive.lowering.form === "generate");
  const results = [...body, ...reductions, ...tail].flatMap(({ outputs }) => outputs);
  const stores = results.filter((variable) => builder.storedView(variable) !== undefined);
  if (stores.length === 0) return undefined;
  const loads = [...body, ...reductions, ...tail].flatMap(({ primitive, inputs }) =>
    primitive.lowering.form === "generate" ? [] : inputs.filter((input) => !registers.computes(input)),
  );
  const accessed = [...loads, ...stores].flatMap((atom) => {
    const view = builder.viewOf(atom);
    return view.kind === "view" ? [viewStrides(view)] : [];
  });
  const groups = generates
    ? allAxes(space.length).map((axis) => [axis])
    : mergeableAxes(space, accessed, (axis) => axes.includes(axis) === axes.includes(axis - 1));
  const loops = groups.map((merged) => ({
    index: { name: `i${String(merged[0]!)}` } satisfies LoopIndex,
    extent: mergedLength(space, merged),
    axes: merged,
    reduced: axes.includes(merged[0]!),
  }));

  const indexOf = (view: StorageView): Index => {
    const strides = viewStrides(view);
    return {
      offset: view.offset,
      terms: loops.flatMap(({ index, extent, axes: merged }) => {
        const stride = mergedStride(space, strides, merged);
        return stride === 0 || extent === 1 ? [] : [{ loop: index, stride }];
      }),
    };
  };

  const operand = (atom: Atom): Scalar => registers.read(atom, indexOf);
  const evaluate = (equation: Equation): void => {
    const { lowering } = equation.primitive;
    const output = equation.outputs[0]!;
    if (lowering.form === "elementwise")
      registers.set(output, lowering.scalar(equation.inputs.map(operand), equation.params, output));
    else if (lowering.form === "generate") {
      const indices = loops.map(({ index }): Scalar => ({ kind: "index", type: "i32", loop: index }));
      const read = (position: number, at: readonly Scalar[]): Scalar =>
        readAt(builder, equation.inputs[position]!, at);
      registers.set(output, lowering.scalar(indices, read, equation.inputs, equation.params, output));
    } else throw new Error(`internal: ${equation.primitive.name} in the body of a kernel`);
  };
  const store = (variable: Variable): Statement[] => {
    const view = builder.storedView(variable);
    if (view === undefined) return [];
    const value = registers.get(variable);
    return [{ kind: "store", buffer: builder.buffer(view.storage, "write"), at: indexOf(view), value }];
  };

  body.forEach(evaluate);
  const inside = body.flatMap(({ outputs }) => store(outputs[0]!));
  const declared: Statement[] = [];
  for (const { primitive, inputs, outputs } of reductions) {
    const { lowering } = primitive;
    if (lowering.form !== "reduce") throw new Error(`internal: ${primitive.name} is no reduction`);
    const value = operand(inputs[0]!);
    const accumulator: Accumulator = { name: primitive.name, type: value.type };
    const initial = s.constant(value.type, lowering.initial(outputs[0]!.dtype));
    declared.push({ kind: "declare", accumulator, initial });
    inside.push({ kind: "accumulate", accumulator, combine: lowering.combine, value });
    registers.set(outputs[0]!, { kind: "accumulator", type: value.type, accumulator });
  }
  // A value loaded inside the loops over the reduced axes is another one after them.
  registers.forgetLoads();
  tail.forEach(evaluate);
  const after = [...reductions, ...tail].flatMap(({ outputs }) => store(outputs[0]!));

  const kept = loops.filter(({ reduced }) => !reduced);
  const reduced = loops.filter((loop) => loop.reduced);
  const innermost = loops.at(-1);
  const leavesLittle =
    reduced.length === 1 && reduced[0]!.extent < shortReduction && (kept.at(-1)?.extent ?? 1) >= manyResults;
  const runsOverReduced = innermost?.reduced === true && !leavesLittle;
  const nested = (
    list: typeof loops,
    statements: readonly Statement[],
    vector: boolean,
  ): readonly Statement[] =>
    list.length === 0
      ? statements
      : [
          s.nest(
            list.map(({ index, extent }) => [index, extent] as const),
            statements,
            vector ? list.length - 1 : undefined,
          ),
        ];
  const perResult = [...declared, ...nested(reduced, inside, runsOverReduced), ...after];
  const statements = inBlocks(nested(kept, perResult, !runsOverReduced));
  const name = [...body, ...reductions, ...tail].map(({ primitive }) => primitive.name).join("·");
  const reusable = axes.length > 0 || generates ? [] : reusableStorages(builder, space, loads, inside);
  return { ...builder.finish(name, statements, reusable), isDivisible: kept.length > 0 };
};

/** An operand's element at computed indices. */
const readAt = (builder: KernelBuilder, atom: Atom, indices: readonly Scalar[]): Scalar => {
  const view = builder.viewOf(atom);
  if (view.kind === "splat") return splatScalar(view);
  let { offset } = view;
  let dynamic: Scalar | undefined;
  const terms: { loop: LoopIndex; stride: number }[] = [];
  indices.forEach((index, axis) => {
    const stride = view.strides[axis]!;
    if (stride === 0) return;
    if (index.kind === "index") terms.push({ loop: index.loop, stride });
    else if (index.kind === "constant") offset += Number(index.value) * stride;
    else {
      const scaled = stride === 1 ? index : s.mul(index, stride);
      dynamic = dynamic === undefined ? scaled : s.add(dynamic, scaled);
    }
  });
  return {
    kind: "load",
    type: s.scalarOf(view.storage.dtype),
    buffer: builder.buffer(view.storage, "read"),
    at: dynamic === undefined ? { offset, terms } : { offset, terms, dynamic },
  };
};
