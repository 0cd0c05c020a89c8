/** Following a method to a minimum: what is kept of its points, when it ends, and why. */
import { ArgumentError } from "../tensor/errors.ts";
import type { Point } from "./descent.ts";
import { leavesOf } from "./tree.ts";

/** One point on the way, after `step` steps. */
export interface MinimizeStep {
  readonly step: number;
  readonly value: number;
  /** The largest magnitude among the gradient's components. */
  readonly gradientNorm: number;
}

/** What a callback is shown; `params` are made when they are asked for. */
export interface MinimizeEvent<P> extends MinimizeStep {
  readonly params: P;
}

/** When to stop, whatever the method. */
export interface FollowOptions<P> {
  /** 1000 if left out. */
  readonly maxSteps?: number;
  /** Converged when no component of the gradient is larger; 1e-8 if left out, for float32 parameters 1e-4. */
  readonly tolerance?: number;
  /** Called at the start and after each step; `false` stops. */
  readonly callback?: (event: MinimizeEvent<P>) => unknown;
  /** Stops before the next step. */
  readonly signal?: AbortSignal;
}

export interface MinimizeResult<P> {
  /** Those of the lowest value met. */
  readonly params: P;
  readonly value: number;
  readonly gradientNorm: number;
  /** Steps done. */
  readonly steps: number;
  /** Whether the gradient came within the tolerance; of `leastSquares` whether one of its tests holds. */
  readonly converged: boolean;
  /** Why it ended, as a sentence without a full stop. */
  readonly message: string;
  /** The start and the point after each step. */
  readonly history: readonly MinimizeStep[];
}

/** Whether `a` is to be kept rather than `b`: lower, or as low up to rounding with a smaller gradient. */
const isBetter = <P>(a: Point<P>, b: Point<P>): boolean => {
  const noise = 2 ** -50 * Math.abs(b.value);
  return a.value < b.value - noise || (a.value <= b.value + noise && a.gradientNorm < b.gradientNorm);
};

const defaultTolerance = (params: object): number =>
  leavesOf("minimize", params).every(({ dtype }) => dtype === "float64") ? 1e-8 : 1e-4;

export interface StepOptions extends Pick<FollowOptions<never>, "maxSteps"> {
  /** Null: the method says itself when it has converged. */
  readonly tolerance?: number | null;
  readonly shouldStop?: () => string | undefined;
}

/** How a method ends: why it cannot go on, or by which of its own tests it has converged. */
export type Ending = string | { readonly converged: string };

/** Refuses a start with nothing to move. */
export const requireParameters = (operation: string, start: object): void => {
  if (leavesOf(operation, start).length === 0)
    throw new ArgumentError(operation, "the start has no tensors, so there is nothing to move");
};

/** Goes along a method's points, the start among them, until they converge or it is time to stop. */
export function* follow<P extends object>(
  points: Generator<Point<P>, Ending>,
  start: P,
  { maxSteps = 1000, tolerance = defaultTolerance(start), shouldStop = () => undefined }: StepOptions,
): Generator<MinimizeEvent<P>, MinimizeResult<P>> {
  const history: MinimizeStep[] = [];
  let best: Point<P> | undefined;
  const result = (converged: boolean, message: string): MinimizeResult<P> => ({
    params: best!.params(),
    value: best!.value,
    gradientNorm: best!.gradientNorm,
    steps: history.length - 1,
    converged,
    message,
    history,
  });
  for (let step = 0; ; step++) {
    const next = points.next();
    if (next.done) {
      const ending = next.value;
      return typeof ending === "string"
        ? result(false, `stopped after ${step - 1} steps: ${ending}`)
        : result(true, `converged after ${step - 1} steps: ${ending.converged}`);
    }
    const point = next.value;
    const { value, gradientNorm } = point;
    if (best === undefined || isBetter(point, best)) best = point;
    const record: MinimizeStep = { step, value, gradientNorm };
    history.push(record);
    yield {
      ...record,
      get params() {
        return point.params();
      },
    };
    if (tolerance !== null && gradientNorm <= tolerance) {
      best = point;
      return result(
        true,
        `converged after ${step} steps: gradient ${gradientNorm.toExponential(1)} ≤ ${tolerance}`,
      );
    }
    if (!Number.isFinite(value) || Number.isNaN(gradientNorm))
      return result(
        false,
        step === 0
          ? `the value at the start is ${value}, its gradient ${gradientNorm}: start elsewhere`
          : `stopped at step ${step}: the value became ${value}, its gradient ${gradientNorm}; try a smaller learning rate`,
      );
    const reason = shouldStop();
    if (reason !== undefined) return result(false, `stopped after ${step} steps: ${reason}`);
    if (step >= maxSteps)
      return result(
        false,
        `stopped after ${step} steps, the maximum` +
          (tolerance === null ? "" : `: gradient ${gradientNorm.toExponential(1)} > ${tolerance}`),
      );
  }
}

/** The generator with callback and signal attached. */
export function* observed<P extends object>(
  steps: (options: StepOptions) => Generator<MinimizeEvent<P>, MinimizeResult<P>>,
  { callback, signal, ...options }: FollowOptions<P>,
): Generator<void, MinimizeResult<P>> {
  let reason: string | undefined;
  const shouldStop = (): string | undefined =>
    reason ?? (signal?.aborted ? "the signal was aborted" : undefined);
  const events = steps({ ...options, shouldStop });
  for (;;) {
    const next = events.next();
    if (next.done) return next.value;
    if (callback?.(next.value) === false) reason = "the callback returned false";
    yield;
  }
}

/** What a generator returns at its end. */
export const lastOf = <R>(steps: Generator<unknown, R>): R => {
  for (;;) {
    const next = steps.next();
    if (next.done) return next.value;
  }
};

/** Milliseconds of work between two turns of the event loop. */
const turn = 16;

const eventLoopTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** `lastOf` that gives the event loop a turn now and then. */
export const lastOfAsync = async <R>(steps: Generator<unknown, R>): Promise<R> => {
  let since = performance.now();
  for (;;) {
    const next = steps.next();
    if (next.done) return next.value;
    if (performance.now() - since < turn) continue;
    await eventLoopTurn();
    since = performance.now();
  }
};
