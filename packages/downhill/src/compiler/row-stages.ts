/**
 * Joined kernels some rows at a time, stage by stage: the maxima of a few rows, then their sums, then their quotients. What
 * waits within a row (a maximum for its lanes to be joined, a quotient for its sum) waits beside other rows instead of one
 * row after the other, and what is made of the results of rows (a logarithm of each) is made in lanes.
 */
import type { Accumulator, BufferUse, Index, LoopIndex, Scalar, Statement } from "../program/loop.ts";
import { operandsOf } from "../program/scalar.ts";
import { bodyOf, type Loop, scalarsOf, walk } from "../program/walk.ts";
import type { DType } from "../tensor/dtype.ts";
import { accessIn, partOfKernel } from "./part-of-kernel.ts";
import { type Changes, rewrite, shiftOf } from "./rewrite.ts";
import type { LoweredKernel } from "./schedule.ts";

/** Rows at a time, at most so many bytes of them: half of the first cache. */
const heights = [16, 8, 4] as const;
const blockBytes = 2 ** 14;

type Store = Extract<Statement, { kind: "store" }>;

const dtypeOf: Readonly<Partial<Record<Accumulator["type"], DType>>> = {
  f32: "float32",
  f64: "float64",
  i32: "int32",
  bool: "bool",
};

/** A value of each row of a block, kept from one stage to another in memory of the kernel's own. */
interface Kept {
  readonly buffer: BufferUse;
  readonly load: Scalar;
}

/** How many rows are done at a time; undefined if they are too long, or too few. */
const heightOf = (rows: number, rowBytes: number): number | undefined => {
  const fitting = heights.filter((height) => height <= rows && height * rowBytes <= blockBytes);
  return fitting.find((height) => rows % height === 0) ?? fitting[0];
};

/** What a row's body does, cut behind each loop. */
const stagesOf = (body: readonly Statement[]): Statement[][] => {
  const stages: Statement[][] = [[]];
  for (const statement of body) {
    stages.at(-1)!.push(statement);
    if (statement.kind === "loop") stages.push([]);
  }
  return stages.filter((stage) => stage.length > 0);
};

