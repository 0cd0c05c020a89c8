/** Operands written into regions of a result: padding and concatenation. */
import type { Index, LoopIndex, Scalar, Statement } from "../program/loop.ts";
import * as s from "../program/scalar.ts";
import { type Shape, sizeOf, stridesOf } from "../tensor/shape.ts";
import type { FusedProgram, Group } from "./groups.ts";
import { KernelBuilder, splatScalar } from "./kernel-builder.ts";
import type { LoweredKernel } from "./schedule.ts";
import { mergeableAxes, mergedLength, mergedStride } from "./views.ts";

/** Loops over `shape` that copy from one strided place to another. */
export const copyLoops = (
  shape: Shape,
  from: readonly number[],
  to: readonly number[],
  store: (at: (strides: readonly number[], offset: number) => Index) => Statement,
): Statement => {
  const loops = mergeableAxes(shape, [from, to]).map((axes) => ({
    index: { name: `i${String(axes[0]!)}` } satisfies LoopIndex,
    extent: mergedLength(shape, axes),
    axes,
  }));
  const at = (strides: readonly number[], offset: number): Index => ({
    offset,
    terms: loops.map(({ index, axes }) => ({ loop: index, stride: mergedStride(shape, strides, axes) })),
  });
  const statement = store(at);
  if (loops.length === 0) return statement;
  return s.nest(
    loops.map(({ index, extent }) => [index, extent] as const),
    [statement],
    loops.length - 1,
  );
};

/** Elements for each index of the first axis from which on each of them is written by itself. */
const leastPart = 256;

export const lowerInsertion = (fused: FusedProgram, { root }: Group): LoweredKernel => {
  const { primitive, inputs, params, outputs } = root!;
  if (primitive.lowering.form !== "insert") throw new Error("internal: not an insertion");
  const builder = new KernelBuilder(fused);
  const output = outputs[0]!;
  const target = builder.storedView(output);
  if (target === undefined) throw new Error("internal: an insertion without a stored result");
  const buffer = builder.buffer(target.storage, "write");
  const type = s.scalarOf(output.dtype);
  const regions = primitive.lowering.regions(inputs, params);
  // Along a first axis that all operands fill the work is divided: each part is set to zero and then written to.
  const isFilled =
    output.shape.length > 1 &&
    sizeOf(output.shape.slice(1)) >= leastPart &&
    regions.every(
      ({ offsets, steps }, i) =>
        offsets[0] === 0 && steps[0] === 1 && inputs[i]!.shape[0] === output.shape[0],
    );
  const first: LoopIndex = { name: "i" };
  const along = (at: Index, stride: number): Index =>
    isFilled ? { ...at, terms: [...at.terms, { loop: first, stride }] } : at;
  const inside = <T>(list: readonly T[]): readonly T[] => (isFilled ? list.slice(1) : list);
  const statements: Statement[] = [];
  const covered = inputs.reduce((sum, input) => sum + sizeOf(input.shape), 0);
  const dense = stridesOf(output.shape);
  if (covered < sizeOf(output.shape))
    statements.push(
      copyLoops([sizeOf(inside(output.shape))], [1], [1], (at) => ({
        kind: "store",
        buffer,
        at: along(at([1], 0), dense[0] ?? 0),
        value: s.constant(type, 0),
      })),
    );
  regions.forEach(({ offsets, steps }, i) => {
    const input = inputs[i]!;
    const view = builder.viewOf(input);
    const strides = steps.map((step, axis) => step * dense[axis]!);
    const offset = offsets.reduce((sum, start, axis) => sum + start * dense[axis]!, 0);
    const source = view.kind === "view" ? view.strides : input.shape.map(() => 0);
    const [from, to] = [inside(source), inside(strides)];
    statements.push(
      copyLoops(inside(input.shape), from, to, (at) => {
        const value: Scalar =
          view.kind === "splat"
            ? splatScalar(view)
            : {
                kind: "load",
                type,
                buffer: builder.buffer(view.storage, "read"),
                at: along(at(from, view.offset), source[0]!),
              };
        return { kind: "store", buffer, at: along(at(to, offset), strides[0]!), value };
      }),
    );
  });
  if (!isFilled) return builder.finish(primitive.name, statements);
  const all = s.nest([[first, output.shape[0]!]], statements);
  return { ...builder.finish(primitive.name, [all]), isDivisible: true };
};
