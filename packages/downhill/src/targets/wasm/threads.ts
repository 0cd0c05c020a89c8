/**
 * Threads that run kernels' parts. They are workers that share the one memory and wait in it for jobs: no message goes to
 * or fro once they have started, so that calls stay synchronous. Modules reach them through the memory as well.
 */
import { nodeProcess } from "../shared/thread-count.ts";
import { mostPages } from "./binary.ts";
import { barrierAddress, ticketBytes, ticketsAddress } from "./run-functions.ts";

/** Words at the beginning of memory that describe the job, by their positions. */
const words = {
  /** Goes up by one with each job. */
  job: 0,
  kind: 1,
  /** Which program. */
  program: 2,
  arena: 3,
  scratch: 4,
  scratchBytes: 5,
  /** Bytes of the module in the mailbox. */
  moduleBytes: 6,
  /** The barrier's count before the run. */
  goal: 7,
  /** Workers that have done a job other than a run. */
  done: 8,
  /** Workers that are there. */
  ready: 9,
  /** Workers that could not do a job. */
  failed: 10,
} as const;

const kinds = { load: 1, settle: 2, run: 3 } as const;

/** Where modules are handed over: behind the tickets of more threads than any machine has for us. */
const mailboxAddress = 2 ** 15;
const mailboxBytes = 2 ** 20;

/** Bytes at the beginning of a memory that threads share which belong to them. */
export const threadBytes = mailboxAddress + mailboxBytes;

/**
 * What a worker does. Its text is all that reaches the worker, so that it must use nothing from outside.
 */
const work = (memory: WebAssembly.Memory, thread: number, layout: typeof layoutOfWork): void => {
  const { words, kinds, mailboxAddress, patience } = layout;
  const control = new Int32Array(memory.buffer, 0, 16);
  const modules = new Map<number, WebAssembly.Module>();
  const programs = new Map<number, (thread: number, goal: number, maySleep: number) => void>();
  const word = (position: number): number => Atomics.load(control, position);
  let job = 0;
  Atomics.add(control, words.ready, 1);
  for (;;) {
    for (let looks = 0; word(words.job) === job; looks++)
      if (looks > patience) Atomics.wait(control, words.job, job);
    job = word(words.job);
    const program = word(words.program);
    const kind = word(words.kind);
    if (kind === kinds.run) {
      programs.get(program)?.(thread, word(words.goal), 1);
      continue;
    }
    try {
      if (kind === kinds.load) {
        const bytes = new Uint8Array(memory.buffer, mailboxAddress, word(words.moduleBytes)).slice();
        modules.set(program, new WebAssembly.Module(bytes));
      } else {
        const scratch = word(words.scratch) + thread * word(words.scratchBytes);
        const imports = { downhill: { memory, arena: word(words.arena), scratch } };
        const { exports } = new WebAssembly.Instance(modules.get(program)!, imports);
        programs.set(
          program,
          exports["runThread"] as (thread: number, goal: number, maySleep: number) => void,
        );
      }
    } catch {
      Atomics.add(control, words.failed, 1);
    }
    Atomics.add(control, words.done, 1);
  }
};

/** Looks for a new job before a worker goes to sleep: some hundred microseconds. */
const layoutOfWork = { words, kinds, mailboxAddress, patience: 50_000 };

interface NodeWorkers {
  readonly Worker: new (
    code: string,
    options: { eval: true; workerData: unknown; execArgv: string[] },
  ) => { unref(): void };
}

/** Starts a worker; it makes itself known in memory. */
const startWorker = (memory: WebAssembly.Memory, thread: number): void => {
  const data = { memory, thread, layout: layoutOfWork };
  const code = `(${work.toString()})(data.memory, data.thread, data.layout);`;
  const workers = nodeProcess()?.getBuiltinModule?.("node:worker_threads") as NodeWorkers | undefined;
  if (workers !== undefined) {
    const worker = new workers.Worker(
      `const { workerData: data } = require("node:worker_threads"); ${code}`,
      {
        eval: true,
        workerData: data,
        execArgv: [],
      },
    );
    // It shall not keep the process alive.
    worker.unref();
    return;
  }
  const script = new Blob([`onmessage = ({ data }) => { ${code} };`], { type: "text/javascript" });
  const url = URL.createObjectURL(script);
  const worker = new Worker(url);
  worker.postMessage(data);
};

