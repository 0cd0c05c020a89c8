/**
 * The door `downhill/native`: compiled functions as machine code of this processor, made by the system's C compiler.
 *
 *     import { setTarget } from "downhill";
 *     import { native } from "downhill/native";
 *     setTarget(native());
 *
 * Node only, on systems with a C compiler; browsers and other systems have the target `wasm`, which is the default.
 */
import type { Target } from "./targets/index.ts";
import { findCompiler } from "./targets/native/cc.ts";
import { makeNativeExecutor, type NativeOptions } from "./targets/native/executor.ts";
import { makeWasmExecutor } from "./targets/wasm/executor.ts";

export { CompilerError } from "./targets/native/cc.ts";
export type { NativeOptions } from "./targets/native/executor.ts";

/**
 * The target that compiles functions given to `jit` to machine code. What is computed once, outside of `jit`, does not
 * repay the time of the C compiler and runs in WebAssembly. Compiled programs are kept in the user's cache directory
 * (`$XDG_CACHE_HOME/downhill/native`, or `~/.cache/downhill/native`): they are compiled once for all processes.
 *
 * The compiler is looked for when the first function is compiled.
 * @throws CompilerError from compiled functions if there is none that works
 */
export const native = (options: NativeOptions = {}): Target =>
  makeNativeExecutor(options, makeWasmExecutor());

/**
 * The C compiler that is used: its command and its version, as it calls itself.
 * @throws CompilerError if there is none that works
 */
export const nativeCompiler = (): { readonly command: string; readonly version: string } => {
  const { command, macros } = findCompiler();
  return { command, version: /^#define __VERSION__ "(.*)"$/m.exec(macros)?.[1] ?? "unknown" };
};
