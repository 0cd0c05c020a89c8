/** Code of one function: instructions as bytes, and the function's locals. */
import { opcodes, type OpcodeName } from "./opcodes.ts";

export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128";

export const valueTypeCodes: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};

/** The number of a local variable of a function. */
export type Local = number;

/** Appends an unsigned number below 2^53 in LEB128. */
export const pushUnsigned = (bytes: number[], value: number): void => {
  while (value > 0x7f) {
    bytes.push((value % 128) | 0x80);
    value = Math.floor(value / 128);
  }
  bytes.push(value);
};

/** Appends a signed 32-bit number in LEB128; values up to 2^32 − 1 are taken modulo 2^32. */
const pushSigned = (bytes: number[], value: number): void => {
  let rest = value | 0;
  while (rest < -64 || rest > 63) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  bytes.push(rest & 0x7f);
};

const pushSignedLong = (bytes: number[], value: bigint): void => {
  let rest = BigInt.asIntN(64, value);
  while (rest < -64n || rest > 63n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest & 0x7fn));
};

const floatBytes = new DataView(new ArrayBuffer(8));

const pushFloat = (bytes: number[], type: "f32" | "f64", value: number): void => {
  if (type === "f32") floatBytes.setFloat32(0, value, true);
  else floatBytes.setFloat64(0, value, true);
  for (let i = 0; i < (type === "f32" ? 4 : 8); i++) bytes.push(floatBytes.getUint8(i));
};

const emptyBlock = 0x40;

/** A run of instructions; the methods append one each and may be chained. */
export class Code {
  readonly bytes: number[] = [];

  op(name: OpcodeName): this {
    const opcode = opcodes[name];
    if (opcode > 0xff) {
      this.bytes.push(opcode >> 16);
      pushUnsigned(this.bytes, opcode & 0xffff);
    } else this.bytes.push(opcode);
    return this;
  }

  i32(value: number): this {
    this.op("i32.const");
    pushSigned(this.bytes, value);
    return this;
  }

  i64(value: bigint): this {
    this.op("i64.const");
    pushSignedLong(this.bytes, value);
    return this;
  }

  float(type: "f32" | "f64", value: number): this {
    this.op(`${type}.const`);
    pushFloat(this.bytes, type, value);
    return this;
  }

  v128(content: ArrayLike<number>): this {
    this.op("v128.const");
    for (let i = 0; i < 16; i++) this.bytes.push(content[i] ?? 0);
    return this;
  }

  /** Picks 16 bytes out of the 32 of the two topmost vectors. */
  shuffle(picks: ArrayLike<number>): this {
    this.op("i8x16.shuffle");
    for (let i = 0; i < 16; i++) this.bytes.push(picks[i] ?? 0);
    return this;
  }

  get(local: Local): this {
    return this.op("local.get").#number(local);
  }

  set(local: Local): this {
    return this.op("local.set").#number(local);
  }

  tee(local: Local): this {
    return this.op("local.tee").#number(local);
  }

  /** A load or store at the address on the stack plus `offset` bytes; `lane` for those of a single lane. */
  memory(name: OpcodeName, offset: number, lane?: number): this {
    // The alignment is a hint that engines ignore: 0 promises nothing.
    this.op(name).bytes.push(0);
    pushUnsigned(this.bytes, offset);
    if (lane !== undefined) this.bytes.push(lane);
    return this;
  }

  /** An instruction that names a lane: extract_lane, replace_lane. */
  lane(name: OpcodeName, lane: number): this {
    this.op(name).bytes.push(lane);
    return this;
  }

  /** Opens a structure; `result` is what an `if` leaves on the stack. */
  open(name: "loop" | "block" | "if", result?: ValueType): this {
    this.op(name).bytes.push(result === undefined ? emptyBlock : valueTypeCodes[result]);
    return this;
  }

  branchIf(depth: number): this {
    return this.op("br_if").#number(depth);
  }

  call(index: number): this {
    return this.op("call").#number(index);
  }

  /** Fills memory from a passive data segment: address, 0 and length are on the stack. */
  memoryInit(segment: number): this {
    this.op("memory.init").#number(segment).bytes.push(0);
    return this;
  }

  append(other: Code): this {
    for (const byte of other.bytes) this.bytes.push(byte);
    return this;
  }

  #number(value: number): this {
    pushUnsigned(this.bytes, value);
    return this;
  }
}

/** A function under construction. */
export class FunctionBuilder {
  readonly code = new Code();
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
  readonly locals: ValueType[] = [];
  readonly #free: Record<ValueType, Local[]> = { i32: [], i64: [], f32: [], f64: [], v128: [] };

  constructor(parameters: readonly ValueType[] = [], results: readonly ValueType[] = []) {
    this.parameters = parameters;
    this.results = results;
  }

  /** A new local, zero at the start. */
  local(type: ValueType): Local {
    this.locals.push(type);
    return this.parameters.length + this.locals.length - 1;
  }

  /** Lends a local for a few instructions in a row. */
  borrow<Result>(type: ValueType, use: (local: Local) => Result): Result {
    const local = this.#free[type].pop() ?? this.local(type);
    const result = use(local);
    this.#free[type].push(local);
    return result;
  }

  /** The function's entry in the code section, without its length. */
  encode(): number[] {
    const runs: [number, ValueType][] = [];
    for (const type of this.locals) {
      const last = runs.at(-1);
      if (last?.[1] === type) last[0]++;
      else runs.push([1, type]);
    }
    const bytes: number[] = [];
    pushUnsigned(bytes, runs.length);
    for (const [count, type] of runs) {
      pushUnsigned(bytes, count);
      bytes.push(valueTypeCodes[type]);
    }
    for (const byte of this.code.bytes) bytes.push(byte);
    bytes.push(opcodes.end);
    return bytes;
  }
}
