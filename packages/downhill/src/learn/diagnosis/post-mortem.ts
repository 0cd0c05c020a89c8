/** Why a training ran away: the first bad number, and the causes that the numbers and trials support. */
import type { Suspendable } from "../drive.ts";
import { suspects } from "./causes.ts";
import type { Cause, Diagnosis } from "./diagnosis.ts";
import { firstBadNumber } from "./replay.ts";
import { type Scene, tryOut } from "./scene.ts";
import type { Trouble } from "./trouble.ts";

/**
 * Examines a training that ran away. Each suspicion that the numbers give rise to is tried: the training is taken up again
 * from its start with that one thing changed. What cures it comes first, then what would have been too much work to try;
 * what does not cure it is dropped, except for a rate that is too high, which is the last resort.
 */
export function* postMortem<P extends object>(scene: Scene<P>, trouble: Trouble<P>): Suspendable<Diagnosis> {
  const bad = firstBadNumber(scene.again({}), trouble, scene.numbers);
  const cured: Cause[] = [];
  const untried: Cause[] = [];
  for (const suspect of suspects) {
    const suspicion = suspect(scene, trouble);
    if (suspicion === undefined) continue;
    const { cause, change } = suspicion;
    // A smaller rate is then part of the advice already.
    if (cause.kind === "rate" && cured.some((other) => "suggestedRate" in other)) continue;
    const trial = yield* tryOut(scene, trouble, change);
    if (trial === false && (cause.kind !== "rate" || cured.length > 0)) continue;
    const list = trial === false || trial === undefined ? untried : cured;
    list.push({ ...cause, trial: trial === false ? undefined : trial });
  }
  return { bad, causes: [...cured, ...untried], warnings: [] };
}
