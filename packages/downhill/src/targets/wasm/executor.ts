/** Programs on the wasm target. */
import { compileProgram } from "../../compiler/compile.ts";
import { dotAxes } from "../../primitives/dot.ts";
import type { Params, Primitive } from "../../program/primitive.ts";
import { type Program, variableLike } from "../../program/program.ts";
import { type CompiledProgram, type Executor, interpreter } from "../../program/trace.ts";
import { allocate, type TypedArray } from "../../tensor/dtype.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { ConcreteTensor, type TensorType } from "../../tensor/tensor.ts";
import type { WasmOptions } from "./context.ts";
import { copyView } from "./copy-view.ts";
import { instantiate, type Slot, type WasmProgram } from "./instance.ts";
import { threadCount } from "./memory.ts";
import { makeProgramCache } from "./program-cache.ts";

/** Gives one result of a run. */
type ResultReader = (inputs: readonly ConcreteTensor[]) => ConcreteTensor;

/** Nothing that is known: no tensor has this serial number. */
const unknown = 0;

/**
 * Compiles a program for repeated runs. Results are copied out at each run; an input is copied in unless it is what
 * lies in its place from the last run: the same tensor, or the result that took that place.
 */
export const compileForWasm = (program: Program, options: WasmOptions = {}): CompiledProgram => {
  const {
    steps,
    arenaBytes,
    inputs: addresses,
    results,
  } = compileProgram(program, options.threads ?? threadCount());
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
  /** Serial numbers of the tensors whose values lie in the inputs' places. */
  const residents = used.map(() => unknown);
  let buffer: ArrayBufferLike | undefined;
  let inputViews: readonly TypedArray[] = [];
  let resultViews: readonly (TypedArray | undefined)[] = [];
  const makeViews = (program: WasmProgram): void => {
    ({ buffer } = program);
    inputViews = inputSlots.map(program.view);
    resultViews = results.map((result) =>
      result.kind === "memory" ? program.view(slot(result, result.address)) : undefined,
    );
  };
  const readers = results.map((result, index): ResultReader => {
    const { shape, dtype } = result;
    switch (result.kind) {
      case "input":
        return (inputs) => new ConcreteTensor(inputs[result.position]!.values, shape, dtype);
      case "splat":
        return () => new ConcreteTensor(allocate(dtype, sizeOf(shape)).fill(result.value), shape, dtype);
      case "memory":
        return () => new ConcreteTensor(resultViews[index]!.slice(), shape, dtype);
    }
  });
  return (inputs) => {
    if (instance === undefined) return readers.map((read) => read(inputs));
    if (!instance.enter()) {
      residents.fill(unknown);
      buffer = undefined;
    }
    if (buffer !== instance.buffer) makeViews(instance);
    for (let i = 0; i < used.length; i++) {
      const { serial, values } = inputs[used[i]!]!;
      if (serial === residents[i]) continue;
      inputViews[i]!.set(values);
      residents[i] = serial;
    }
    instance.run();
    const outputs = readers.map((read) => read(inputs));
    for (let i = 0; i < used.length; i++) {
      const replacement = outputs[replacements[i]!];
      if (replacement !== undefined) residents[i] = replacement.serial;
    }
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
    const visits = Math.max(...[...inputs, ...outputs].map(({ shape }) => sizeOf(shape)));
    const depth =
      primitive.lowering.form === "contract"
        ? dotAxes(params).leftContract.reduce((size, axis) => size * inputs[0]!.shape[axis]!, 1)
        : 1;
    work += Math.max(visits, sizeOf(outputs[0]!.shape) * depth);
  }
  return work;
};

/** Programs outside of `jit` with less work than this are interpreted: compiling would take longer. */
const worthCompiling = 16_384;

export const makeWasmExecutor = (options: WasmOptions = {}): Executor => {
  const compiledFor = makeProgramCache((program) => compileForWasm(program, options));
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
    compile: (program) => compileForWasm(program, options),
  };
};
