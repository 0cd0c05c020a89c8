/**
 * Loop code, interpreted one operation at a time: what every target's kernels must agree with. Each operation is
 * rounded to its type. Sums are taken in the order of the loops.
 */
import { allocate, type TypedArray } from "../../tensor/dtype.ts";
import type {
  Accumulator,
  BufferUse,
  Combine,
  Index,
  Kernel,
  LoopIndex,
  Scalar,
  ScalarOperator,
  ScalarType,
  Statement,
} from "../../program/loop.ts";
import { isFloat } from "../../program/scalar.ts";
import { scalarTypeOf } from "../../program/loop.ts";
import { ownBuffers } from "../../program/walk.ts";

/** A bool is 0 or 1, an i64 a bigint. */
type Value = number | bigint;

/** The values computed so far in an iteration of a body; those of the bodies around it are seen too. */
interface Frame {
  readonly parent: Frame | undefined;
  readonly values: Map<Scalar, Value>;
}

interface State {
  readonly arrays: readonly TypedArray[];
  readonly own: ReadonlyMap<BufferUse, TypedArray>;
  readonly indices: Map<LoopIndex, number>;
  readonly accumulators: Map<Accumulator, Value>;
  readonly parameters: readonly Value[];
}

const minimum = (a: Value, b: Value): Value => {
  if (typeof a === "number" && typeof b === "number") return Math.min(a, b);
  return a < b ? a : b;
};

const maximum = (a: Value, b: Value): Value => {
  if (typeof a === "number" && typeof b === "number") return Math.max(a, b);
  return a > b ? a : b;
};

/** Brings an exact or float64 result into the range of its type. */
const fit = (type: ScalarType, value: Value): Value => {
  switch (type) {
    case "f32":
      return Math.fround(Number(value));
    case "f64":
      return Number(value);
    case "i32":
      return Number(BigInt.asIntN(32, BigInt(value)));
    case "i64":
      return BigInt.asIntN(64, BigInt(value));
    case "bool":
      return Number(value) & 1;
  }
};

const nearest = (x: number): number => {
  // Beyond 2^52 every number is whole.
  if (!(Math.abs(x) < 2 ** 52)) return x;
  const shifted = Math.abs(x) + 2 ** 52 - 2 ** 52;
  return x < 0 || Object.is(x, -0) ? -shifted : shifted;
};

const scratch = new DataView(new ArrayBuffer(8));

const signBit = (x: number): boolean => x < 0 || Object.is(x, -0) || (Number.isNaN(x) && nanSign(x));

const nanSign = (x: number): boolean => {
  scratch.setFloat64(0, x);
  return scratch.getUint8(0) >= 0x80;
};

const onFloats: Partial<Record<ScalarOperator, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  neg: (a) => -a,
  abs: Math.abs,
  min: Math.min,
  max: Math.max,
  sqrt: Math.sqrt,
  floor: Math.floor,
  ceil: Math.ceil,
  trunc: Math.trunc,
  nearest,
  copysign: (a, b) => (signBit(b) ? -Math.abs(a) : Math.abs(a)),
};

const onIntegers: Partial<Record<ScalarOperator, (a: bigint, b: bigint, width: bigint) => bigint>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  neg: (a) => -a,
  abs: (a) => (a < 0n ? -a : a),
  min: (a, b) => (a < b ? a : b),
  max: (a, b) => (a > b ? a : b),
  quotient: (a, b) => (b === 0n ? 0n : a / b),
  remainder: (a, b) => (b === 0n ? 0n : a % b),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  not: (a) => ~a,
  shiftLeft: (a, b, width) => a << (b & (width - 1n)),
  shiftRightSigned: (a, b, width) => a >> (b & (width - 1n)),
  shiftRightUnsigned: (a, b, width) => BigInt.asUintN(Number(width), a) >> (b & (width - 1n)),
};

const onBools: Partial<Record<ScalarOperator, (a: number, b: number) => number>> = {
  and: (a, b) => a & b,
  mul: (a, b) => a & b,
  min: (a, b) => a & b,
  or: (a, b) => a | b,
  add: (a, b) => a | b,
  max: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  not: (a) => 1 - a,
};

const comparisons: Partial<Record<ScalarOperator, (a: Value, b: Value) => boolean>> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
};

