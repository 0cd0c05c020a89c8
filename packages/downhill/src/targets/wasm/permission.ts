/** What to do where WebAssembly must not run: on pages whose policy forbids it, and in engines that have none. */
import type { Program } from "../../program/program.ts";
import { type CompiledProgram, interpreter } from "../../program/trace.ts";

interface Page {
  readonly console?: { info(message: string): void };
}

/** The shortest module: its magic number and its version. */
const emptyModule = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

const isAllowed = (): boolean => {
  try {
    return new WebAssembly.Module(emptyModule) instanceof WebAssembly.Module;
  } catch {
    return false;
  }
};

let isForbidden = false;

/** As `compile`, but where WebAssembly must not run programs are interpreted, which is said once. */
export const unlessForbidden =
  (compile: (program: Program) => CompiledProgram) =>
  (program: Program): CompiledProgram => {
    if (!isForbidden)
      try {
        return compile(program);
      } catch (error) {
        if (isAllowed()) throw error;
        isForbidden = true;
        (globalThis as Page).console?.info(
          "downhill: WebAssembly must not run here, so that everything is computed in plain JavaScript, which takes many " +
            "times as long; if it is a Content-Security-Policy that forbids it, add 'wasm-unsafe-eval' to its script-src",
        );
      }
    return interpreter.compile(program);
  };
