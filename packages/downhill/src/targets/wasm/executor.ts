/** Programs on the wasm target: compiled once, kept by their text. */
import { compileProgram } from "../../compiler/compile.ts";
import { dotAxes } from "../../primitives/dot.ts";
import { printProgram } from "../../program/print.ts";
import type { Params, Primitive } from "../../program/primitive.ts";
import { type Program, variableLike } from "../../program/program.ts";
import { type CompiledProgram, type Executor, interpreter } from "../../program/trace.ts";
import { allocate } from "../../tensor/dtype.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { ConcreteTensor } from "../../tensor/tensor.ts";
import type { WasmOptions } from "./context.ts";
import { instantiate } from "./instance.ts";

/** Compiles a program for repeated runs. Inputs are copied in and results out at each call. */
export const compileForWasm = (program: Program, options: WasmOptions = {}): CompiledProgram => {
  const compiled = compileProgram(program);
  const instance =
    compiled.steps.length > 0 ? instantiate(compiled.steps, compiled.arenaBytes, options) : undefined;
  return (inputs) => {
    if (instance !== undefined) {
      inputs.forEach(({ values, dtype }, i) => {
        const address = compiled.inputs[i];
        if (address !== undefined) instance.view({ dtype, address, length: values.length }).set(values);
      });
      instance.run();
    }
    return compiled.results.map((result) => {
      const { shape, dtype } = result;
      const length = sizeOf(shape);
      switch (result.kind) {
        case "input":
          return new ConcreteTensor(inputs[result.position]!.values, shape, dtype);
        case "splat":
          return new ConcreteTensor(allocate(dtype, length).fill(result.value), shape, dtype);
        case "memory":
          return new ConcreteTensor(
            instance!.view({ dtype, address: result.address, length }).slice(),
            shape,
            dtype,
          );
      }
    });
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

/** Compiled programs kept for calls outside of `jit`. */
const keptPrograms = 256;

export const makeWasmExecutor = (options: WasmOptions = {}): Executor => {
  const cache = new Map<string, CompiledProgram>();
  const compiledFor = (program: Program): CompiledProgram => {
    const key = printProgram(program);
    const found = cache.get(key) ?? compileForWasm(program, options);
    // The most recently used stand last.
    cache.delete(key);
    cache.set(key, found);
    if (cache.size > keptPrograms) cache.delete(cache.keys().next().value!);
    return found;
  };
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
