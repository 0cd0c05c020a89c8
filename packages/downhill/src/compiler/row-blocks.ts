/**
 * Large tables done some rows at a time. Where rows are read more than once, or matrices are made of them only to be
 * summed up, everything is done with a block of rows while it is in the cache: a gradient reads its data once.
 */
import { add, concatenate, reduceSum, reshape, slice, zerosLike } from "../primitives/index.ts";
import type { Atom, Equation, Program, Variable } from "../program/program.ts";
import { bind, buildProgram, readerOf } from "../program/trace.ts";
import { bytesPerElement } from "../tensor/dtype.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { scan } from "../transforms/scan.ts";
import { paramsForRows, rowRole } from "./rows.ts";

export interface CacheSizes {
  /** From this size on a value does not stay in the cache. */
  readonly largeBytes: number;
  /** The size of all large values of a block together. */
  readonly blockBytes: number;
}

/** Much of a third cache that is shared, and a part of the second one. */
const usualSizes: CacheSizes = { largeBytes: 2 ** 22, blockBytes: 2 ** 17 };

const bytesOf = ({ shape, dtype }: Variable): number => sizeOf(shape) * bytesPerElement(dtype);

/** How a program is cut up. */
interface Plan {
  /** The length of the axis of rows. */
  readonly rows: number;
  /** The axis of rows of each variable that has one. */
  readonly axes: ReadonlyMap<Variable, number>;
  /** Inputs with rows that the blocks read. */
  readonly sources: readonly Variable[];
  /** Computed before the blocks, in the blocks, and after them. */
  readonly before: readonly Equation[];
  readonly inside: readonly Equation[];
  readonly after: readonly Equation[];
  /** Results of equations inside: sums over all rows, and rows that are needed outside. */
  readonly sums: readonly Variable[];
  readonly kept: readonly Variable[];
}

const planOf = (program: Program, { largeBytes }: CacheSizes): Plan | undefined => {
  const isLarge = (atom: Atom): boolean => atom.kind === "variable" && bytesOf(atom) >= largeBytes;
  const largest = program.inputs.reduce<Variable | undefined>(
    (best, input) => (input.shape.length > 0 && bytesOf(input) > (best ? bytesOf(best) : 0) ? input : best),
    undefined,
  );
  if (largest === undefined || !isLarge(largest)) return undefined;
  const rows = largest.shape[0]!;
  const axes = new Map<Variable, number>();
  for (const input of program.inputs) if (input.shape[0] === rows) axes.set(input, 0);
  const late = new Set<Variable>();
  const own = new Set<Variable>();
  const [before, inside, after]: Equation[][] = [[], [], []];
  const sums: Variable[] = [];
  const axisOf = (atom: Atom): number | undefined => (atom.kind === "variable" ? axes.get(atom) : undefined);
  for (const equation of program.equations) {
    const { inputs, outputs } = equation;
    const has = (set: ReadonlySet<Variable>): boolean =>
      inputs.some((input) => input.kind === "variable" && set.has(input));
    const role = has(late) || outputs.length !== 1 ? undefined : rowRole(equation, rows, axisOf);
    const [output] = outputs;
    const isReady = !has(late) && !has(own);
    if (role?.kind === "rows") {
      inside!.push(equation);
      axes.set(output!, role.axis);
      // What is repeated for each row costs nothing: it is had in both places.
      if (isReady && inputs.every((input) => axisOf(input) === undefined)) before!.push(equation);
      else own.add(output!);
    } else if (role?.kind === "sum") {
      inside!.push(equation);
      sums.push(output!);
      late.add(output!);
    } else if (isReady) before!.push(equation);
    else {
      after!.push(equation);
      for (const result of outputs) late.add(result);
    }
  }
  if (!isWorthwhile(inside!, own, isLarge)) return undefined;
  const needed = new Set<Atom>([...after!.flatMap(({ inputs }) => inputs), ...program.outputs]);
  const read = new Set<Atom>(inside!.flatMap(({ inputs }) => inputs));
  const kept = [...own].filter((variable) => needed.has(variable));
  if (kept.some((variable) => axes.get(variable) !== 0)) return undefined;
  return {
    rows,
    axes,
    sources: program.inputs.filter((input) => axes.has(input) && read.has(input)),
    before: before!,
    inside: inside!,
    after: after!,
    sums,
    kept,
  };
};

/** Whether something large is read by two kernels, or computed to be an operand of a product. */
const isWorthwhile = (
  inside: readonly Equation[],
  own: ReadonlySet<Variable>,
  isLarge: (atom: Atom) => boolean,
): boolean => {
  const readers = new Map<Atom, number>();
  for (const { primitive, inputs } of inside) {
    const { form } = primitive.lowering;
    if (form !== "contract" && form !== "reduce") continue;
    for (const input of new Set(inputs)) {
      if (!isLarge(input)) continue;
      const count = (readers.get(input) ?? 0) + 1;
      readers.set(input, count);
      if (form === "contract" && (count > 1 || own.has(input as Variable))) return true;
    }
  }
  return false;
};

/** Rows are divided into so many shares, each of which is summed up for itself, so that threads can have their own. */
const mostShares = 8;

