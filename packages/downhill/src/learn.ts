/** The entry `downhill/learn`: estimators, metrics, saved models and the files they are saved in. */
import "./functions/methods.ts";

export * from "./learn/index.ts";
export * from "./io/index.ts";
