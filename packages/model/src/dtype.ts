import type { ModelName } from "./card.ts";

/**
 * What a model computes in. Networks need speed more than digits; linear models reach their minimum to more digits
 * than float32 has.
 */
export function dtypeFor(model: ModelName): "float32" | "float64" {
  return model === "mlp" ? "float32" : "float64";
}