/** How many shares there are, of how many blocks of how many rows; what is left over is the rest. */
interface Cut {
  readonly shares: number;
  readonly blocks: number;
  readonly block: number;
}

/** What has a place in memory, and is not only read on the way into it: the sources, and what products read and leave. */
const inMemory = (sources: readonly Variable[], equations: readonly Equation[]): Variable[] => {
  const viewed = new Map<Atom, Atom>();
  const found = new Set<Atom>(sources);
  for (const { primitive, inputs, outputs } of equations) {
    const { form } = primitive.lowering;
    if (form === "view" || form === "reshape") viewed.set(outputs[0]!, viewed.get(inputs[0]!) ?? inputs[0]!);
    if (form !== "contract") continue;
    for (const input of inputs) found.add(viewed.get(input) ?? input);
    found.add(outputs[0]!);
  }
  return [...found].filter((atom) => atom.kind === "variable");
};

/** Blocks of which what is large fits into the cache, and which divide all rows if there are any of about that size. */
const cutOf = (
  { rows, inside, sources, axes }: Plan,
  { largeBytes, blockBytes }: CacheSizes,
): Cut | undefined => {
  const large = inMemory(sources, inside).filter(
    (variable) => axes.has(variable) && bytesOf(variable) >= largeBytes,
  );
  const perRow = large.reduce((sum, variable) => sum + bytesOf(variable) / rows, 0);
  const most = Math.max(16, Math.floor(blockBytes / perRow));
  const shares = rows >= 2 * mostShares * most ? mostShares : 1;
  const divisor = (): number | undefined => {
    for (let block = most; block > most / 2; block--) if (rows % (shares * block) === 0) return block;
    return undefined;
  };
  const block = divisor() ?? most;
  const blocks = Math.floor(rows / (shares * block));
  return shares * blocks < 2 ? undefined : { shares, blocks, block };
};

const range = (x: Tensor, axis: number, from: number, to: number): Tensor =>
  slice(
    x,
    x.shape.map((_, i) => (i === axis ? from : 0)),
    x.shape.with(axis, to),
  );

/** The program with what large tables are needed for done in blocks of their rows, where that pays. */
export const workInRowBlocks = (program: Program, sizes: CacheSizes = usualSizes): Program => {
  const plan = planOf(program, sizes);
  if (plan === undefined) return program;
  const { rows, axes, sources, before, inside, after, sums, kept } = plan;
  const cut = cutOf(plan, sizes);
  if (cut === undefined) return program;
  const { shares, blocks, block } = cut;
  const whole = shares * blocks * block;
  return buildProgram("blocks of rows", program.inputs, (inputs) => {
    const values = new Map<Variable, Tensor>(program.inputs.map((input, i) => [input, inputs[i]!]));
    const run = (equations: readonly Equation[], known: Map<Variable, Tensor>): void => {
      const read = readerOf(known);
      for (const { primitive, inputs: operands, params, outputs } of equations) {
        const results = bind(primitive, operands.map(read), params);
        outputs.forEach((output, i) => known.set(output, results[i]!));
      }
    };
    /** Sums over some rows, and those rows of what is kept. */
    const work = (length: number, given: readonly Tensor[]): { sums: Tensor[]; kept: Tensor[] } => {
      const known = new Map(values);
      sources.forEach((source, i) => known.set(source, given[i]!));
      const sized = inside.map((equation) => {
        const axis = axes.get(equation.outputs[0]!);
        return axis === undefined ? equation : { ...equation, params: paramsForRows(equation, axis, length) };
      });
      run(sized, known);
      const read = readerOf(known);
      return { sums: sums.map(read), kept: kept.map(read) };
    };

    run(before, values);
    const tables = sources.map((source) => values.get(source)!);
    const rest =
      whole < rows
        ? work(
            rows - whole,
            tables.map((table) => range(table, 0, whole, rows)),
          )
        : undefined;
    /** The blocks of a share, one after another: sums over them, and what is kept, block by block. */
    const share = (given: readonly Tensor[]): [sums: Tensor[], kept: Tensor[]] =>
      scan<Tensor[], Tensor[], Tensor[]>(
        (partial, rowsOfBlock) => {
          const done = work(block, rowsOfBlock);
          return [partial.map((sum, i) => add(sum, done.sums[i]!)), done.kept];
        },
        sums.map(zerosLike),
        given,
      );
    const cutUp = tables.map((table) =>
      reshape(range(table, 0, 0, whole), [shares, blocks, block, ...table.shape.slice(1)]),
    );
    const [, [partial, parts]] = scan<null, Tensor[], [Tensor[], Tensor[]]>(
      (_, given) => [null, share(given)],
      null,
      cutUp,
    );
    sums.forEach((sum, i) => {
      const total = reduceSum(partial[i]!, [0]);
      values.set(sum, rest === undefined ? total : add(total, rest.sums[i]!));
    });
    kept.forEach((variable, i) => {
      const joined = reshape(parts[i]!, [whole, ...variable.shape.slice(1)]);
      values.set(variable, rest === undefined ? joined : concatenate([joined, rest.kept[i]!], 0));
    });
    run(after, values);
    return program.outputs.map(readerOf(values));
  });
};
