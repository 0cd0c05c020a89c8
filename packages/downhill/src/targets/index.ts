/** Where programs run. */
import { type Executor, installExecutor, interpreter } from "../program/trace.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { makeWasmExecutor } from "./wasm/executor.ts";
import { setThreadCount } from "./wasm/memory.ts";

const executors = {
  /** WebAssembly generated at run time. */
  wasm: /* @__PURE__ */ makeWasmExecutor(),
  /** Equation by equation, plainly: what every other target is compared to. */
  reference: interpreter,
} satisfies Record<string, Executor>;

export type TargetName = keyof typeof executors;

export const targetNames = /* @__PURE__ */ Object.keys(executors) as TargetName[];

/** A target that has a door of its own: `downhill/native`. */
export type Target = Executor;

let isChosen = false;

/**
 * Runs all operations and compiled functions on the target from now on. `wasm` is the default wherever `jit` is part of
 * the program; what is bundled without `jit` runs on `reference`, and has no compiler unless it asks for one here.
 */
export const setTarget = (target: TargetName | Target): void => {
  isChosen = true;
  installExecutor(typeof target === "string" ? executors[target] : target);
};

/** `f`, with the compiler as the default target: the effect is that of having `f`, and whoever drops `f` drops both. */
export const withCompiler = /* @__NO_SIDE_EFFECTS__ */ <F>(f: F): F => {
  if (!isChosen) installExecutor(executors.wasm);
  return f;
};

/**
 * How many threads large computations are divided among; as many as the machine has, up to 8, unless said otherwise (or
 * unless the environment variable `DOWNHILL_THREADS` says so). Results do not depend on it. Pages that are not cross-origin
 * isolated have one.
 * @throws Error if something has been compiled already.
 */
export const setThreads = (count: number): void => {
  if (!Number.isInteger(count) || count < 1)
    throw new ArgumentError("setThreads", `count ${count}; write a whole number from 1`);
  setThreadCount(count);
};
