/** A child process that answers every line of JSON with one line of JSON. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface DataFile {
  readonly path: string;
  readonly dtype: string;
  readonly shape: readonly number[];
}

/** What a participant is asked, and what it answers; both workers (worker.ts, worker.py) know these. */
export interface Requests {
  version: { ask: object; answer: { version: string } };
  open: {
    ask: { question: string; python: string; data: Record<string, DataFile> };
    answer: { rows: string[] };
  };
  prepare: { ask: { row: string }; answer: { stepsPerCall: number } };
  report: { ask: { row: string; steps: number }; answer: { numbers: number[] } };
  run: { ask: { row: string; calls: number }; answer: { seconds: number } };
}

export class Conversation {
  #child: ChildProcess;
  #pending: { resolve(line: string): void; reject(error: Error): void } | undefined;
  #complaints = "";

  constructor(command: readonly string[], env: NodeJS.ProcessEnv) {
    const [program = "", ...args] = command;
    this.#child = spawn(program, args, { env, stdio: ["pipe", "pipe", "pipe"] });
    createInterface({ input: this.#child.stdout! }).on("line", (line) => {
      this.#pending?.resolve(line);
      this.#pending = undefined;
    });
    this.#child.stderr!.on("data", (chunk: Buffer) => {
      this.#complaints = (this.#complaints + chunk.toString()).slice(-2000);
    });
    const fail = (reason: string): void => {
      this.#pending?.reject(new Error(`${reason}\n${this.#complaints}`.trim()));
      this.#pending = undefined;
    };
    this.#child.on("error", (error) => fail(error.message));
    this.#child.on("close", (code, signal) => fail(`ended with ${signal ?? code}`));
    this.#child.stdin!.on("error", () => undefined); // The close event tells why.
  }

  /** Throws what the participant reports as its error, and when it ends instead of answering. */
  async ask<Op extends keyof Requests>(
    op: Op,
    request: Requests[Op]["ask"],
  ): Promise<Requests[Op]["answer"]> {
    if (this.#child.exitCode !== null)
      throw new Error(`ended with ${this.#child.exitCode}\n${this.#complaints}`);
    const line = await new Promise<string>((resolve, reject) => {
      this.#pending = { resolve, reject };
      this.#child.stdin!.write(`${JSON.stringify({ op, ...request })}\n`);
    });
    const answer = JSON.parse(line) as Requests[Op]["answer"] | { error: string };
    if ("error" in answer) throw new Error(answer.error);
    return answer;
  }

  /** Ends the process and waits until it is gone. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once("close", resolve));
    this.#child.stdin!.end();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 3000);
    await gone;
    clearTimeout(timer);
  }
}
