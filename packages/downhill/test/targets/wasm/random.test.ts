/** Kernels made at random: graphs of values over loads of every kind, stored and accumulated in nested loops. */
import fc from "fast-check";
import { it } from "vitest";
import type {
  Accumulator,
  BufferUse,
  Combine,
  LoopIndex,
  Scalar,
  ScalarOperator,
  ScalarType,
  Statement,
} from "../../../src/program/loop.ts";
import * as s from "../../../src/program/scalar.ts";
import type { DType, TypedArray } from "../../../src/tensor/dtype.ts";
import {
  accumulator,
  at,
  buffers,
  expectAgreement,
  indexValue,
  kernelOf,
  load,
  loop,
  loopIndex,
  modes,
  specialFloats,
  specialIntegers,
  store,
  valueOf,
} from "./support.ts";

const types: ScalarType[] = ["f32", "f64", "i32", "i64", "bool"];
const stored = ["f32", "f64", "i32", "bool"] as const;
const dtypes: DType[] = ["float32", "float64", "int32", "bool"];

const binary: Record<ScalarType, ScalarOperator[]> = {
  f32: ["add", "sub", "mul", "div", "min", "max"],
  f64: ["add", "sub", "mul", "div", "min", "max"],
  i32: ["add", "sub", "mul", "min", "max", "quotient", "remainder", "and", "or", "xor", "shiftLeft", "shiftRightSigned"],
  i64: ["add", "sub", "mul", "min", "max", "quotient", "and", "xor", "shiftLeft", "shiftRightUnsigned"],
  bool: ["and", "or", "xor"],
}; // prettier-ignore
const unary: Record<ScalarType, ScalarOperator[]> = {
  f32: ["neg", "abs", "sqrt", "floor", "nearest"],
  f64: ["neg", "abs", "sqrt", "trunc", "ceil"],
  i32: ["neg", "abs", "not"],
  i64: ["neg", "abs", "not"],
  bool: ["not"],
};
const comparisons: ScalarOperator[] = ["eq", "ne", "lt", "le", "gt", "ge"];

const combines: Record<ScalarType, Combine[]> = {
  // sums of floats depend on the order
  f32: ["min", "max"],
  f64: ["min", "max"],
  i32: ["add", "mul", "min", "max", "and", "or"],
  i64: ["add", "or"],
  bool: ["and", "or"],
};

const operation = (operator: ScalarOperator, type: ScalarType, args: readonly Scalar[]): Scalar => ({
  kind: "operation",
  type,
  operator,
  args,
});

const withoutNaN = (x: Scalar): Scalar => s.select(s.eq(x, x), x, s.constant(x.type, 1));

/** Draws decisions from a list of numbers, again from the start when it runs out. */
const chooser = (numbers: readonly number[]) => {
  let position = 0;
  const next = (): number => numbers[position++ % numbers.length] ?? 0;
  return {
    below: (n: number): number => next() % n,
    of: <T>(list: readonly T[]): T => list[next() % list.length] as T,
  };
};

type Chooser = ReturnType<typeof chooser>;

/** Grows a graph over the given leaves; returns all nodes. */
const grow = (choose: Chooser, leaves: readonly Scalar[], count: number, floats: number): Scalar[] => {
  const nodes = [...leaves];
  const pick = (type: ScalarType): Scalar => {
    const fitting = nodes.filter((node) => node.type === type);
    // later ones more often, so that graphs grow deep
    return choose.below(3) > 0 ? choose.of(fitting.slice(-3)) : choose.of(fitting);
  };
  const routines = stored.map((type) =>
    s.routine("r", [type, type], (a, b) =>
      s.select(s.lt(a, b), b, operation(type === "bool" ? "or" : "add", type, [a, b])),
    ),
  );
  for (let i = 0; i < count; i++) {
    const type = choose.of(types.slice(floats));
    const kind = choose.below(10);
    if (kind < 4) nodes.push(operation(choose.of(binary[type]), type, [pick(type), pick(type)]));
    else if (kind === 4) nodes.push(operation(choose.of(unary[type]), type, [pick(type)]));
    else if (kind === 5) nodes.push(operation(choose.of(comparisons), "bool", [pick(type), pick(type)]));
    else if (kind === 6) nodes.push(s.select(pick("bool"), pick(type), pick(type)));
    else if (kind === 7) nodes.push(s.convert(choose.of(types), pick(type)));
    else if (kind === 8) {
      if (type === "f32") nodes.push(s.bitcast("i32", withoutNaN(pick("f32"))));
      else if (type === "f64") nodes.push(s.bitcast("i64", withoutNaN(pick("f64"))));
      else if (type === "i32")
        nodes.push(s.table("f32", [1.5, -2, 0, 7], s.and(pick("i32"), s.constant("i32", 3))));
      else if (type === "i64") nodes.push(s.bitcast("f64", pick("i64")));
      else nodes.push(s.copysign(pick("f32"), withoutNaN(pick("f32"))));
    } else {
      const k = choose.below(stored.length);
      const which = stored[k] ?? "f32";
      const routine = routines[k];
      if (routine) nodes.push(s.rare(pick("bool"), routine, [pick(which), pick(which)], pick(which)));
    }
  }
  return nodes.slice(leaves.length);
};

