/** The order in which numbers become known: forward from the variables to the result, then back. */
import type { DerivationGraph } from "downhill/explain";

export interface Flow {
  /** How many moments there are: at 0 nothing is known, at the last everything. */
  readonly last: number;
  /** From which moment on the value of a node is known. */
  readonly valueFrom: ReadonlyMap<string, number>;
  /** From which moment on the slope by a node is known: all that it is added up from is there before. */
  readonly slopeFrom: ReadonlyMap<string, number>;
}

/** All variables at once, then step after step; the slopes in the opposite order. */
export const flowOf = ({ nodes }: DerivationGraph): Flow => {
  const steps = nodes.filter(({ definition }) => definition !== null);
  const forward = new Map(nodes.map(({ key, definition }) => [key, definition === null ? 1 : 0]));
  steps.forEach(({ key }, i) => forward.set(key, i + 2));
  const turn = steps.length + 2;
  const backward = new Map<string, number>();
  [...steps].reverse().forEach(({ key }, i) => backward.set(key, turn + i));
  const end = turn + steps.length;
  for (const { key, definition } of nodes) if (definition === null) backward.set(key, end);
  return { last: end, valueFrom: forward, slopeFrom: backward };
};