const convert = (from: ScalarType, to: ScalarType, value: Value): Value => {
  if (to === "bool") return Number(Number(value) !== 0);
  if (!isFloat(from)) {
    // straight from 64 bits to float32, without a stop at float64
    if (to === "f32" && typeof value === "bigint") return roundToSingle(value);
    return fit(to, value);
  }
  if (isFloat(to)) return fit(to, value);
  const x = Number(value);
  if (Number.isNaN(x)) return to === "i64" ? 0n : 0;
  const width = to === "i64" ? 63n : 31n;
  const highest = (1n << width) - 1n;
  const lowest = -(1n << width);
  const whole = x === Infinity ? highest : x === -Infinity ? lowest : BigInt(Math.trunc(x));
  return fit(to, maximum(lowest, minimum(highest, whole)));
};

/** The float32 nearest to an integer, ties to even. */
const roundToSingle = (value: bigint): number => {
  const size = value < 0n ? -value : value;
  const drop = BigInt(Math.max(0, size.toString(2).length - 24));
  const half = drop > 0n ? 1n << (drop - 1n) : 0n;
  const low = size & ((1n << drop) - 1n);
  let kept = size >> drop;
  if (drop > 0n && (low > half || (low === half && (kept & 1n) === 1n))) kept += 1n;
  const rounded = Number(kept << drop);
  return value < 0n ? -rounded : rounded;
};

const bitcast = (from: ScalarType, to: ScalarType, value: Value): Value => {
  if (from === "f32") scratch.setFloat32(0, Number(value));
  else if (from === "f64") scratch.setFloat64(0, Number(value));
  else if (from === "i64") scratch.setBigInt64(0, BigInt(value));
  else scratch.setInt32(0, Number(value));
  if (to === "f32") return scratch.getFloat32(0);
  if (to === "f64") return scratch.getFloat64(0);
  return to === "i64" ? scratch.getBigInt64(0) : scratch.getInt32(0);
};

/** One operation on values of the given types. */
export const applyOperator = (
  operator: ScalarOperator,
  type: ScalarType,
  argTypes: readonly ScalarType[],
  args: readonly Value[],
): Value => {
  const [a = 0, b = 0, c = 0] = args;
  const argType = argTypes[0] ?? type;
  const compare = comparisons[operator];
  if (compare) return Number(compare(a, b));
  if (operator === "select") return a === 0 ? c : b;
  if (operator === "convert") return convert(argType, type, a);
  if (operator === "bitcast") return bitcast(argType, type, a);
  if (operator === "multiplyAdd") {
    const product = applyOperator("mul", type, [type, type], [a, b]);
    return applyOperator("add", type, [type, type], [product, c]);
  }
  if (type === "bool") {
    const apply = onBools[operator];
    if (apply) return apply(Number(a), Number(b));
  } else if (isFloat(type)) {
    const apply = onFloats[operator];
    if (apply) return fit(type, apply(Number(a), Number(b)));
  } else {
    const apply = onIntegers[operator];
    if (apply) return fit(type, apply(BigInt(a), BigInt(b), type === "i64" ? 64n : 32n));
  }
  throw new Error(`internal: loop code has no ${operator} on ${type}`);
};

const find = (frame: Frame, node: Scalar): Value | undefined => {
  for (let scope: Frame | undefined = frame; scope; scope = scope.parent) {
    const value = scope.values.get(node);
    if (value !== undefined) return value;
  }
  return undefined;
};

const position = (state: State, frame: Frame, at: Index): number => {
  let result = at.offset;
  for (const { loop, stride } of at.terms) result += stride * indexValue(state, loop);
  return at.dynamic ? result + Number(evaluate(state, frame, at.dynamic)) : result;
};

const indexValue = (state: State, loop: LoopIndex): number => {
  const value = state.indices.get(loop);
  if (value === undefined) throw new Error(`internal: index ${loop.name} is used outside its loop`);
  return value;
};

const arrayOf = ({ arrays, own }: State, buffer: BufferUse): TypedArray | undefined =>
  own.get(buffer) ?? arrays[buffer.position];

const read = (state: State, frame: Frame, buffer: BufferUse, at: Index): number => {
  const place = position(state, frame, at);
  const value = arrayOf(state, buffer)?.[place];
  if (value === undefined)
    throw new Error(`internal: ${buffer.name} is read at ${String(place)}, out of range`);
  return value;
};

