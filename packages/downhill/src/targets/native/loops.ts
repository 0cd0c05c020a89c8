/** How a loop is put together. */
import type { LoopIndex } from "../../program/loop.ts";
import type { Cause } from "../shared/facts.ts";
import { type ActiveLoop, type Emitter, nameFor, openScope, type Scope } from "./scope.ts";

/** A stretch of a loop: `trips` iterations, each of which advances the counter by `step`. */
export interface Stretch {
  /** A number, or an expression. */
  readonly trips: number | string;
  readonly step: number;
  readonly body: (scope: Scope) => void;
}

/** Writes a loop as one or more stretches that follow each other and share what lies ahead of them. */
export const emitStretches = (
  e: Emitter,
  at: Scope,
  indices: readonly { readonly index: LoopIndex; readonly from?: string }[],
  changes: ReadonlySet<Cause>,
  stretches: readonly Stretch[],
): void => {
  const ahead = openScope(at);
  const counter = nameFor(e, "i");
  const loop: ActiveLoop = {
    indices: new Map(
      indices.map(({ index, from }) => [index, from === undefined ? counter : `(${from} + ${counter})`]),
    ),
    changes,
    ahead,
  };
  const written: string[] = [];
  let end = 0;
  for (const { trips, step, body } of stretches) {
    if (trips === 0) continue;
    const scope = openScope(ahead, loop);
    body(scope);
    if (typeof trips === "string")
      written.push(`for (; ${counter} < (${trips}) * ${String(step)}; ${counter} += ${String(step)}) {`);
    else {
      end += trips * step;
      written.push(
        trips === 1 ? "{" : `for (; ${counter} < ${String(end)}; ${counter} += ${String(step)}) {`,
      );
    }
    written.push(...scope.lines);
    if (trips === 1) written.push(`${counter} += ${String(step)};`);
    written.push("}");
  }
  at.lines.push(...ahead.lines, "{", `long ${counter} = 0;`, ...written, "}");
};
