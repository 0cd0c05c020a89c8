/** What a page is told that cannot use threads. */
import { divide } from "../../compiler/parallel.ts";
import { placedKernels, type PlacedStep } from "../../compiler/schedule.ts";

interface Page {
  readonly crossOriginIsolated?: boolean;
  readonly navigator?: { readonly hardwareConcurrency?: number };
  readonly console?: { info(message: string): void };
}

let hasSaid = false;

/**
 * Says once, as soon as something is compiled that threads would divide among them, that this page has only one thread
 * since it is not cross-origin isolated.
 */
export const sayIfThreadsAreMissed = (steps: readonly PlacedStep[]): void => {
  const { crossOriginIsolated, navigator, console } = globalThis as Page;
  if (hasSaid || crossOriginIsolated !== false || !((navigator?.hardwareConcurrency ?? 1) > 1)) return;
  if (!placedKernels(steps).some((placed) => divide(placed, 2) !== undefined)) return;
  hasSaid = true;
  console?.info(
    "downhill: this page is not cross-origin isolated, so that it computes on one thread; serve it with the headers " +
      "Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp to use all of them",
  );
};
