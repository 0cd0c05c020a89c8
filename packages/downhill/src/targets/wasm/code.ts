/** Code of one function: instructions, and the function's locals. */
import { ByteWriter } from "./bytes.ts";
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

/** The numbers of the module's globals, all of them imported. */
export const globals = { arena: 0, scratch: 1 } as const;

const emptyBlock = 0x40;

/** Names of instructions are often put together, and looked up thousands of times for a module. */
const opcodeOf: ReadonlyMap<string, number> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ Object.entries(opcodes),
);

/** A run of instructions; the methods append one each and may be chained. */
export class Code {
  readonly bytes = new ByteWriter();

  op(name: OpcodeName): this {
    const opcode = opcodeOf.get(name)!;
    if (opcode > 0xff) this.bytes.byte(opcode >> 16).unsigned(opcode & 0xffff);
    else this.bytes.byte(opcode);
    return this;
  }

  i32(value: number): this {
    this.op("i32.const").bytes.signed(value);
    return this;
  }

  i64(value: bigint): this {
    this.op("i64.const").bytes.signedLong(value);
    return this;
  }

  float(type: "f32" | "f64", value: number): this {
    this.op(`${type}.const`).bytes.float(type, value);
    return this;
  }

  /** A constant vector of 16 bytes; those that `content` lacks are 0. */
  v128(content: ArrayLike<number>): this {
    this.op("v128.const");
    for (let i = 0; i < 16; i++) this.bytes.byte(content[i] ?? 0);
    return this;
  }

  /** Picks 16 bytes out of the 32 of the two topmost vectors. */
  shuffle(picks: ArrayLike<number>): this {
    this.op("i8x16.shuffle");
    for (let i = 0; i < 16; i++) this.bytes.byte(picks[i] ?? 0);
    return this;
  }

  get(local: Local): this {
    this.bytes.pair(opcodes["local.get"], local);
    return this;
  }

  set(local: Local): this {
    this.bytes.pair(opcodes["local.set"], local);
    return this;
  }

  tee(local: Local): this {
    this.bytes.pair(opcodes["local.tee"], local);
    return this;
  }

  /** Where the module's arena begins. */
  arena(): this {
    this.bytes.pair(opcodes["global.get"], globals.arena);
    return this;
  }

  /** Where the thread's scratch memory begins. */
  scratch(): this {
    this.bytes.pair(opcodes["global.get"], globals.scratch);
    return this;
  }

  /** An atomic access to 32 bits at the address on the stack plus `offset` bytes. */
  atomic(name: OpcodeName, offset: number): this {
    // Unlike that of other accesses the alignment must be stated: 2² bytes.
    this.op(name).bytes.byte(2).unsigned(offset);
    return this;
  }

  /** A load or store at the address on the stack plus `offset` bytes; `lane` for those of a single lane. */
  memory(name: OpcodeName, offset: number, lane?: number): this {
    // The alignment is a hint that engines ignore: 0 promises nothing.
    const bytes = this.op(name).bytes.byte(0).unsigned(offset);
    if (lane !== undefined) bytes.byte(lane);
    return this;
  }

  /** An instruction that names a lane: extract_lane, replace_lane. */
  lane(name: OpcodeName, lane: number): this {
    this.op(name).bytes.byte(lane);
    return this;
  }

  /** Opens a structure; `result` is what an `if` leaves on the stack. */
  open(name: "loop" | "block" | "if", result?: ValueType): this {
    this.op(name).bytes.byte(result === undefined ? emptyBlock : valueTypeCodes[result]);
    return this;
  }

  branchIf(depth: number): this {
    this.op("br_if").bytes.unsigned(depth);
    return this;
  }

  call(index: number): this {
    this.op("call").bytes.unsigned(index);
    return this;
  }

  /** Fills memory from a passive data segment: address, 0 and length are on the stack. */
  memoryInit(segment: number): this {
    this.op("memory.init").bytes.unsigned(segment).byte(0);
    return this;
  }

  /** Appends code that is complete. */
  append(other: Code): this {
    this.bytes.append(other.bytes);
    return this;
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
    bytes.unsigned(head.length + this.code.bytes.length + 1);
    bytes.append(head).append(this.code.bytes).byte(opcodes.end);
  }
}
