/** Programs on the wasm target. */
import { compileProgram } from "../../compiler/compile.ts";
import { dotAxes } from "../../primitives/dot.ts";
import type { Params, Primitive } from "../../program/primitive.ts";
import { type Program, variableLike } from "../../program/program.ts";
import { type CompiledProgram, type Executor, interpreter } from "../../program/trace.ts";
import { allocate, bytesPerElement, type TypedArray } from "../../tensor/dtype.ts";
import { sameShape, sizeOf } from "../../tensor/shape.ts";
import { ConcreteTensor, type TensorType } from "../../tensor/tensor.ts";
import {
  type LateReader,
  LateResult,
  leastLateBytes,
  mayWait,
  newRun,
  type Run,
} from "../shared/late-results.ts";
import { threadCount } from "../shared/thread-count.ts";
import type { WasmOptions } from "./context.ts";
import { copyIn } from "./copy-in.ts";
import { copyView } from "./copy-view.ts";
import { instantiate, type Slot, type WasmProgram } from "./instance.ts";
import { sayIfThreadsAreMissed } from "./isolation.ts";
import { unlessForbidden } from "./permission.ts";
import { makeProgramCache } from "./program-cache.ts";

/** Nothing that is known: no tensor has this serial number. */
const unknown = 0;

/**
 * Compiles a program for repeated runs. An input is copied in unless it is what lies in its place from the last run: the
 * same tensor, or the result that took that place. Small results are copied out at once, large ones when they are read.
 */
export const compileForWasm = (program: Program, options: WasmOptions = {}): CompiledProgram => {
  const {
    steps,
    arenaBytes,
    inputs: addresses,
    results,
  } = compileProgram(program, options.threads ?? threadCount());
  sayIfThreadsAreMissed(steps);
  const instance = steps.length > 0 ? instantiate(steps, arenaBytes, options) : undefined;
  const used = addresses.flatMap((address, position) => (address === undefined ? [] : [position]));
  const slot = ({ shape, dtype }: TensorType, address: number): Slot => ({
    dtype,
    address,
    length: sizeOf(shape),
  });
  const inputSlots = used.map((position) => slot(program.inputs[position]!, addresses[position]!));
  /** For each of the used inputs the result that is written over it, if any. */
  const replacements = inputSlots.map(({ address }) =>
    results.findIndex((result) => result.kind === "memory" && result.address === address),
  );
  const lateBytes = results.map(({ kind, shape, dtype }) => {
    const bytes = kind === "memory" ? sizeOf(shape) * bytesPerElement(dtype) : 0;
    return bytes >= leastLateBytes ? bytes : 0;
  });
  const allLateBytes = lateBytes.reduce((sum, bytes) => sum + bytes, 0);
  /** Whether results may wait until they are read: not if some had to be computed again. */
  let isPatient = allLateBytes > 0;
  /** Serial numbers of the tensors whose values lie in the inputs' places. */
  const residents = used.map(() => unknown);
  /** The number of the run whose results are in memory, if some of them wait there. */
  let latest: number | undefined;
  let buffer: ArrayBufferLike | undefined;
  let inputViews: readonly TypedArray[] = [];
  let resultViews: readonly (TypedArray | undefined)[] = [];
  /** Makes memory accessible. */
  const enter = (program: WasmProgram): void => {
    if (!program.enter()) {
      residents.fill(unknown);
      latest = undefined;
      buffer = undefined;
    }
    if (buffer === program.buffer) return;
    ({ buffer } = program);
    inputViews = inputSlots.map(program.view);
    resultViews = results.map((result) =>
      result.kind === "memory" ? program.view(slot(result, result.address)) : undefined,
    );
  };
  const isResident = (inputs: readonly ConcreteTensor[], i: number): boolean =>
    inputs[used[i]!]!.serial === residents[i];
  /** Values to be copied to an input's place; undefined if it takes a run to have them, or they lie in the way. */
  const valuesAtHand = (input: ConcreteTensor): TypedArray | undefined => {
    if (input.late === undefined) return input.values;
    return input.late instanceof LateResult && input.late.reader !== late ? input.late.look() : undefined;
  };
  /** Has the inputs in their places. */
  const bring = (program: WasmProgram, inputs: readonly ConcreteTensor[]): void => {
    for (let restored = false; ; restored = true) {
      enter(program);
      const i = used.findIndex(
        (position, k) => !isResident(inputs, k) && valuesAtHand(inputs[position]!) === undefined,
      );
      if (i < 0) break;
      const input = inputs[used[i]!]!;
      // That may take a run of this program, or of another one. Often all that was missing is in its place then. What is
      // not is read: another such run could drive out what this one has brought, and whoever hands it on again, as batches
      // are that one program has made, would wait for a run each time.
      if (!restored && input.late instanceof LateResult) input.late.restore();
      if (restored || !isResident(inputs, i)) void input.values;
    }
    for (let i = 0; i < used.length; i++) {
      if (isResident(inputs, i)) continue;
      const input = inputs[used[i]!]!;
      latest = undefined;
      residents[i] = input.serial;
      copyIn(inputViews[i]!, valuesAtHand(input)!);
    }
  };
  /** Notes what lies in the places of inputs that results with these serial numbers have taken. */
  const settle = (serials: readonly number[]): void => {
    for (let i = 0; i < used.length; i++) residents[i] = serials[replacements[i]!] ?? residents[i]!;
  };
  const copy = (position: number): TypedArray => resultViews[position]!.slice();
  const late: LateReader = {
    restore: (run) => {
      const program = instance!;
      enter(program);
      if (latest === run.number) return;
      isPatient = false;
      bring(program, run.inputs);
      program.run();
      settle(run.serials);
      latest = run.number;
    },
    copy,
    look: (run, position) => {
      const result = results[position]!;
      const isThere = latest === run.number && instance!.isKept && result.kind === "memory";
      return isThere ? instance!.view(slot(result, result.address)) : undefined;
    },
  };
  /** @param run that whose large results wait, if they do */
  const resultOf = (position: number, inputs: readonly ConcreteTensor[], run?: Run): ConcreteTensor => {
    const result = results[position]!;
    const { shape, dtype } = result;
    switch (result.kind) {
      case "input": {
        const input = inputs[result.position]!;
        return sameShape(input.shape, shape) ? input : new ConcreteTensor(input.values, shape, dtype);
      }
      case "splat":
        return new ConcreteTensor(allocate(dtype, sizeOf(shape)).fill(result.value), shape, dtype);
      case "memory": {
        const waits = run !== undefined && lateBytes[position]! > 0;
        const values = waits ? new LateResult(run, position, late) : copy(position);
        return new ConcreteTensor(values, shape, dtype);
      }
    }
  };
  return (inputs) => {
    if (instance === undefined) return results.map((_, position) => resultOf(position, inputs));
    const repeatable = isPatient ? newRun(inputs) : undefined;
    const run = repeatable && mayWait(repeatable, allLateBytes) ? repeatable : undefined;
    bring(instance, inputs);
    instance.run();
    const outputs = results.map((_, position) => resultOf(position, inputs, run));
    const serials = outputs.map(({ serial }) => serial);
    settle(serials);
    latest = run?.number;
    if (run) run.serials = serials;
    return outputs;
  };
};

