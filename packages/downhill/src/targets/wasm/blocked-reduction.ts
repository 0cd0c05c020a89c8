/**
 * Sums down the columns of a tall matrix, and the like: a loop in lanes around a long loop whose steps lie far apart.
 * Run as written, it visits every row once for each few columns. It reads memory better if it takes a few rows at a
 * time and all columns of those, keeping the accumulators in scratch memory between.
 */
import type { Accumulator, BufferUse, Index, Scalar, ScalarType, Statement } from "../../program/loop.ts";
import { bytesPerElement, type DType } from "../../tensor/dtype.ts";
import { visitScalars, walk } from "./facts.ts";
import { emitRange, pushBlock } from "./loops.ts";
import type { Emitter, Scope } from "./scope.ts";
import type { Loop, VectorPlan } from "./vector-plan.ts";

const dtypeOf: Readonly<Record<Exclude<ScalarType, "i64">, DType>> = {
  f32: "float32",
  f64: "float64",
  i32: "int32",
  bool: "bool",
};

/** What one visit of all steps may read before it is worth cutting up: about the second cache. */
const cachedBytes = 2 ** 18;

/** Bytes of the rows taken at a time. */
const blockBytes = 2 ** 15;
const fewestSteps = 8;

interface Reduction {
  readonly declarations: readonly Extract<Statement, { kind: "declare" }>[];
  readonly inner: Loop;
  readonly rest: readonly Statement[];
}

/** The loop's parts, if it declares accumulators, fills them in one inner loop and then only stores. */
const partsOf = ({ body }: Loop): Reduction | undefined => {
  const declarations = body.filter((statement) => statement.kind === "declare");
  const inner = body[declarations.length];
  const rest = body.slice(declarations.length + 1);
  if (declarations.length === 0 || inner?.kind !== "loop") return undefined;
  if (rest.some(({ kind }) => kind !== "store")) return undefined;
  const filled = new Set<Accumulator>(declarations.map(({ accumulator }) => accumulator));
  for (const statement of walk(inner.body)) {
    if (statement.kind === "loop") continue;
    if (statement.kind !== "accumulate" || !filled.has(statement.accumulator)) return undefined;
  }
  return declarations.every(({ accumulator }) => accumulator.type !== "i64")
    ? { declarations, inner, rest }
    : undefined;
};

/** The longest stride in bytes that the inner loop takes through what lies side by side for the outer one. */
const strideBytes = (loop: Loop, inner: Loop): number => {
  let longest = 0;
  visitScalars(inner.body, (node) => {
    if (node.kind !== "load" || !node.at.terms.some((term) => term.loop === loop.index && term.stride === 1))
      return;
    for (const term of node.at.terms)
      if (term.loop === inner.index)
        longest = Math.max(longest, Math.abs(term.stride) * bytesPerElement(node.buffer.dtype));
  });
  return longest;
};

/** Writes the loop in blocks of inner steps and returns true, or returns false if that does not suit it. */
export const emitBlockedReduction = (e: Emitter, at: Scope, loop: Loop, plan: VectorPlan): boolean => {
  if (loop.extent < 2 * plan.width * plan.copies) return false;
  const parts = partsOf(loop);
  if (parts === undefined || e.ranges.has(parts.inner.index)) return false;
  const { declarations, inner, rest } = parts;
  const stride = strideBytes(loop, inner);
  if (stride * inner.extent < cachedBytes) return false;
  const steps = Math.max(fewestSteps, Math.floor(blockBytes / stride));
  if (steps >= inner.extent) return false;

  const here: Index = { offset: 0, terms: [{ loop: loop.index, stride: 1 }] };
  const kept = declarations.map(({ accumulator, initial }) => {
    const dtype = dtypeOf[accumulator.type as Exclude<ScalarType, "i64">];
    const buffer: BufferUse = { name: accumulator.name, dtype, position: -1 };
    return { accumulator, initial, buffer };
  });
  const sizes = kept.map(({ buffer }) => Math.ceil((loop.extent * bytesPerElement(buffer.dtype)) / 16) * 16);
  let address = e.context.scratch(sizes.reduce((sum, size) => sum + size, 0));
  kept.forEach(({ buffer }, i) => {
    e.facts.addScratch(buffer, address);
    address += sizes[i] ?? 0;
  });
  const inLanes = (body: readonly Statement[]): void => {
    e.emit(e, at, [{ kind: "loop", index: loop.index, extent: loop.extent, vector: true, body }]);
  };
  const resume = (): Statement[] =>
    kept.map(({ accumulator, buffer }) => ({
      kind: "declare",
      accumulator,
      initial: { kind: "load", type: accumulator.type, buffer, at: here },
    }));
  const keep = (value: (entry: (typeof kept)[number]) => Scalar): Statement[] =>
    kept.map((entry) => ({ kind: "store", buffer: entry.buffer, at: here, value: value(entry) }));

  inLanes(keep(({ initial }) => initial));
  const [from, count] = [e.fn.local("i32"), e.fn.local("i32")];
  emitRange(at.code, from, inner.extent, steps, () => {
    pushBlock(e, at.code, from, inner.extent, steps);
    at.code.set(count);
    e.ranges.set(inner.index, { from, count });
    inLanes([
      ...resume(),
      inner,
      ...keep(({ accumulator }) => ({ kind: "accumulator", type: accumulator.type, accumulator })),
    ]);
    e.ranges.delete(inner.index);
  });
  inLanes([...resume(), ...rest]);
  return true;
};
