/**
 * Evaluates scalar graphs in JavaScript, so that the elementary functions can be tested apart from any target:
 * each graph becomes a JavaScript function that rounds after every operation as IEEE arithmetic of its type does.
 */
import type { Routine, Scalar, ScalarType } from "../../../src/program/loop.ts";
import { parameter } from "../../../src/program/scalar.ts";

type Value = number | bigint | boolean;

/** How `multiplyAdd` rounds: the product and the sum, or the sum alone. */
export type Rounding = "twice" | "once";

const view = new DataView(new ArrayBuffer(8));

const reinterpret = {
  f32ToI32: (x: number) => (view.setFloat32(0, x), view.getInt32(0)),
  i32ToF32: (x: number) => (view.setInt32(0, x), view.getFloat32(0)),
  f64ToI64: (x: number) => (view.setFloat64(0, x), view.getBigInt64(0)),
  i64ToF64: (x: bigint) => (view.setBigInt64(0, x), view.getFloat64(0)),
};

const toInt32 = (x: number): number =>
  Number.isNaN(x) ? 0 : Math.trunc(Math.min(Math.max(x, -(2 ** 31)), 2 ** 31 - 1));

const toInt64 = (x: number): bigint => {
  if (Number.isNaN(x)) return 0n;
  if (x >= 2 ** 63) return 2n ** 63n - 1n;
  return x < -(2 ** 63) ? -(2n ** 63n) : BigInt(Math.trunc(x));
};

const nearest = (x: number): number => {
  const size = Math.abs(x);
  if (!(size < 2 ** 52)) return x;
  const rounded = size + 2 ** 52 - 2 ** 52;
  return x < 0 || Object.is(x, -0) ? -rounded : rounded;
};

/** a·b + c in float64 with (almost always) one rounding: exact product and sum as pairs, after Dekker. */
export const fusedMultiplyAdd = (a: number, b: number, c: number): number => {
  const product = a * b;
  const split = (x: number): [number, number] => {
    const large = x * (2 ** 27 + 1);
    const high = large - (large - x);
    return [high, x - high];
  };
  const [ah, al] = split(a);
  const [bh, bl] = split(b);
  const productError = al * bl - (product - ah * bh - al * bh - ah * bl);
  const sum = product + c;
  const back = sum - product;
  const sumError = product - (sum - back) + (c - back);
  const result = sum + (sumError + productError);
  return Number.isFinite(result) && Math.abs(product) > 2 ** -960 ? result : a * b + c;
};

const helpers = { ...reinterpret, toInt32, toInt64, nearest, fusedMultiplyAdd };

/** Turns graphs into statements; one instance for each function body. */
class Emitter {
  readonly lines: string[] = [];
  private readonly names = new Map<Scalar, string>();
  private readonly rounding: Rounding;
  private readonly routines: Map<Routine, string>;
  private readonly tables: unknown[];

  constructor(rounding: Rounding, routines: Map<Routine, string>, tables: unknown[]) {
    this.rounding = rounding;
    this.routines = routines;
    this.tables = tables;
  }

  emit(node: Scalar): string {
    const known = this.names.get(node);
    if (known !== undefined) return known;
    const expression = this.expression(node);
    const name = `v${this.names.size}`;
    this.names.set(node, name);
    this.lines.push(`const ${name} = ${expression};`);
    return name;
  }

  private expression(node: Scalar): string {
    switch (node.kind) {
      case "constant":
        if (node.type === "i64") return `${BigInt.asIntN(64, BigInt(node.value))}n`;
        if (node.type === "i32") return String(Number(node.value) | 0);
        if (node.type === "bool") return node.value ? "true" : "false";
        return literal(node.type === "f32" ? Math.fround(Number(node.value)) : Number(node.value));
      case "parameter":
        return `p${node.position}`;
      case "table": {
        this.tables.push(node.type === "f32" ? node.values.map((x) => Math.fround(Number(x))) : node.values);
        return `t[${this.tables.length - 1}][${this.emit(node.index)}]`;
      }
      case "rare": {
        let called = this.routines.get(node.routine);
        if (called === undefined) {
          called = `routine${this.routines.size}`;
          this.routines.set(node.routine, called);
        }
        const args = node.args.map((arg) => this.emit(arg));
        return `${this.emit(node.condition)} ? ${called}(${args.join(", ")}) : ${this.emit(node.common)}`;
      }
      case "operation":
        return this.operation(
          node,
          node.args.map((arg) => this.emit(arg)),
        );
      default:
        throw new Error(`a ${node.kind} cannot stand in a scalar function`);
    }
  }

