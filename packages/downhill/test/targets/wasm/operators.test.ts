/** Every operator on every type it is meant for, on awkward values, alone and in lanes. */
import { describe, expect, it } from "vitest";
import type { Scalar, ScalarOperator, ScalarType, Statement } from "../../../src/program/loop.ts";
import * as s from "../../../src/program/scalar.ts";
import type { TypedArray } from "../../../src/tensor/dtype.ts";
import {
  at,
  buffers,
  expectAgreement,
  kernelOf,
  load,
  loop,
  loopIndex,
  modesWithNative,
  runWasm,
  specialFloats,
  specialIntegers,
  store,
} from "./support.ts";

const onFloats: ScalarOperator[] = [
  "add", "sub", "mul", "neg", "abs", "min", "max", "div", "sqrt", "floor", "ceil", "trunc", "nearest", "copysign",
]; // prettier-ignore
const onIntegers: ScalarOperator[] = [
  "add", "sub", "mul", "neg", "abs", "min", "max", "quotient", "remainder", "shiftLeft", "shiftRightSigned",
  "shiftRightUnsigned", "and", "or", "xor", "not",
]; // prettier-ignore
const onBools: ScalarOperator[] = ["and", "or", "xor", "not", "add", "mul", "min", "max"];
const comparisons: ScalarOperator[] = ["eq", "ne", "lt", "le", "gt", "ge"];
const unary = new Set<ScalarOperator>(["neg", "abs", "sqrt", "floor", "ceil", "trunc", "nearest", "not"]);

const operatorsOf: Record<ScalarType, ScalarOperator[]> = {
  f32: onFloats,
  f64: onFloats,
  i32: onIntegers,
  i64: onIntegers,
  bool: onBools,
};

/** All pairs of the given values. */
const pairs = (values: readonly number[]): [number[], number[]] => [
  values.flatMap((a) => values.map(() => a)),
  values.flatMap(() => values),
];

const arrayOf: Record<Exclude<ScalarType, "i64">, (values: readonly number[]) => TypedArray> = {
  f32: (values) => Float32Array.from(values),
  f64: (values) => Float64Array.from(values),
  i32: (values) => Int32Array.from(values),
  bool: (values) => Uint8Array.from(values),
};

const dtypeOf = { f32: "float32", f64: "float64", i32: "int32", bool: "bool" } as const;

const valuesOf: Record<Exclude<ScalarType, "i64">, readonly number[]> = {
  f32: specialFloats,
  f64: specialFloats,
  i32: specialIntegers,
  bool: [0, 1, 1],
};

type Stored = Exclude<ScalarType, "i64">;

/** i64 is not stored: it travels as two halves. */
const join = (high: Scalar, low: Scalar): Scalar =>
  s.or(
    s.shiftLeft(s.convert("i64", high), s.constant("i64", 32)),
    s.and(s.convert("i64", low), s.constant("i64", 0xffffffff)),
  );

const halves = (x: Scalar): [Scalar, Scalar] => [
  s.convert("i32", s.shiftRightSigned(x, s.constant("i64", 32))),
  s.convert("i32", x),
];

/** Applies `build` to all pairs of awkward values, in a loop that may run in lanes. */
const check = (
  argType: ScalarType,
  resultType: ScalarType,
  build: (a: Scalar, b: Scalar) => Scalar,
): void => {
  const i = loopIndex("i");
  const here = at([[i, 1]]);
  const [a, b] = pairs(argType === "i64" ? specialIntegers.slice(0, 14) : valuesOf[argType]);
  const inputs: Stored = argType === "i64" ? "i32" : argType;
  const results: Stored = resultType === "i64" ? "i32" : resultType;
  const inDtype = dtypeOf[inputs];
  const outDtype = dtypeOf[results];
  const [x, y, p, q] = buffers(inDtype, inDtype, outDtype, outDtype);
  if (!x || !y || !p || !q) throw new Error("no buffers");
  const first = load(x, here);
  const second = load(y, here);
  const value = argType === "i64" ? build(join(second, first), join(first, second)) : build(first, second);
  const parts = resultType === "i64" ? halves(value) : [value];
  const body: Statement[] = parts.map((part, k) => store(k === 0 ? p : q, here, part));
  for (const n of [a.length, 6]) {
    const kernel = kernelOf([x, y, p, q], [loop(i, n, body, true)]);
    const arrays = [arrayOf[inputs](a), arrayOf[inputs](b)];
    const zeros = arrayOf[results](a.map(() => 0));
    for (const mode of modesWithNative) expectAgreement(kernel, [...arrays, zeros, zeros.slice()], mode);
  }
};

const operation = (operator: ScalarOperator, type: ScalarType, args: readonly Scalar[]): Scalar => ({
  kind: "operation",
  type,
  operator,
  args,
});

/** The sign and payload of a NaN are left to the machine, so they are kept out of where they would show. */
const withoutNaN = (x: Scalar): Scalar => s.select(s.eq(x, x), x, s.constant(x.type, 0));