/** What can be stored of a value: itself, or one half of an i64. */
const storable = (node: Scalar): Scalar => (node.type === "i64" ? s.convert("i32", node) : node);

const rows = 3;
const span = 100;

/** Loads of every kind at the loops' indices. */
const leavesOf = (
  inputs: readonly BufferUse[],
  indices: BufferUse,
  row: LoopIndex,
  i: LoopIndex,
  n: number,
): Scalar[] => {
  const places = [
    at([[i, 1]], 1),
    at([[row, 40], [i, 1]]),
    at([[row, 7]], 2),
    at([[i, -1]], Math.max(0, n - 1)),
    at([[i, 2], [row, 1]]),
    at([], 5),
    at([[row, 1]], 0, load(indices, at([[i, 1]]))),
    at([[i, 1]], 0, load(indices, at([[row, 1]]))),
  ]; // prettier-ignore
  return [
    ...inputs.flatMap((buffer) => places.map((place) => load(buffer, place))),
    ...[0, 1, -1, 3].flatMap((value) =>
      types.map((type) => s.constant(type, type === "bool" ? value & 1 : value)),
    ),
    indexValue(i),
    indexValue(row),
    s.convert("i64", load(inputs[2] as BufferUse, at([[i, 1]]))),
  ];
};

const inputArrays = (seed: number): TypedArray[] => {
  const value = (i: number, list: readonly number[]): number => list[(i * 7 + seed) % list.length] ?? 0;
  const length = { length: 10 * span };
  return [
    Float32Array.from(length, (_, i) => (i % 3 === 0 ? value(i, specialFloats) : ((i * 13) % 17) / 4 - 2)),
    Float64Array.from(length, (_, i) => (i % 3 === 0 ? value(i, specialFloats) : ((i * 11) % 19) / 8 - 1)),
    Int32Array.from(length, (_, i) => (i % 3 === 0 ? value(i, specialIntegers) : ((i * 5) % 23) - 11)),
    Uint8Array.from(length, (_, i) => ((i * i + seed) % 3) & 1),
    Int32Array.from(length, (_, i) => (i * 31 + seed) % 50),
  ];
};

const numbers = fc.array(fc.nat(1_000_000), { minLength: 40, maxLength: 160 });

const outputs = (): TypedArray[] => [
  new Float32Array(4 * span),
  new Float64Array(4 * span),
  new Int32Array(4 * span),
  new Uint8Array(4 * span),
];

const setUp = () => {
  const uses = buffers(...dtypes, "int32", ...dtypes);
  const [row, i, k] = [loopIndex("row"), loopIndex("i"), loopIndex("k")];
  const outputFor = (type: ScalarType): BufferUse => uses[5 + stored.indexOf(type as "f32")] as BufferUse;
  return { uses, inputs: uses.slice(0, 4), indices: uses[4] as BufferUse, row, i, k, outputFor };
};

const runs = { numRuns: 150 };

it("stores in a nest of two loops", () => {
  fc.assert(
    fc.property(numbers, fc.nat(37), fc.nat(2), fc.boolean(), (choices, n, floats, vector) => {
      const { uses, inputs, indices, row, i, outputFor } = setUp();
      const choose = chooser(choices);
      const nodes = grow(choose, leavesOf(inputs, indices, row, i, n), 4 + choose.below(30), floats);
      const body = nodes.slice(-4).map((node, position) => {
        const value = storable(node);
        return store(outputFor(value.type), at([[row, 40], [i, 1]], (position % 2) * 200), value); // prettier-ignore
      });
      const kernel = kernelOf(uses, [loop(row, rows, [loop(i, n, body, vector)])]);
      for (const mode of modes) expectAgreement(kernel, [...inputArrays(n), ...outputs()], mode);
    }),
    runs,
  );
});

/** The first value of an accumulator; of min and max not the neutral one, so that it counts. */
const initial = (type: ScalarType): Scalar => s.constant(type, 1);

const accumulate = (choose: Chooser, node: Scalar): { accumulator: Accumulator; statement: Statement } => {
  const sum = accumulator(node.type);
  return {
    accumulator: sum,
    statement: { kind: "accumulate", accumulator: sum, combine: choose.of(combines[node.type]), value: node },
  };
};

