/** From the kernels of a program to the bytes of a WebAssembly module. */
import { hasParallel, placedKernels, type PlacedKernel, type PlacedStep } from "../../compiler/schedule.ts";
import type { Kernel, LoopIndex, Routine, ScalarType } from "../../program/loop.ts";
import { type Cause, factsOf } from "../shared/facts.ts";
import { ModuleBuilder } from "./binary.ts";
import { FunctionBuilder } from "./code.ts";
import type { ModuleContext, WasmOptions } from "./context.ts";
import { emitStretches } from "./loops.ts";
import { barrierFunction, runFunction, runThreadFunction } from "./run-functions.ts";
import { type Emitter, openScope, type Scope } from "./scope.ts";
import { emitStatements } from "./statements.ts";
import { tableBytes, valueTypeOf } from "./types.ts";
import { pushValue } from "./values.ts";

export interface EmittedModule {
  readonly bytes: Uint8Array;
  /** Bytes that the module uses from the end of the buffers on, for tables. */
  readonly tableBytes: number;
  /** Bytes of scratch memory that each thread needs. */
  readonly scratchBytes: number;
  /** Whether anything is divided among threads, who must share its memory then; `runThread` is exported. */
  readonly isParallel: boolean;
}

const alignment = 64;
const align = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;

type Values = readonly (number | bigint)[];

const encodeTable = (values: Values, type: ScalarType): Uint8Array => {
  switch (type) {
    case "f32":
      return new Uint8Array(Float32Array.from(values, Number).buffer);
    case "f64":
      return new Uint8Array(Float64Array.from(values, Number).buffer);
    case "i64":
      return new Uint8Array(BigInt64Array.from(values, (value) => BigInt.asIntN(64, BigInt(value))).buffer);
    case "i32":
    case "bool":
      return new Uint8Array(Int32Array.from(values, Number).buffer);
  }
};

/** Constant tables, each of which has its place from `address` on from its first use on. */
class Tables {
  readonly #address: number;
  readonly #places = new Map<Values, Map<ScalarType, number>>();
  readonly #contents: { readonly offset: number; readonly bytes: Uint8Array }[] = [];
  #size = 0;

  constructor(address: number) {
    this.#address = address;
  }

  addressOf(values: Values, type: ScalarType): number {
    const byType = this.#places.get(values) ?? new Map<ScalarType, number>();
    this.#places.set(values, byType);
    let offset = byType.get(type);
    if (offset === undefined) {
      offset = this.#size;
      byType.set(type, offset);
      this.#contents.push({ offset, bytes: encodeTable(values, type) });
      this.#size = align(offset + values.length * tableBytes[type]);
    }
    return this.#address + offset;
  }

  /** All of them, one behind the other. */
  joined(): Uint8Array {
    const joined = new Uint8Array(this.#size);
    for (const { offset, bytes } of this.#contents) joined.set(bytes, offset);
    return joined;
  }
}

const kernelFunction = (context: ModuleContext, { kernel, addresses }: PlacedKernel): FunctionBuilder => {
  const outer = kernel.outer ?? [];
  const fn = new FunctionBuilder(outer.map(() => "i32"));
  const facts = factsOf(kernel, (buffer) => {
    const address = addresses[buffer.position];
    if (address === undefined) throw new Error(`internal: ${buffer.name} has no address`);
    return address;
  });
  const { ownBytes } = facts;
  const scratch = (bytes: number): number => ownBytes + context.scratch(ownBytes + bytes);
  scratch(0);
  const e: Emitter = {
    context: ownBytes > 0 ? { ...context, scratch } : context,
    fn,
    facts,
    accumulators: new Map(),
    partials: new Map(),
    plans: new Map(),
    lanes: undefined,
    emit: emitStatements,
  };
  const changes = new Set<Cause>([...outer, ...kernel.body.flatMap((step) => [...e.facts.changes(step)])]);
  /** An index from outside is that of a loop which runs once, from the index's value on. */
  const emitWithin = (at: Scope, depth: number): void => {
    const index = outer[depth];
    if (index === undefined) emitStatements(e, at, kernel.body);
    else
      emitStretches(e, at, [{ index, from: depth }], changes, [
        { trips: 1, step: 1, body: (scope) => emitWithin(scope, depth + 1) },
      ]);
  };
  emitWithin(openScope(undefined, fn.code), 0);
  return fn;
};

const routineFunction = (context: ModuleContext, routine: Routine): FunctionBuilder => {
  const fn = new FunctionBuilder(
    routine.parameters.map((type) => valueTypeOf[type]),
    [valueTypeOf[routine.result.type]],
  );
  // A routine is a kernel that leaves one value.
  const body: Kernel["body"] = [
    { kind: "declare", accumulator: { name: "", type: routine.result.type }, initial: routine.result },
  ];
  const noBuffers = (): never => {
    throw new Error(`internal: routine ${routine.name} uses a buffer`);
  };
  const e: Emitter = {
    context,
    fn,
    facts: factsOf({ name: routine.name, buffers: [], access: [], body }, noBuffers),
    accumulators: new Map(),
    partials: new Map(),
    plans: new Map(),
    lanes: undefined,
    emit: noBuffers,
  };
  pushValue(e, openScope(undefined, fn.code), routine.result);
  return fn;
};

/**
 * A module that exports `run()`, which runs the steps in order, and `prepare()`, to be called before on a new arena. If
 * steps are divided among threads it also exports `runThread` (see run-functions.ts). `end` is the offset in the arena,
 * a multiple of 64, from which on the module may use `tableBytes`.
 */
export const emitModule = (
  steps: readonly PlacedStep[],
  end: number,
  options: WasmOptions = {},
): EmittedModule => {
  const { threads = 1 } = options;
  const kernels = placedKernels(steps);
  const isParallel = threads > 1 && hasParallel(steps);
  const module = new ModuleBuilder(isParallel);
  const tables = new Tables(end);
  let scratchBytes = 0;
  const numbers = new Map<LoopIndex, number>();
  const context: ModuleContext = {
    module,
    options: {
      ...options,
      simd: options.simd ?? true,
      relaxed: options.relaxed ?? false,
      manySums: options.manySums ?? false,
    },
    routine: (routine) => module.shared(routine, () => routineFunction(context, routine)),
    table: (values, type) => tables.addressOf(values, type),
    scratch: (bytes) => {
      scratchBytes = Math.max(scratchBytes, align(bytes));
      return 0;
    },
    numberOf: (index) => {
      const number = numbers.get(index) ?? numbers.size;
      numbers.set(index, number);
      return number;
    },
  };

  const functions = new Map(
    kernels.map((placed, i) => {
      const number = module.add(kernelFunction(context, placed));
      if (context.options.exportKernels) module.export(`kernel${String(i)}`, number);
      return [placed, number];
    }),
  );
  module.export("run", module.add(runFunction(steps, functions)));
  if (isParallel) {
    const barrier = module.add(barrierFunction());
    module.export("runThread", module.add(runThreadFunction(steps, functions, threads, barrier)));
  }
  const prepare = new FunctionBuilder();
  const joined = tables.joined();
  if (joined.length > 0)
    prepare.code.arena().i32(end).op("i32.add").i32(0).i32(joined.length).memoryInit(module.segment(joined));
  module.export("prepare", module.add(prepare));
  return { bytes: module.encode(), tableBytes: joined.length, scratchBytes, isParallel };
};