const compute = (state: State, frame: Frame, node: Scalar): Value => {
  switch (node.kind) {
    case "constant":
      return node.type === "bool" ? Number(Number(node.value) !== 0) : fit(node.type, node.value);
    case "index":
      return indexValue(state, node.loop);
    case "load":
      return read(state, frame, node.buffer, node.at);
    case "accumulator": {
      const value = state.accumulators.get(node.accumulator);
      if (value === undefined)
        throw new Error(`internal: accumulator ${node.accumulator.name} is read where it has no value`);
      return value;
    }
    case "operation": {
      const args = node.args.map((arg) => evaluate(state, frame, arg));
      return applyOperator(
        node.operator,
        node.type,
        node.args.map((arg) => arg.type),
        args,
      );
    }
    case "table": {
      const value = node.values[Number(evaluate(state, frame, node.index))];
      if (value === undefined) throw new Error("internal: a table is read out of range");
      return fit(node.type, value);
    }
    case "parameter":
      return state.parameters[node.position] ?? 0;
    case "rare": {
      const common = evaluate(state, frame, node.common);
      const args = node.args.map((arg) => evaluate(state, frame, arg));
      if (evaluate(state, frame, node.condition) === 0) return common;
      const inside: State = { ...state, parameters: args };
      return evaluate(inside, { parent: undefined, values: new Map() }, node.routine.result);
    }
  }
};

/** A node's value: computed where an iteration first needs it, and kept until that iteration ends. */
const evaluate = (state: State, frame: Frame, node: Scalar): Value => {
  // An accumulator, alone, has its value of the moment.
  if (node.kind === "accumulator") return compute(state, frame, node);
  const known = find(frame, node);
  if (known !== undefined) return known;
  const value = compute(state, frame, node);
  frame.values.set(node, value);
  return value;
};

const combined = (combine: Combine, type: ScalarType, a: Value, b: Value): Value =>
  applyOperator(combine, type, [type, type], [a, b]);

const repeat = (
  state: State,
  frame: Frame,
  index: LoopIndex,
  extent: number,
  iteration: (inner: Frame) => void,
): void => {
  for (let i = 0; i < extent; i++) {
    state.indices.set(index, i);
    iteration({ parent: frame, values: new Map() });
  }
  state.indices.delete(index);
};

const execute = (state: State, frame: Frame, statement: Statement): void => {
  switch (statement.kind) {
    case "loop":
      repeat(state, frame, statement.index, statement.extent, (inner) => {
        for (const step of statement.body) execute(state, inner, step);
      });
      return;
    case "store": {
      const array = arrayOf(state, statement.buffer);
      const place = position(state, frame, statement.at);
      if (array === undefined || place < 0 || place >= array.length)
        throw new Error(`internal: ${statement.buffer.name} is written at ${String(place)}, out of range`);
      array[place] = Number(evaluate(state, frame, statement.value));
      return;
    }
    case "declare":
      state.accumulators.set(statement.accumulator, evaluate(state, frame, statement.initial));
      return;
    case "assign":
      state.accumulators.set(statement.accumulator, evaluate(state, frame, statement.value));
      return;
    case "accumulate": {
      const { accumulator, combine, value } = statement;
      const before = state.accumulators.get(accumulator) ?? 0;
      state.accumulators.set(
        accumulator,
        combined(combine, accumulator.type, before, evaluate(state, frame, value)),
      );
      return;
    }
    case "contract": {
      const { row, rows, column, columns, inner, depth, left, right, sum, body } = statement;
      const from = (side: typeof left, frame: Frame): Value =>
        convert(scalarTypeOf[side.buffer.dtype], sum.type, read(state, frame, side.buffer, side.at));
      repeat(state, frame, row, rows, (outer) => {
        repeat(state, outer, column, columns, (cell) => {
          let total = fit(sum.type, 0);
          repeat(state, cell, inner, depth, (step) => {
            const product = combined("mul", sum.type, from(left, step), from(right, step));
            total = combined("add", sum.type, total, product);
          });
          state.accumulators.set(sum, total);
          for (const step of body) execute(state, cell, step);
        });
      });
    }
  }
};

/** Runs a kernel on one array for each of its buffers; the same array may stand for several. */
export const runKernel = (
  kernel: Kernel,
  arrays: readonly TypedArray[],
  outer: readonly number[] = [],
): void => {
  const indices = new Map(kernel.outer?.map((index, i) => [index, outer[i] ?? 0]));
  const own = new Map(ownBuffers(kernel.body).map((buffer) => [buffer, allocate(buffer.dtype, buffer.own!)]));
  const state: State = { arrays, own, indices, accumulators: new Map(), parameters: [] };
  const frame: Frame = { parent: undefined, values: new Map() };
  for (const statement of kernel.body) execute(state, frame, statement);
};