it("accumulators filled by an inner loop, whichever loop is in lanes", () => {
  fc.assert(
    fc.property(numbers, fc.nat(20), fc.nat(20), fc.nat(2), fc.nat(3), (choices, n, m, floats, where) => {
      const { uses, inputs, indices, row, i, k, outputFor } = setUp();
      const choose = chooser(choices);
      const inner = grow(
        choose,
        [...leavesOf(inputs, indices, i, k, m), indexValue(row)],
        4 + choose.below(20),
        floats,
      );
      const parts = inner.slice(-3).map((node) => accumulate(choose, node));
      const outer = grow(
        choose,
        [...leavesOf(inputs, indices, row, i, n), ...parts.map((part) => valueOf(part.accumulator))],
        4 + choose.below(10),
        floats,
      );
      const declarations = parts.map((part): Statement => ({
        kind: "declare",
        accumulator: part.accumulator,
        initial: initial(part.accumulator.type),
      }));
      const fill = loop(k, m, parts.map((part) => part.statement), where === 1); // prettier-ignore
      const stores = (offset: number, values: readonly Scalar[]): Statement[] =>
        values.map(storable).map((value) => store(outputFor(value.type), at([[row, 40], [i, 1]], offset), value)); // prettier-ignore
      const body =
        where === 3
          ? // declared outside both loops, filled in lanes by the inner
            [
              loop(row, rows, [
                ...declarations,
                loop(i, n, [loop(k, m, parts.map((part) => part.statement), true)]), // prettier-ignore
                loop(i, n, stores(0, parts.map((part) => valueOf(part.accumulator)))), // prettier-ignore
              ]),
            ]
          : [
              loop(row, rows, [
                loop(i, n, [...declarations, fill, ...stores(0, outer.slice(-3)), ...stores(200, [valueOf(parts[0]?.accumulator as Accumulator)])], where === 2), // prettier-ignore
              ]),
            ];
      for (const mode of modes)
        expectAgreement(kernelOf(uses, body), [...inputArrays(n), ...outputs()], mode);
    }),
    runs,
  );
});

it("bodies of contractions", () => {
  fc.assert(
    fc.property(
      numbers,
      fc.integer({ min: 4, max: 40 }),
      fc.integer({ min: 4, max: 23 }),
      fc.nat(2),
      (choices, m, n, floats) => {
        const { uses, inputs, indices, row, i, k, outputFor } = setUp();
        const choose = chooser(choices);
        const [a, b] = buffers("float32", "float32").map((buffer, position) => ({ ...buffer, position: 9 + position })) as [BufferUse, BufferUse]; // prettier-ignore
        const sum = accumulator("f32");
        const leaves = leavesOf(inputs, indices, loopIndex("unused"), i, n).filter(
          (leaf) => !usesOther(leaf, i),
        );
        const nodes = grow(choose, [...leaves, indexValue(row), valueOf(sum)], 4 + choose.below(15), floats);
        const body = [...nodes.slice(-2), valueOf(sum)].map((node) => {
          const value = storable(node);
          return store(outputFor(value.type), at([[row, 1], [i, 40]], 0), value); // prettier-ignore
        });
        const depth = 32;
        const contract: Statement = {
          kind: "contract",
          row,
          rows: m,
          column: i,
          columns: n,
          inner: k,
          depth,
          left: { buffer: a, at: at([[row, depth], [k, 1]]) }, // prettier-ignore
          right: { buffer: b, at: at([[k, n], [i, 1]]) }, // prettier-ignore
          sum,
          body,
        };
        const big = outputs().map((array) => new (array.constructor as Float32ArrayConstructor)(40 * 24));
        const operands = [m * depth, depth * n].map((length) =>
          Float32Array.from({ length }, (_, p) => ((p * 7 + m) % 9) - 4),
        );
        for (const mode of modes)
          expectAgreement(
            kernelOf([...uses, a, b], [contract]),
            [...inputArrays(n), ...big, ...operands],
            mode,
          );
      },
    ),
    runs,
  );
});

/** Whether a leaf needs an index other than the one given. */
const usesOther = (leaf: Scalar, index: LoopIndex): boolean => {
  if (leaf.kind === "index") return leaf.loop !== index;
  if (leaf.kind === "operation") return leaf.args.some((arg) => usesOther(arg, index));
  if (leaf.kind !== "load") return false;
  const dynamic = leaf.at.dynamic !== undefined && usesOther(leaf.at.dynamic, index);
  return dynamic || leaf.at.terms.some((term) => term.loop !== index);
};
