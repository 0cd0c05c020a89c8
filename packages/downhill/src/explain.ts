/** The entry `downhill/explain`: derivations, descents step by step, curvature, and the learning rates that they allow. */
import "./functions/methods.ts";

export * from "./explain/index.ts";
export * from "./curvature/index.ts";
