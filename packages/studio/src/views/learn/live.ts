/** The views that can stand beside a chapter, by their place in the address. */
import type { View } from "../../app/view.ts";

export const live: Readonly<Record<string, View["load"]>> = {
  slope: () => import("../slope/Slope.svelte"),
  descent: () => import("../descent/Descent.svelte"),
  chain: () => import("../chain/Chain.svelte"),
};
