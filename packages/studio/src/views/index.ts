/** The views of the studio, in the order in which a learner meets them. */
import type { View } from "../app/view.ts";

export const views: readonly View[] = [
  { id: "slope", title: "Slope", load: () => import("./slope/Slope.svelte") },
  { id: "descent", title: "Descent", load: () => import("./descent/Descent.svelte") },
  { id: "chain", title: "Chain", load: () => import("./chain/Chain.svelte") },
  { id: "train", title: "Train", load: () => import("./train/Train.svelte") },
  { id: "model", title: "Model", load: () => import("./model/Model.svelte") },
  { id: "learn", title: "Learn", load: () => import("./learn/Learn.svelte") },
];
