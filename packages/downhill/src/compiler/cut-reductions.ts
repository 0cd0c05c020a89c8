/**
 * A reduction to single values as two kernels: the blocks, each of which leaves what it comes to in memory, so that they
 * have nothing to do with each other and may run side by side; and what is made of those values, in the order of the blocks.
 */
import type { Accumulator, BufferUse, LoopIndex, Scalar, Statement } from "../program/loop.ts";
import { type Loop, walk } from "../program/walk.ts";
import type { DType } from "../tensor/dtype.ts";
import { partOfKernel } from "./part-of-kernel.ts";
import type { LoweredKernel } from "./schedule.ts";
import type { Storage } from "./views.ts";

type Accumulate = Extract<Statement, { kind: "accumulate" }>;

/** Fewer blocks than this are left where they are. */
const fewestBlocks = 4;

const dtypeOf: Readonly<Partial<Record<Accumulator["type"], DType>>> = {
  f32: "float32",
  f64: "float64",
  i32: "int32",
  bool: "bool",
};

/** How each iteration of the loop ends: by adding to running values from outside. Undefined if it is no loop over blocks. */
const additionsOf = ({ body, vector }: Loop): readonly Accumulate[] | undefined => {
  if (vector === true || body[0]?.kind !== "declare") return undefined;
  const at = body.findLastIndex(({ kind }) => kind !== "accumulate") + 1;
  const additions = body.slice(at) as Accumulate[];
  const inside = walk(body.slice(0, at));
  const own = new Set(
    inside.flatMap((statement) => (statement.kind === "declare" ? [statement.accumulator] : [])),
  );
  const isOwn = (statement: Statement): boolean =>
    statement.kind === "loop" ||
    statement.kind === "store" ||
    (statement.kind !== "contract" && (statement.kind === "declare" || own.has(statement.accumulator)));
  const fits =
    additions.length > 0 &&
    inside.every(isOwn) &&
    additions.every(
      ({ accumulator: { type }, value }) => value.kind === "accumulator" && dtypeOf[type] !== undefined,
    );
  return fits ? additions : undefined;
};

/** The kernel in two, if it begins with many blocks of a reduction; otherwise as it is. */
export const cutReduction = (lowered: LoweredKernel): LoweredKernel[] => {
  const { kernel, storages } = lowered;
  const at = kernel.body.findIndex(({ kind }) => kind !== "declare");
  const blocks = kernel.body[at];
  if (blocks?.kind !== "loop" || blocks.extent < fewestBlocks) return [lowered];
  const additions = additionsOf(blocks);
  if (additions === undefined) return [lowered];
  const count = blocks.extent;
  const parts = additions.map(({ accumulator: { name, type } }) => {
    const storage: Storage = { dtype: dtypeOf[type]!, size: count, name: `${name} parts` };
    const buffer: BufferUse = { name: storage.name, dtype: storage.dtype, position: -1 };
    return { storage, buffer };
  });
  const here = (index: LoopIndex) => ({ offset: 0, terms: [{ loop: index, stride: 1 }] });
  const first: Statement = {
    ...blocks,
    body: [
      ...blocks.body.slice(0, -additions.length),
      ...additions.map(({ value }, i): Statement => ({
        kind: "store",
        buffer: parts[i]!.buffer,
        at: here(blocks.index),
        value,
      })),
    ],
  };
  const second: Statement[] = [
    ...kernel.body.slice(0, at),
    {
      kind: "loop",
      index: blocks.index,
      extent: count,
      body: additions.map((addition, i): Statement => {
        const { buffer } = parts[i]!;
        const value: Scalar = { kind: "load", type: addition.value.type, buffer, at: here(blocks.index) };
        return { ...addition, value };
      }),
    },
    ...kernel.body.slice(at + 1),
  ];
  const accessOf = (isFirst: boolean) => (buffer: BufferUse) => {
    const part = parts.find((candidate) => candidate.buffer === buffer);
    return part === undefined
      ? ([storages[buffer.position]!, kernel.access[buffer.position]!] as const)
      : ([part.storage, isFirst ? "write" : "read"] as const);
  };
  return [
    { ...partOfKernel(kernel.name, [first], accessOf(true)), reusable: [], isDivisible: true },
    { ...partOfKernel(`${kernel.name} of parts`, second, accessOf(false)), reusable: [] },
  ];
};
