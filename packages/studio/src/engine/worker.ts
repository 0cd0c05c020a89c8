/** The worker: the engine runs here, away from the page. */
import { ArgumentError, DTypeError, ShapeError, TraceError } from "downhill";
import { FormulaError } from "downhill/formula";
import { modules } from "./modules.ts";
import type { Failure, FromWorker, ToWorker } from "./protocol.ts";
import { Cancelled, type TaskContext, TaskError } from "./task.ts";

/** What the worker's global scope has; the types of the page know only windows. */
const scope = self as unknown as {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker): void;
};

interface Running {
  readonly controller: AbortController;
  /** Called when the page has drawn the last part. */
  drawn: () => void;
}

/** Milliseconds of computing without looking at the messages. */
const budget = 8;

const running = new Map<number, Running>();

/** A turn of the event loop, sooner than a timer. */
const turn = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });

const contextOf = (signal: AbortSignal): TaskContext => {
  let last = performance.now();
  return {
    signal,
    async breathe() {
      if (performance.now() - last > budget) {
        await turn();
        last = performance.now();
      }
      if (signal.aborted) throw new Cancelled();
    },
  };
};

/** Readers have called no function: its name stands for nothing here. */
const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const failureOf = (error: unknown): Failure => {
  if (error instanceof Cancelled) return { kind: "cancelled", message: "cancelled" };
  if (error instanceof FormulaError)
    return { kind: "formula", message: error.message, position: error.position };
  const isArgument = [TaskError, ArgumentError, DTypeError, ShapeError, TraceError].some(
    (type) => error instanceof type,
  );
  const message =
    error instanceof ArgumentError
      ? sentence(error.message.slice(error.operation.length + 2))
      : error instanceof Error
        ? error.message
        : String(error);
  return { kind: isArgument ? "argument" : "internal", message };
};

const send = (message: FromWorker): void => scope.postMessage(message);

const isGenerator = (value: unknown): value is AsyncGenerator<unknown, unknown, undefined> =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value;

async function answer({ id, module, task, request }: ToWorker & { kind: "ask" }): Promise<void> {
  const controller = new AbortController();
  const own: Running = { controller, drawn: () => undefined };
  running.set(id, own);
  try {
    const tasks = (await modules[module as keyof typeof modules]()) as unknown as Record<
      string,
      (request: unknown, context: TaskContext) => unknown
    >;
    // Messages that came in meanwhile go first: this one may be cancelled already.
    await turn();
    if (controller.signal.aborted) throw new Cancelled();
    const result = tasks[task]!(request, contextOf(controller.signal));
    if (!isGenerator(result)) {
      send({ kind: "answer", id, answer: await result });
      return;
    }
    for (;;) {
      const { done, value } = await result.next();
      if (done === true) {
        send({ kind: "answer", id, answer: value });
        return;
      }
      const shown = new Promise<void>((resolve) => (own.drawn = resolve));
      send({ kind: "part", id, part: value });
      await shown;
      if (controller.signal.aborted) {
        await result.return(undefined);
        throw new Cancelled();
      }
    }
  } catch (error) {
    send({ kind: "failure", id, failure: failureOf(error) });
  } finally {
    running.delete(id);
  }
}

scope.onmessage = ({ data }) => {
  if (data.kind === "ask") {
    void answer(data);
    return;
  }
  const own = running.get(data.id);
  if (data.kind === "cancel") own?.controller.abort();
  own?.drawn();
};

/** Says that it is there, and holds a lock for as long as it lives: whoever is granted it next knows that it is gone. */
const locks = (navigator as { readonly locks?: LockManager }).locks;
const lock = `downhill ${Date.now()} ${Math.random()}`;
if (locks === undefined) send({ kind: "ready", lock: undefined });
else
  void locks.request(lock, () => {
    send({ kind: "ready", lock });
    return new Promise(() => undefined);
  });
