/** Where programs run. */
import { type Executor, installExecutor, interpreter } from "../program/trace.ts";
import { makeWasmExecutor } from "./wasm/executor.ts";

const executors = {
  /** WebAssembly generated at run time. */
  wasm: makeWasmExecutor(),
  /** Equation by equation, plainly: what every other target is compared to. */
  reference: interpreter,
} satisfies Record<string, Executor>;

export type TargetName = keyof typeof executors;

export const targetNames = Object.keys(executors) as TargetName[];

/** Runs all operations and compiled functions on the named target from now on; `wasm` is the default. */
export const setTarget = (name: TargetName): void => {
  installExecutor(executors[name]);
};

setTarget("wasm");
