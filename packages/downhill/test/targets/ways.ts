/** The ways to run a program: by the reference, and on wasm with and without vectors and fused multiply-add. */
import { makeProgram, type Program, type Tensor } from "downhill";
import { type CompiledProgram, interpreter } from "../../src/program/trace.ts";
import type { WasmOptions } from "../../src/targets/wasm/context.ts";
import { compileForWasm } from "../../src/targets/wasm/executor.ts";

/** Without options: the reference. */
export const ways: readonly (readonly [name: string, options: WasmOptions | undefined])[] = [
  ["scalar", { simd: false }],
  ["lanes", { relaxed: false }],
  ["fused", {}],
  ["reference", undefined],
];

export const compileFor = (program: Program, options: WasmOptions | undefined): CompiledProgram =>
  options === undefined ? interpreter.compile(program) : compileForWasm(program, options);

type Run = (...args: readonly Tensor[]) => readonly Tensor[];

/** `f` compiled as one program in each of the ways, for arguments of the types of `examples`. */
export const compiledEveryWay = (
  f: (...args: Tensor[]) => Tensor | readonly Tensor[],
  ...examples: readonly Tensor[]
): (readonly [way: string, run: Run])[] => {
  const program = makeProgram(f as (...args: Tensor[]) => Tensor)(...examples);
  return ways.map(([way, options]) => {
    const compiled = compileFor(program, options);
    return [way, (...args) => compiled(args.map((arg) => arg.concrete("compiledEveryWay")))];
  });
};
