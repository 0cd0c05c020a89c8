/** The page's side of the engine: questions to the worker, each with one answer. */
import type { Modules } from "./modules.ts";
import { EngineError, type Failure, type FromWorker, type ToWorker } from "./protocol.ts";
import type { AnswerOf, PartOf, RequestOf } from "./task.ts";

export interface AskOptions<Part> {
  /** The answer is no longer wanted once it is aborted; asking then fails with the kind `cancelled`. */
  readonly signal?: AbortSignal;
  /** Takes the parts of an answer that comes in parts; the next one is computed when this one has been drawn. */
  readonly onPart?: (part: Part) => void;
  /**
   * Milliseconds of silence after which the worker is taken for lost: it is replaced, and the question fails. 20 s if left
   * out; a part counts as a sign of life.
   */
  readonly patience?: number;
}

/** A module's tasks by name. */
type TasksOf<M extends keyof Modules> = Modules[M];

export interface Engine {
  /**
   * Asks the worker.
   * @throws EngineError with the reason in words.
   */
  ask<M extends keyof Modules, T extends keyof TasksOf<M> & string>(
    module: M,
    task: T,
    request: RequestOf<TasksOf<M>[T]>,
    options?: AskOptions<PartOf<TasksOf<M>[T]>>,
  ): Promise<AnswerOf<TasksOf<M>[T]>>;
  /** Ends the worker, with everything that it computes; the next question starts another one. */
  close(): void;
}

interface Question {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: EngineError) => void;
  readonly onPart: ((part: unknown) => void) | undefined;
  /** Begins to wait anew. */
  readonly alive: () => void;
  readonly end: () => void;
}

const cancelled: Failure = { kind: "cancelled", message: "cancelled" };

const silent: Failure = {
  kind: "engine",
  message:
    "The computation took too long and was stopped. Ask for less, or try again: the engine has been started anew.",
};

const gone: Failure = {
  kind: "engine",
  message: "The engine has stopped. It starts anew with the next change; reload the page if it does not.",
};

const notLoaded: Failure = {
  kind: "engine",
  message: "The engine could not be loaded. Check that the page is complete, and reload it.",
};

/** What starts a worker; tests put their own. */
export type StartWorker = () => Worker;

const startWorker: StartWorker = () =>
  new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "downhill" });

/** Until the next frame is drawn; a page in the background has none. */
const nextFrame = (): Promise<void> =>
  document.visibilityState === "hidden"
    ? new Promise((resolve) => setTimeout(resolve, 50))
    : new Promise((resolve) => requestAnimationFrame(() => resolve()));

export const createEngine = (start: StartWorker = startWorker): Engine => {
  const questions = new Map<number, Question>();
  let worker: Worker | undefined;
  let lastId = 0;

  const drop = (failure: Failure): void => {
    worker?.terminate();
    worker = undefined;
    const lost = [...questions.values()];
    questions.clear();
    for (const { reject, end } of lost) {
      end();
      reject(new EngineError(failure));
    }
  };

  const hear = async (message: Exclude<FromWorker, { kind: "ready" }>): Promise<void> => {
    const question = questions.get(message.id);
    if (question === undefined) return;
    if (message.kind === "part") {
      question.alive();
      question.onPart?.(message.part);
      await nextFrame();
      tell({ kind: "drawn", id: message.id });
      return;
    }
    questions.delete(message.id);
    question.end();
    if (message.kind === "answer") question.resolve(message.answer);
    else question.reject(new EngineError(message.failure));
  };

  /** A worker that ends by itself, or is ended by the browser for want of memory, gives no sign. */
  const watch = (own: Worker, lock: string | undefined): void => {
    if (lock !== undefined)
      void navigator.locks.request(lock, () => {
        if (own === worker) drop(gone);
      });
  };

  const opened = (): Worker => {
    if (worker !== undefined) return worker;
    let isReady = false;
    const own = start();
    own.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.kind !== "ready") {
        void hear(data);
        return;
      }
      isReady = true;
      watch(own, data.lock);
    };
    own.onerror = (event) => {
      event.preventDefault();
      if (own === worker) drop(isReady ? gone : notLoaded);
    };
    return (worker = own);
  };

  const tell = (message: ToWorker): void => worker?.postMessage(message);

  return {
    ask: ((module: string, task: string, request: unknown, options: AskOptions<unknown> = {}) =>
      new Promise<unknown>((resolve, reject) => {
        const { signal, onPart, patience = 20_000 } = options;
        if (signal?.aborted === true) {
          reject(new EngineError(cancelled));
          return;
        }
        const id = ++lastId;
        let timer = 0;
        const alive = (): void => {
          clearTimeout(timer);
          timer = window.setTimeout(() => drop(silent), patience);
        };
        const abort = (): void => {
          if (!questions.delete(id)) return;
          end();
          tell({ kind: "cancel", id });
          reject(new EngineError(cancelled));
        };
        const end = (): void => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", abort);
        };
        signal?.addEventListener("abort", abort);
        questions.set(id, { resolve, reject, onPart, alive, end });
        alive();
        opened();
        tell({ kind: "ask", id, module, task, request });
      })) as Engine["ask"],
    close: () => drop(gone),
  };
};

/** The page's engine. */
export const engine: Engine = createEngine();
