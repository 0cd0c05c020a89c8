/**
 * Runs before every test file: output that a test did not ask for, and every warning of the process, fails the test
 * during which it appeared. A test that expects output replaces the method: `vi.spyOn(console, "warn")`.
 */
import { format } from "node:util";
import { afterAll, afterEach } from "vitest";

const methods = ["debug", "error", "info", "log", "trace", "warn"] as const;

let unexpected: string[] = [];

for (const method of methods) {
  console[method] = (...args: unknown[]) => {
    unexpected.push(`console.${method}: ${format(...args)}`);
  };
}

for (const name of ["stdout", "stderr"] as const) {
  process[name].write = (chunk: string | Uint8Array) => {
    unexpected.push(`${name}: ${Buffer.from(chunk).toString()}`);
    return true;
  };
}

process.on("warning", (warning) => {
  unexpected.push(`process warning: ${warning.stack ?? warning.message}`);
});

async function failOnUnexpectedOutput(): Promise<void> {
  // Node announces a warning one turn of the event loop after its cause.
  await new Promise((resolve) => setImmediate(resolve));
  if (unexpected.length === 0) return;
  const lines = unexpected;
  unexpected = [];
  throw new Error(`unexpected output:\n${lines.join("\n")}`);
}

afterEach(failOnUnexpectedOutput);
afterAll(failOnUnexpectedOutput);
