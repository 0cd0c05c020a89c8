/** What computes a training: WebAssembly, or machine code that the system's C compiler makes. */
import { UsageError } from "../errors.ts";

export const engines = ["wasm", "native"] as const;

export type Engine = (typeof engines)[number];

/** @throws UsageError if there is no C compiler and one is needed. */
export async function requireEngine(engine: Engine): Promise<void> {
  if (engine === "wasm") return;
  const { CompilerError, nativeCompiler } = await import("downhill/native");
  try {
    nativeCompiler();
  } catch (error) {
    if (!(error instanceof CompilerError)) throw error;
    throw new UsageError(
      "--engine native needs a C compiler, and there is no cc, gcc or clang that works",
      "install one (Debian, Ubuntu: apt install gcc), name one in the environment variable CC, or leave --engine out",
    );
  }
}

/**
 * Does work on the engine. What comes after it (measures, diagnosis, report) is many small programs that run a few times,
 * for which a C compiler would take longer than it saves.
 */
export async function onEngine<R>(engine: Engine, work: () => Promise<R>): Promise<R> {
  if (engine === "wasm") return work();
  const [{ setTarget }, { native }] = await Promise.all([import("downhill"), import("downhill/native")]);
  setTarget(native());
  try {
    return await work();
  } finally {
    setTarget("wasm");
  }
}
