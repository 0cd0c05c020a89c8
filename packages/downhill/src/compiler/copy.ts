/** Kernels that copy. */
import * as s from "../program/scalar.ts";
import type { FusedProgram } from "./groups.ts";
import { KernelBuilder, splatScalar } from "./kernel-builder.ts";
import { copyLoops } from "./lower-insertion.ts";
import type { LoweredKernel } from "./schedule.ts";
import { isWhole, type Storage, type View } from "./views.ts";
import { stridesOf } from "../tensor/shape.ts";

/** Copies what is seen through a view into a storage, in row-major order. */
export const lowerCopy = (fused: FusedProgram, from: View, to: Storage): LoweredKernel => {
  const builder = new KernelBuilder(fused);
  const source = from.kind === "view" ? from.strides : from.shape.map(() => 0);
  const dense = stridesOf(from.shape);
  const statement = copyLoops(from.shape, source, dense, (at) => ({
    kind: "store",
    buffer: builder.buffer(to, "write"),
    at: at(dense, 0),
    value:
      from.kind === "splat"
        ? splatScalar(from)
        : {
            kind: "load",
            type: s.scalarOf(to.dtype),
            buffer: builder.buffer(from.storage, "read"),
            at: at(source, from.offset),
          },
  }));
  const inPlace = from.kind === "view" && isWhole(from) ? ([[to, from.storage]] as const) : [];
  return { ...builder.finish("copy", [statement], inPlace), isCopy: true };
};