/** The kernel with the innermost of its loops over rows in blocks, and what is left over as a second one. */
export const inRowStages = (lowered: LoweredKernel, rowBytes: number): LoweredKernel[] => {
  const nest: Loop[] = [];
  let body: readonly Statement[] = lowered.kernel.body;
  for (let [only] = body; body.length === 1 && only?.kind === "loop" && !only.vector; [only] = body) {
    nest.push(only);
    ({ body } = only);
  }
  const rows = nest.at(-1);
  const height = rows && heightOf(rows.extent, rowBytes);
  const stages = stagesOf(body);
  if (rows === undefined || height === undefined || stages.length < 2) return [lowered];

  /** In which stage a running value of a row comes into being. */
  const born = new Map<Accumulator, number>();
  stages.forEach((stage, order) => {
    for (const statement of stage) if (statement.kind === "declare") born.set(statement.accumulator, order);
  });
  if ([...born.keys()].some(({ type }) => dtypeOf[type] === undefined)) return [lowered];

  const here: Index = { offset: 0, terms: [{ loop: rows.index, stride: 1 }] };
  const keptValues = new Map<Scalar | Accumulator, Kept>();
  const keptFor = (value: Scalar | Accumulator, name: string): Kept => {
    let kept = keptValues.get(value);
    if (kept === undefined) {
      const dtype = dtypeOf[value.type]!;
      const buffer: BufferUse = { name, dtype, position: -1, own: height };
      kept = { buffer, load: { kind: "load", type: value.type, buffer, at: here } };
      keptValues.set(value, kept);
    }
    return kept;
  };
  const storeOf = ({ buffer }: Kept, value: Scalar): Statement => ({
    kind: "store",
    buffer,
    at: here,
    value,
  });

  const rowIndices = new Set<LoopIndex>(nest.map(({ index }) => index));
  const written = new Set(
    walk(body).flatMap((statement) => (statement.kind === "store" ? [statement.buffer] : [])),
  );
  const known = new Map<Scalar, "row" | "constant" | "inner">();
  /** Whether a value is one of the row, made of earlier stages' results; one that is the same without them; or neither. */
  const levelOf = (node: Scalar, order: number): "row" | "constant" | "inner" => {
    const found = known.get(node);
    if (found !== undefined) return found;
    const level = ((): "row" | "constant" | "inner" => {
      if (node.kind === "accumulator") return (born.get(node.accumulator) ?? order) < order ? "row" : "inner";
      if (node.kind === "index") return rowIndices.has(node.loop) ? "constant" : "inner";
      if (node.kind === "load" && written.has(node.buffer)) return "inner";
      if (node.kind === "load" && !node.at.terms.every(({ loop }) => rowIndices.has(loop))) return "inner";
      const levels = operandsOf(node).map((operand) => levelOf(operand, order));
      if (levels.includes("inner")) return "inner";
      return levels.includes("row") ? "row" : "constant";
    })();
    known.set(node, level);
    return level;
  };

  /** Statements for a few rows: stages over rows, and between them what is made of their results, in lanes. */
  const blockOf = (extent: number): Statement[] => {
    const overRows = (inside: readonly Statement[], vector: boolean): Statement[] =>
      inside.length > 0
        ? [{ kind: "loop", index: rows.index, extent, vector, stage: true, body: inside }]
        : [];
    const readKept = (node: Scalar): Scalar | undefined =>
      node.kind === "accumulator" ? keptFor(node.accumulator, node.accumulator.name).load : undefined;
    const made = new Set<Kept>();
    return stages.flatMap((stage, order) => {
      known.clear();
      const between: Statement[] = [];
      const fromMemory = (statements: readonly Statement[]): Statement[] =>
        rewrite(statements, {
          address: (_, at) => at,
          value: (node) => {
            if (levelOf(node, order) !== "row") return undefined;
            const direct = readKept(node);
            if (direct !== undefined) return direct;
            const kept = keptFor(node, `r${String(keptValues.size)}`);
            if (!made.has(kept)) {
              made.add(kept);
              between.push(storeOf(kept, node));
            }
            return kept.load;
          },
        });
      const isOfRow = (statement: Statement): statement is Store =>
        statement.kind === "store" && scalarsOf(statement).every((node) => levelOf(node, order) !== "inner");
      const results = stage.filter(isOfRow);
      const rest = fromMemory(stage.filter((statement) => !isOfRow(statement)));
      const inLanes = rewrite([...between, ...results], { address: (_, at) => at, value: readKept });
      const needed = [...born].filter(
        ([accumulator, birth]) => birth === order && isReadAfter(stages.slice(order + 1), accumulator),
      );
      const kept = needed.map(([accumulator]) =>
        storeOf(keptFor(accumulator, accumulator.name), {
          kind: "accumulator",
          type: accumulator.type,
          accumulator,
        }),
      );
      return [...overRows(inLanes, true), ...overRows([...rest, ...kept], false)];
    });
  };

  const blocks: LoopIndex = { name: `${rows.index.name} block` };
  const count = Math.floor(rows.extent / height);
  const left = rows.extent - count * height;
  const around = (inner: readonly Statement[]): readonly Statement[] =>
    nest.slice(0, -1).reduceRight<readonly Statement[]>((inside, loop) => [{ ...loop, body: inside }], inner);
  const moved = (extent: number, from: number, part: LoopIndex | undefined): Statement[] => {
    const changes = shiftOf({ loop: rows.index, from, part, length: height });
    // What is the kernel's own is the same for all blocks.
    const address: Changes["address"] = (buffer, at) =>
      buffer.own === undefined ? changes.address(buffer, at) : at;
    return rewrite(blockOf(extent), { ...changes, address });
  };
  const parts = [
    around([{ kind: "loop", index: blocks, extent: count, body: moved(height, 0, blocks) }]),
    ...(left > 0 ? [around(moved(left, count * height, undefined))] : []),
  ];
  const access = accessIn(lowered);
  return parts.map((statements) => ({
    ...lowered,
    ...partOfKernel(lowered.kernel.name, statements, access),
  }));
};

const isReadAfter = (stages: readonly (readonly Statement[])[], accumulator: Accumulator): boolean => {
  const seen = new Set<Scalar>();
  const reads = (node: Scalar): boolean => {
    if (seen.has(node)) return false;
    seen.add(node);
    return (node.kind === "accumulator" && node.accumulator === accumulator) || operandsOf(node).some(reads);
  };
  const inside = (statement: Statement): boolean =>
    scalarsOf(statement).some(reads) || bodyOf(statement).some(inside);
  return stages.some((stage) => stage.some(inside));
};