/** Multiplications and element visits of a program, roughly. */
const workOf = ({ equations }: Program): number => {
  let work = 0;
  for (const { primitive, inputs, params, outputs } of equations) {
    if (primitive.lowering.form === "repeat") {
      const { body, length } = primitive.lowering.repetition(params);
      work += workOf(body) * length;
      continue;
    }
    if (primitive.lowering.form === "inline") {
      work += workOf(primitive.lowering.program(params));
      continue;
    }
    const visits = Math.max(...[...inputs, ...outputs].map(({ shape }) => sizeOf(shape)));
    const depth =
      primitive.lowering.form === "contract"
        ? dotAxes(params).leftContract.reduce((size, axis) => size * inputs[0]!.shape[axis]!, 1)
        : 1;
    work += Math.max(visits, sizeOf(outputs[0]!.shape) * depth);
  }
  return work;
};

/** What runs once or now and then is interpreted if it has less work than this: compiling would take longer. */
const worthCompiling = 16_384;

export const makeWasmExecutor = (options: WasmOptions = {}): Executor => {
  const compile = unlessForbidden((program) => compileForWasm(program, options));
  const compiledFor = makeProgramCache(compile);
  const singleEquation = (
    primitive: Primitive,
    inputs: readonly ConcreteTensor[],
    params: Params,
  ): Program => {
    const variables = inputs.map(variableLike);
    const outputs = primitive.types(variables, params).map(variableLike);
    return { inputs: variables, equations: [{ primitive, inputs: variables, params, outputs }], outputs };
  };
  return {
    operation: (primitive, inputs, params) => {
      const { lowering } = primitive;
      if (lowering.form === "view") {
        const [output] = primitive.types(inputs, params);
        return [copyView(inputs[0]!, lowering.map(inputs[0]!.shape, params, output!.shape), output!)];
      }
      const program = singleEquation(primitive, inputs, params);
      return workOf(program) < worthCompiling
        ? interpreter.operation(primitive, inputs, params)
        : compiledFor(program)(inputs);
    },
    program: (program, inputs) =>
      workOf(program) < worthCompiling ? interpreter.program(program, inputs) : compiledFor(program)(inputs),
    compile,
    prepare: (program) =>
      workOf(program) < worthCompiling ? interpreter.prepare(program) : compile(program),
  };
};