describe.each(Object.entries(operatorsOf) as [ScalarType, ScalarOperator[]][])("%s", (type, operators) => {
  it.each(operators)("%s", (operator) => {
    check(type, type, (a, b) =>
      operation(operator, type, unary.has(operator) ? [a] : [a, operator === "copysign" ? withoutNaN(b) : b]),
    );
  });

  it.each(comparisons)("%s", (operator) => {
    check(type, "bool", (a, b) => operation(operator, "bool", [a, b]));
  });

  it("select", () => {
    check(type, type, (a, b) => s.select(s.lt(a, b), a, b));
  });

  it.each(["f32", "f64", "i32", "i64", "bool"] as const)("convert to %s", (target) => {
    check(type, target, (a) => s.convert(target, a));
  });

  it("operations on constants and on the same operand twice", () => {
    check(type, "bool", (a) => s.eq(a, s.constant(type, 1)));
    check(type, "bool", (a) => s.le(a, a));
  });
});

describe("bits", () => {
  it("f32 as i32 and back", () => {
    check("f32", "i32", (a) => s.bitcast("i32", withoutNaN(a)));
    check("f32", "f32", (a) =>
      s.bitcast("f32", s.xor(s.bitcast("i32", withoutNaN(a)), s.constant("i32", 1))),
    );
  });
  it("f64 as i64 and back", () => {
    check("f64", "i64", (a) => s.bitcast("i64", withoutNaN(a)));
    check("f64", "f64", (a) =>
      s.bitcast("f64", s.xor(s.bitcast("i64", withoutNaN(a)), s.constant("i64", 1))),
    );
  });
  it("shifts by a constant", () => {
    for (const type of ["i32", "i64"] as const)
      for (const count of [0, 5, 33])
        check(type, type, (a) =>
          s.xor(
            s.shiftLeft(a, s.constant(type, count)),
            s.xor(
              s.shiftRightSigned(a, s.constant(type, count)),
              s.shiftRightUnsigned(a, s.constant(type, count)),
            ),
          ),
        );
  });
});

describe("multiplyAdd", () => {
  it.each(["f32", "f64"] as const)("%s is rounded once or twice", (type) => {
    const i = loopIndex("i");
    const here = at([[i, 1]]);
    const dtype = dtypeOf[type];
    const uses = buffers(dtype, dtype, dtype);
    const [a, b, c] = uses;
    if (!a || !b || !c) throw new Error("no buffers");
    const n = 11;
    const x = arrayOf[type](Array.from({ length: n }, (_, k) => Math.sqrt(k + 1)));
    const y = arrayOf[type](Array.from({ length: n }, (_, k) => Math.sqrt(k + 2)));
    const z = arrayOf[type](Array.from({ length: n }, (_, k) => -Math.sqrt((k + 1) * (k + 2)) + k * 1e-6));
    const kernel = kernelOf(uses, [
      loop(i, n, [store(c, here, s.multiplyAdd(load(a, here), load(b, here), load(c, here)))], true),
    ]);
    expectAgreement(kernel, [x, y, z], { simd: false });
    expectAgreement(kernel, [x, y, z], { relaxed: false });
    // Two roundings of a product near 10 leave an error of 2^-20 at most (2^-49 in f64), beside the exact rest.
    const unit = type === "f32" ? 2 ** -20 : 2 ** -49;
    expectAgreement(kernel, [x, y, z], {}, { absolute: unit, relative: 0 });
  });

  it("of integers wraps", () => {
    check("i32", "i32", (a, b) => s.multiplyAdd(a, b, a));
  });
});

describe("tables and rare cases", () => {
  const table = [3, 1, 4, 1, 5, 9, 2, 6];

  it.each(["f32", "f64", "i32", "i64"] as const)("a table of %s", (type) => {
    check("i32", type, (a) => s.table(type, table, s.and(a, s.constant("i32", 7))));
    check("i64", type, (a) => s.table(type, table, s.and(a, s.constant("i64", 7))));
  });

  it.each(["f32", "f64", "i32", "i64"] as const)("a routine that few %s need", (type) => {
    const called = s.routine("twice", [type, type], (a, b) =>
      s.add(s.add(a, b), s.table(type, table, s.constant("i32", 4))),
    );
    check(type, type, (a, b) => s.rare(s.lt(a, b), called, [a, b], s.sub(a, b)));
    check(type, type, (a, b) => s.rare(s.ne(a, a), called, [a, b], b));
  });

  it("tables are in place at every run", () => {
    const i = loopIndex("i");
    const [x] = buffers("float32");
    if (!x) throw new Error("no buffer");
    const kernel = kernelOf(
      [x],
      [loop(i, 8, [store(x, at([[i, 1]]), s.table("f32", table, { kind: "index", type: "i32", loop: i }))])],
    );
    expect([...(runWasm(kernel, [new Float32Array(8)])[0] ?? [])]).toEqual(table);
  });
});
