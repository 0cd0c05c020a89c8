/** How a loop is put together. */
import type { Cause } from "../shared/facts.ts";
import { Code, type Local } from "./code.ts";
import { type ActiveLoop, type Emitter, openScope, type Scope } from "./scope.ts";

/** A stretch of a loop: `trips` iterations, each of which advances the counter by `step`. */
export interface Stretch {
  readonly trips: number | { readonly local: Local };
  readonly step: number;
  readonly body: (scope: Scope) => void;
}

/** Writes a loop as one or more stretches that follow each other and share what lies ahead of them. */
export const emitStretches = (
  e: Emitter,
  at: Scope,
  indices: ActiveLoop["indices"],
  changes: ReadonlySet<Cause>,
  stretches: readonly Stretch[],
): void => {
  const ahead = openScope(at);
  const loop: ActiveLoop = { indices, changes, counter: e.fn.local("i32"), ahead, pointers: new Map() };
  const written = stretches
    .filter(({ trips }) => trips !== 0)
    .map((stretch) => {
      const scope = openScope(ahead, new Code(), loop);
      stretch.body(scope);
      return { ...stretch, code: scope.code };
    });
  const { code } = at;
  code.append(ahead.code).i32(0).set(loop.counter);
  let end = 0;
  written.forEach(({ trips, step, code: body }, i) => {
    const repeats = trips !== 1;
    if (repeats) code.open("loop");
    code.append(body);
    if (repeats || i < written.length - 1) {
      for (const { local, stride } of loop.pointers.values())
        code
          .get(local)
          .i32(stride * step)
          .op("i32.add")
          .set(local);
      code.get(loop.counter).i32(step).op("i32.add").set(loop.counter);
    }
    if (typeof trips === "number") end += trips * step;
    if (!repeats) return;
    code.get(loop.counter);
    if (typeof trips === "number") code.i32(end);
    else code.get(trips.local);
    code.op("i32.lt_u").branchIf(0).op("end");
  });
};

/** for (local = 0; local < end; local += step), written straight if it runs but once */
export const emitRange = (code: Code, local: Local, end: number, step: number, body: () => void): void => {
  code.i32(0).set(local);
  if (end > step) code.open("loop");
  body();
  if (end > step)
    code.get(local).i32(step).op("i32.add").tee(local).i32(end).op("i32.lt_u").branchIf(0).op("end");
};

/** while (local >= least) { … local -= least } */
export const emitWhileLeft = (code: Code, local: Local, least: number, body: () => void): void => {
  code.open("block").get(local).i32(least).op("i32.lt_u").branchIf(0).open("loop");
  body();
  code.get(local).i32(least).op("i32.sub").tee(local);
  code.i32(least).op("i32.ge_u").branchIf(0).op("end").op("end");
};

/** Leaves min(step, end − local) on the stack. */
export const pushBlock = (e: Emitter, code: Code, local: Local, end: number, step: number): void => {
  if (end % step === 0 || end <= step) {
    code.i32(Math.min(end, step));
    return;
  }
  e.fn.borrow("i32", (rest) => {
    code.i32(end).get(local).op("i32.sub").tee(rest).i32(step);
    code.get(rest).i32(step).op("i32.lt_u").op("select");
  });
};
