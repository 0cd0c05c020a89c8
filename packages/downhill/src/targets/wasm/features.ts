/** What the engine at hand can do. */
import { nodeProcess } from "../shared/thread-count.ts";
import { ModuleBuilder } from "./binary.ts";
import { FunctionBuilder } from "./code.ts";

/** In Node 20 relaxed SIMD hides behind a flag that may be set as long as nothing has been compiled. */
const nodeFlag = "--experimental-wasm-relaxed-simd";

const uses = (fill: (fn: FunctionBuilder) => void): boolean => {
  const module = new ModuleBuilder();
  const fn = new FunctionBuilder([], ["v128"]);
  fill(fn);
  module.add(fn);
  return WebAssembly.validate(module.encode());
};

const hasRelaxed = (): boolean =>
  uses(({ code }) => {
    code.v128().v128().v128().op("f32x4.relaxed_madd");
  });

export interface Features {
  /** 128-bit vectors. */
  readonly simd: boolean;
  /** Fused multiply-add in vectors. */
  readonly relaxed: boolean;
  /**
   * Whether ten sums of a loop stay in vector registers. In Node 20 they do not, and a product that keeps so many takes twice as
   * long; engines that have relaxed SIMD without being asked are newer.
   */
  readonly manySums: boolean;
}

let known: Features | undefined;

/** Found out at the first call, which must come before any module is compiled. */
export const features = (): Features => {
  if (known) return known;
  const manySums = hasRelaxed();
  let relaxed = manySums;
  if (!relaxed) {
    const v8 = nodeProcess()?.getBuiltinModule?.("node:v8") as
      { readonly setFlagsFromString?: (flag: string) => void } | undefined;
    v8?.setFlagsFromString?.(nodeFlag);
    relaxed = hasRelaxed();
  }
  const simd =
    relaxed ||
    uses(({ code }) => {
      code.v128();
    });
  known = { simd, relaxed, manySums };
  return known;
};
