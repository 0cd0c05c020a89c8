/** Hand-made kernels on the native target. */
import type { Kernel } from "../../../src/program/loop.ts";
import { compileShared, findCompiler } from "../../../src/targets/native/cc.ts";
import type { NativeOptions } from "../../../src/targets/native/executor.ts";
import { host } from "../../../src/targets/native/host.ts";
import { machineFrom } from "../../../src/targets/native/machine.ts";
import { emitProgram } from "../../../src/targets/native/program.ts";
import type { TypedArray } from "../../../src/tensor/dtype.ts";

/** Runs the kernel on copies of the arrays; the same array twice gets one place. */
export const runNative = (
  kernel: Kernel,
  arrays: readonly TypedArray[],
  { processor }: NativeOptions,
): TypedArray[] => {
  const distinct = [...new Set(arrays)];
  const compiler = findCompiler(processor);
  const addresses = arrays.map((array) => distinct.indexOf(array));
  const layout = { arenaBytes: 0, outside: distinct.map((_, i) => i), threads: 1 };
  const { text, scratchBytes } = emitProgram([{ kernel, addresses }], layout, machineFrom(compiler.macros));
  const copies = distinct.map((array) => array.slice());
  const { open, run } = host();
  run(open(compileShared(text, compiler)), new Uint8Array(scratchBytes), 0, scratchBytes, copies, 1);
  return addresses.map((address) => copies[address]!);
};
