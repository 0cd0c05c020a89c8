/**
 * Values in lanes. A vector holds four lanes, or two if a loop works on values of 64 bits; types of 32 bits then use
 * the lower half of the vector. A bool is a mask as wide as the lane: 32 bits of four, 64 bits of two.
 */
import type { ScalarType } from "../../program/loop.ts";
import { isWide } from "../shared/vector-plan.ts";
import type { Code } from "./code.ts";
import type { OpcodeName } from "./opcodes.ts";

export type Width = 2 | 4;

/** Lanes of a vector, by whether there are values of 64 bits in the loop. */
export const widthOf = (wide: boolean): Width => (wide ? 2 : 4);

export const shapeOf = (type: ScalarType, width: Width): "f32x4" | "i32x4" | "f64x2" | "i64x2" => {
  if (type === "bool") return width === 4 ? "i32x4" : "i64x2";
  if (type === "f32" || type === "i32") return `${type}x4`;
  return `${type}x2`;
};

/** Bytes from one lane to the next. */
const laneBytes = (type: ScalarType, width: Width): number =>
  isWide(type) || (type === "bool" && width === 2) ? 8 : 4;

/** With a value alone on the stack, leaves it in all lanes. */
export const splat = (code: Code, type: ScalarType): void => {
  if (type === "bool") code.op("i32.eqz").i32(1).op("i32.sub").op("i32x4.splat");
  else code.op(`${shapeOf(type, 4)}.splat`);
};

/** With a vector on the stack, leaves one lane alone. */
export const extractLane = (code: Code, type: ScalarType, width: Width, lane: number): void => {
  if (type === "bool")
    code
      .lane("i32x4.extract_lane", width === 4 ? lane : 2 * lane)
      .i32(1)
      .op("i32.and");
  else code.lane(`${shapeOf(type, width)}.extract_lane`, lane);
};

/** With a vector and a value alone on the stack, leaves the vector with that value in one lane. */
export const replaceLane = (code: Code, type: ScalarType, width: Width, lane: number): void => {
  if (type === "bool") {
    code.op("i32.eqz").i32(1).op("i32.sub");
    if (width === 2) code.op("i64.extend_i32_s");
  }
  code.lane(`${shapeOf(type, width)}.replace_lane`, lane);
};

/** From masks of 64 bits to masks of 32 in the lower half, and from i64 to i32. */
export const narrow = (code: Code): void => {
  code.v128().shuffle([0, 1, 2, 3, 8, 9, 10, 11, 16, 16, 16, 16, 16, 16, 16, 16]);
};

/** With a vector on the stack twice, leaves one whose lanes 0… are those from `lane` on. */
export const shiftLanes = (code: Code, type: ScalarType, width: Width, lane: number): void => {
  const first = lane * laneBytes(type, width);
  code.shuffle(Array.from({ length: 16 }, (_, i) => (first + i) % 16));
};

export const laneOpcode = (type: ScalarType, width: Width, name: string): OpcodeName =>
  `${shapeOf(type, width)}.${name}` as OpcodeName;
