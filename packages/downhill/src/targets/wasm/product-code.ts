/** What the kernels of matrix products have in common. */
import { factorBytes, type FactorType } from "../shared/products.ts";
import type { Code, Local } from "./code.ts";
import { laneOpcode } from "./lane-types.ts";

/** sum += a·b, lane by lane; rounded once if `relaxed`. */
export const multiplyAdd = (
  code: Code,
  type: FactorType,
  relaxed: boolean,
  sum: Local,
  a: Local,
  b: Local,
): void => {
  const opcode = (name: string) => laneOpcode(type, factorBytes[type] === 4 ? 4 : 2, name);
  if (relaxed && type !== "i32") code.get(a).get(b).get(sum).op(opcode("relaxed_madd"));
  else code.get(sum).get(a).get(b).op(opcode("mul")).op(opcode("add"));
  code.set(sum);
};

/** Leaves the sum of a vector's lanes, neighbours first. */
export const pushSumOfLanes = (code: Code, type: "f32" | "f64", vector: Local): void => {
  const lanes = 16 / factorBytes[type];
  for (let lane = 0; lane < lanes; lane++) {
    code.get(vector).lane(laneOpcode(type, lanes === 4 ? 4 : 2, "extract_lane"), lane);
    if (lane % 2 === 1) code.op(`${type}.add`);
  }
  if (lanes === 4) code.op(`${type}.add`);
};
