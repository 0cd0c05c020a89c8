/** Programs on the native target. */
import { compileProgram } from "../../compiler/compile.ts";
import type { Program } from "../../program/program.ts";
import type { CompiledProgram, Executor } from "../../program/trace.ts";
import { allocate, type TypedArray } from "../../tensor/dtype.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { ConcreteTensor } from "../../tensor/tensor.ts";
import { makeWasmExecutor } from "../wasm/executor.ts";
import { compileShared, findCompiler } from "./cc.ts";
import { host } from "./host.ts";
import { type Machine, machineFrom } from "./machine.ts";
import { emitProgram } from "./program.ts";

export interface NativeOptions {
  /** Bytes of a vector; as many as the processor has unless said otherwise. */
  readonly vectorBytes?: Machine["vectorBytes"];
}

/** Compiles a program for repeated runs, which read their inputs where they lie and write each result to a new array. */
export const compileForNative = (program: Program, options: NativeOptions = {}): CompiledProgram => {
  const { steps, arenaBytes, inputs: addresses, results } = compileProgram(program, 1, "outside");
  const machine = machineFrom(findCompiler().macros, options.vectorBytes);
  const resultAddresses = results.flatMap((result) => (result.kind === "memory" ? [result.address] : []));
  const used = addresses.filter((address) => address !== undefined);
  const outside = [...new Set([...used, ...resultAddresses])];
  const { text, scratchBytes } = emitProgram(steps, { arenaBytes, outside }, machine);
  const memory = new Uint8Array(arenaBytes + scratchBytes + 64);
  const { open, run } = host();
  const code = steps.length > 0 ? open(compileShared(text)) : undefined;
  /** For each place outside the input that lies there. */
  const inputAt = outside.map((address) => addresses.indexOf(address));
  const resultAt = results.map((result) => (result.kind === "memory" ? outside.indexOf(result.address) : -1));
  return (inputs) => {
    const arrays = inputAt.map((input) => inputs[input]?.values as TypedArray);
    results.forEach(({ dtype, shape }, i) => {
      const place = resultAt[i]!;
      if (place >= 0 && inputAt[place]! < 0) arrays[place] ??= allocate(dtype, sizeOf(shape));
    });
    if (code !== undefined) run(code, memory, arenaBytes, arrays);
    return results.map((result, i) => {
      const { shape, dtype } = result;
      switch (result.kind) {
        case "input":
          return new ConcreteTensor(inputs[result.position]!.values, shape, dtype);
        case "splat":
          return new ConcreteTensor(allocate(dtype, sizeOf(shape)).fill(result.value), shape, dtype);
        case "memory":
          return new ConcreteTensor(arrays[resultAt[i]!]!, shape, dtype);
      }
    });
  };
};

/** Compiled functions run natively; what is computed once, which would not repay the compiler's time, in WebAssembly. */
export const makeNativeExecutor = (options: NativeOptions = {}): Executor => ({
  ...makeWasmExecutor(),
  compile: (program) => compileForNative(program, options),
});