  private operation(node: Extract<Scalar, { kind: "operation" }>, args: string[]): string {
    const { type } = node;
    const [a = "", b = "", c = ""] = args;
    const from = node.args[0]?.type ?? type;
    if (node.args.some((arg, i) => arg.type !== from && node.operator !== "select" && i > 0))
      throw new Error(`${node.operator} of ${node.args.map((arg) => arg.type).join(", ")}`);
    const wrap = (expression: string): string => {
      if (type === "f32") return `Math.fround(${expression})`;
      if (type === "i32") return `(${expression}) | 0`;
      return type === "i64" ? `BigInt.asIntN(64, ${expression})` : expression;
    };
    const infix = (sign: string): string => wrap(`${a} ${sign} ${b}`);
    const math = (name: string): string => wrap(`Math.${name}(${args.join(", ")})`);
    const shiftCount = type === "i64" ? `(${b} & 63n)` : b;
    switch (node.operator) {
      case "add":
        return infix("+");
      case "sub":
        return infix("-");
      case "mul":
        return type === "i32" ? `Math.imul(${a}, ${b})` : infix("*");
      case "div":
        return infix("/");
      case "neg":
        return wrap(`-${a}`);
      case "abs":
        return type === "i64" ? wrap(`${a} < 0n ? -${a} : ${a}`) : math("abs");
      case "min":
      case "max":
        return math(node.operator);
      case "sqrt":
      case "floor":
      case "ceil":
      case "trunc":
        return math(node.operator);
      case "nearest":
        return `h.nearest(${a})`;
      case "copysign":
        return `(${b} < 0 || Object.is(${b}, -0)) ? -Math.abs(${a}) : Math.abs(${a})`;
      case "multiplyAdd":
        if (this.rounding === "once")
          return type === "f32" ? `Math.fround(${a} * ${b} + ${c})` : `h.fusedMultiplyAdd(${a}, ${b}, ${c})`;
        return wrap(`${wrap(`${a} * ${b}`)} + ${c}`);
      case "and":
        return type === "bool" ? `${a} && ${b}` : wrap(`${a} & ${b}`);
      case "or":
        return type === "bool" ? `${a} || ${b}` : wrap(`${a} | ${b}`);
      case "xor":
        return type === "bool" ? `${a} !== ${b}` : wrap(`${a} ^ ${b}`);
      case "not":
        return type === "bool" ? `!${a}` : wrap(`~${a}`);
      case "shiftLeft":
        return wrap(`${a} << ${shiftCount}`);
      case "shiftRightSigned":
        return wrap(`${a} >> ${shiftCount}`);
      case "shiftRightUnsigned":
        return type === "i64" ? wrap(`BigInt.asUintN(64, ${a}) >> ${shiftCount}`) : wrap(`${a} >>> ${b}`);
      case "quotient":
        return type === "i64" ? `${b} === 0n ? 0n : ${wrap(`${a} / ${b}`)}` : wrap(`${a} / ${b}`);
      case "remainder":
        return type === "i64" ? `${b} === 0n ? 0n : ${a} % ${b}` : wrap(`${a} % ${b}`);
      case "eq":
        return `${a} === ${b}`;
      case "ne":
        return `${a} !== ${b}`;
      case "lt":
        return `${a} < ${b}`;
      case "le":
        return `${a} <= ${b}`;
      case "gt":
        return `${a} > ${b}`;
      case "ge":
        return `${a} >= ${b}`;
      case "select":
        return `${a} ? ${b} : ${c}`;
      case "convert":
        return conversion(from, type, a);
      case "bitcast": {
        if (from === type) return a;
        return `h.${from}To${type === "i32" ? "I32" : type === "i64" ? "I64" : type === "f32" ? "F32" : "F64"}(${a})`;
      }
    }
  }
}

const literal = (x: number): string => (Object.is(x, -0) ? "-0" : String(x));

const conversion = (from: ScalarType, to: ScalarType, a: string): string => {
  if (to === "bool") return from === "i64" ? `${a} !== 0n` : `${a} !== 0`;
  const number = from === "i64" || from === "bool" ? `Number(${a})` : a;
  if (to === "i64") return from === "f32" || from === "f64" ? `h.toInt64(${a})` : `BigInt(${number})`;
  if (to === "i32") {
    if (from === "i64") return `Number(BigInt.asIntN(32, ${a}))`;
    return from === "bool" ? number : `h.toInt32(${a})`;
  }
  return to === "f32" ? `Math.fround(${number})` : number;
};

/** Compiles a scalar function, given as its builder, to a JavaScript function of numbers of type `type`. */
export const compileScalar = (
  build: (...args: Scalar[]) => Scalar,
  type: "f32" | "f64",
  rounding: Rounding,
): ((...args: number[]) => number) => {
  const routines = new Map<Routine, string>();
  const tables: unknown[] = [];
  const define = (result: Scalar): string => {
    const emitter = new Emitter(rounding, routines, tables);
    const name = emitter.emit(result);
    return `${emitter.lines.join("\n")}\nreturn ${name};`;
  };
  const main = define(build(...Array.from({ length: build.length }, (_, i) => parameter(type, i))));
  const bodies: string[] = [];
  for (const [routine, name] of routines)
    bodies.push(
      `const ${name} = (${routine.parameters.map((_, i) => `p${i}`).join(", ")}) => {\n${define(routine.result)}\n};`,
    );
  const source = `${bodies.join("\n")}\nreturn (p0, p1) => {\n${main}\n};`;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- a compiler for tests: its input is our own graphs
  return (new Function("h", "t", source) as (h: typeof helpers, t: unknown[]) => (...args: Value[]) => Value)(
    helpers,
    tables,
  ) as (...args: number[]) => number;
};