/** Whether this thread may sleep: that of a browser's window must not. */
const maySleep = (): number =>
  typeof (globalThis as { document?: unknown }).document === "undefined" ? 1 : 0;

/** A team of threads, of which the calling one is the first. */
export class Team {
  readonly threads: number;
  readonly #memory: WebAssembly.Memory;
  readonly #control: Int32Array;
  readonly #barrier: Int32Array;
  readonly #tickets: Int32Array;
  readonly #maySleep = maySleep();
  #hasFailed = false;
  #programs = 0;

  /** @param memory one that is shared, whose first `threadBytes` bytes are free */
  constructor(memory: WebAssembly.Memory, threads: number) {
    this.threads = threads;
    this.#memory = memory;
    this.#control = new Int32Array(memory.buffer, 0, 16);
    this.#barrier = new Int32Array(memory.buffer, barrierAddress, 1);
    this.#tickets = new Int32Array(memory.buffer, ticketsAddress, (threads * ticketBytes) / 4);
    for (let thread = 1; thread < threads; thread++) startWorker(memory, thread);
  }

  /** Whether all threads are there. Starting them takes a while, and they may be waited for or not. */
  get isReady(): boolean {
    return !this.#hasFailed && Atomics.load(this.#control, words.ready) === this.threads - 1;
  }

  /** Hands a module to all threads. Undefined if they cannot take it. */
  load(bytes: Uint8Array): number | undefined {
    if (bytes.length > mailboxBytes) return undefined;
    new Uint8Array(this.#memory.buffer, mailboxAddress, bytes.length).set(bytes);
    const program = ++this.#programs;
    return this.#post("load", { program, moduleBytes: bytes.length }) ? program : undefined;
  }

  /** Has all threads use the program on this arena, each with scratch memory of its own. */
  settle(program: number, arena: number, scratch: number, scratchBytes: number): boolean {
    return this.#post("settle", { program, arena, scratch, scratchBytes });
  }

  /** Runs a program that has been settled, together with `runThread` of this thread's instance. */
  run(program: number, runThread: (thread: number, goal: number, maySleep: number) => void): void {
    const goal = Atomics.load(this.#barrier, 0);
    // Nobody draws any more: all have passed the last barrier of the run before.
    for (let i = 0; i < this.#tickets.length; i += ticketBytes / 4) Atomics.store(this.#tickets, i, 0);
    this.#announce("run", { program, goal });
    // The last thing that every thread does is to pass the barrier.
    runThread(0, goal, this.#maySleep);
  }

  #announce(kind: keyof typeof kinds, values: Partial<Record<keyof typeof words, number>>): void {
    Atomics.store(this.#control, words.kind, kinds[kind]);
    for (const [name, value] of Object.entries(values))
      Atomics.store(this.#control, words[name as keyof typeof words], value);
    Atomics.add(this.#control, words.job, 1);
    Atomics.notify(this.#control, words.job);
  }

  /** Has a job done and waits until all have done it. */
  #post(kind: "load" | "settle", values: Partial<Record<keyof typeof words, number>>): boolean {
    Atomics.store(this.#control, words.done, 0);
    this.#announce(kind, values);
    // Compiling a module takes a millisecond or two.
    while (Atomics.load(this.#control, words.done) < this.threads - 1);
    this.#hasFailed ||= Atomics.load(this.#control, words.failed) > 0;
    return !this.#hasFailed;
  }
}

/** A memory that threads can share. */
export const memoryForThreads = (): WebAssembly.Memory =>
  new WebAssembly.Memory({
    initial: Math.ceil(threadBytes / 65_536),
    maximum: mostPages,
    shared: true,
  });
