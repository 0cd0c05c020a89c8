/** Code of one function: instructions, and the function's locals. */
import { ByteWriter } from "./bytes.ts";
import { opcodeOf, type OpcodeName } from "./opcodes.ts";

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

/** The numbers of the module's globals, all of them imported. */
export const globals = { arena: 0, scratch: 1 } as const;

const emptyBlock = 0x40;

const zeros: readonly number[] = /* @__PURE__ */ Array<number>(16).fill(0);

/** What most instructions are is written without looking up its name. */
const opcodes = {
  end: 0x0b,
  br: 0x0c,
  br_if: 0x0d,
  call: 0x10,
  "local.get": 0x20,
  "local.set": 0x21,
  "local.tee": 0x22,
  "global.get": 0x23,
  "i32.const": 0x41,
  "i64.const": 0x42,
  "f32.const": 0x43,
  "f64.const": 0x44,
} as const;

/** A run of instructions; the methods append one each and may be chained. */
export class Code extends ByteWriter {
  op(name: OpcodeName): this {
    const opcode = opcodeOf(name);
    if (opcode <= 0xff) this.last.push(opcode);
    else this.pair(opcode >> 16, opcode & 0xffff);
    return this;
  }

  i32(value: number): this {
    return this.byte(opcodes["i32.const"]).signed(value);
  }

  i64(value: bigint): this {
    return this.byte(opcodes["i64.const"]).signedLong(value);
  }

  constant(type: "f32" | "f64", value: number): this {
    return this.byte(opcodes[`${type}.const`]).float(type, value);
  }

  /** A constant vector of 16 bytes. */
  v128(content: Iterable<number> = zeros): this {
    return this.op("v128.const").write(content);
  }

  /** Picks 16 bytes out of the 32 of the two topmost vectors. */
  shuffle(picks: Iterable<number>): this {
    return this.op("i8x16.shuffle").write(picks);
  }

  get(local: Local): this {
    return this.pair(opcodes["local.get"], local);
  }

  set(local: Local): this {
    return this.pair(opcodes["local.set"], local);
  }

  tee(local: Local): this {
    return this.pair(opcodes["local.tee"], local);
  }

  /** Where the module's arena begins. */
  arena(): this {
    return this.pair(opcodes["global.get"], globals.arena);
  }

  /** Where the thread's scratch memory begins. */
  scratch(): this {
    return this.pair(opcodes["global.get"], globals.scratch);
  }

  /** An atomic access to 32 bits at the address on the stack plus `offset` bytes. */
  atomic(name: OpcodeName, offset: number): this {
    // Unlike that of other accesses the alignment must be stated: 2² bytes.
    return this.op(name).pair(2, offset);
  }

  /** A load or store at the address on the stack plus `offset` bytes; `lane` for those of a single lane. */
  memory(name: OpcodeName, offset: number, lane?: number): this {
    // The alignment is a hint that engines ignore: 0 promises nothing.
    this.op(name).pair(0, offset);
    if (lane !== undefined) this.last.push(lane);
    return this;
  }

  /** An instruction that names a lane: extract_lane, replace_lane. */
  lane(name: OpcodeName, lane: number): this {
    return this.op(name).byte(lane);
  }

  /** Opens a structure; `result` is what an `if` leaves on the stack. */
  open(name: "loop" | "block" | "if", result?: ValueType): this {
    return this.op(name).byte(result === undefined ? emptyBlock : valueTypeCodes[result]);
  }

  branch(depth: number): this {
    return this.pair(opcodes.br, depth);
  }

  branchIf(depth: number): this {
    return this.pair(opcodes.br_if, depth);
  }

  call(index: number): this {
    return this.pair(opcodes.call, index);
  }

  /** Fills memory from a passive data segment: address, 0 and length are on the stack. */
  memoryInit(segment: number): this {
    return this.op("memory.init").unsigned(segment).byte(0);
  }
}

/** A function under construction. */
export class FunctionBuilder {
  readonly code = new Code();
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
  readonly #locals: ValueType[] = [];
  readonly #free: Record<ValueType, Local[]> = { i32: [], i64: [], f32: [], f64: [], v128: [] };

  constructor(parameters: readonly ValueType[] = [], results: readonly ValueType[] = []) {
    this.parameters = parameters;
    this.results = results;
  }

  /** A new local, zero at the start. */
  local(type: ValueType): Local {
    this.#locals.push(type);
    return this.parameters.length + this.#locals.length - 1;
  }

  /** Lends a local for a few instructions in a row. */
  borrow<Result>(type: ValueType, use: (local: Local) => Result): Result {
    const local = this.#free[type].pop() ?? this.local(type);
    const result = use(local);
    this.#free[type].push(local);
    return result;
  }

  /** The function's entry in the code section, after its length. */
  encodeInto(bytes: ByteWriter): void {
    const runs: [number, ValueType][] = [];
    for (const type of this.#locals) {
      const last = runs.at(-1);
      if (last?.[1] === type) last[0]++;
      else runs.push([1, type]);
    }
    const head = new ByteWriter().unsigned(runs.length);
    for (const [count, type] of runs) head.unsigned(count).byte(valueTypeCodes[type]);
    bytes.unsigned(head.length + this.code.length + 1);
    bytes.append(head).append(this.code).byte(opcodes.end);
  }
}
