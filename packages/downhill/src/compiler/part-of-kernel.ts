/** Some of a kernel's statements as a kernel of their own. */
import type { BufferUse, Statement } from "../program/loop.ts";
import { rewrite } from "./rewrite.ts";
import type { LoweredKernel } from "./schedule.ts";
import type { Storage } from "./views.ts";

/** What a buffer stands for, and how it is used. */
export type AccessOf = (
  buffer: BufferUse,
) => readonly [storage: Storage, access: LoweredKernel["kernel"]["access"][number]];

/** Those of the kernel itself. */
export const accessIn =
  ({ kernel, storages }: LoweredKernel): AccessOf =>
  (buffer) => [storages[buffer.position]!, kernel.access[buffer.position]!];

/** Statements as a kernel that has only the buffers which occur in them. */
export const partOfKernel = (
  name: string,
  statements: readonly Statement[],
  accessOf: AccessOf,
): Pick<LoweredKernel, "kernel" | "storages"> => {
  const buffers = new Map<BufferUse, BufferUse>();
  const buffer = (given: BufferUse): BufferUse => {
    if (given.own !== undefined) return given;
    const own = buffers.get(given) ?? { ...given, position: buffers.size };
    buffers.set(given, own);
    return own;
  };
  const body = rewrite(statements, { address: (_, at) => at, buffer });
  const used = [...buffers.keys()].map(accessOf);
  return {
    kernel: { name, buffers: [...buffers.values()], access: used.map(([, access]) => access), body },
    storages: used.map(([storage]) => storage),
  };
};
