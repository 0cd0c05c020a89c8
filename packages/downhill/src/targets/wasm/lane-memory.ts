/** Loads and stores of lanes. */
import type { BufferUse, Index } from "../../program/loop.ts";
import { scalarTypeOf } from "../../program/loop.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import type { Code, Local } from "./code.ts";
import { replaceLane, splat } from "./lane-types.ts";
import { type Emitter, type Lanes, pushAddress, type Scope } from "./scope.ts";
import { loadOf } from "./types.ts";

/** A place in memory for each lane: `dynamic` leaves the computed part of a lane's address. */
export interface LanePlace {
  readonly buffer: BufferUse;
  readonly at: Index;
  readonly copy: number;
  readonly dynamic: ((lane: number) => void) | undefined;
  /** Whether the computed part differs from lane to lane. */
  readonly gathers: boolean;
}

/** Elements from one lane to the next. */
export const laneStride = (lanes: Lanes, at: Index): number => {
  let stride = 0;
  for (const term of at.terms) if (lanes.indices.has(term.loop)) stride += term.stride;
  return stride;
};

const placeLane = (e: Emitter, at: Scope, lanes: Lanes, place: LanePlace, lane: number): number => {
  const bytes = bytesPerElement(place.buffer.dtype);
  const ahead = (place.copy * lanes.width + lane) * laneStride(lanes, place.at) * bytes;
  return pushAddress(
    e,
    at,
    place.buffer,
    place.at,
    bytes,
    ahead,
    place.dynamic && (() => place.dynamic?.(lane)),
  );
};

/** With bytes 0 and 1 in the lowest lanes of the vector on the stack, leaves masks. */
const widenBools = (code: Code, width: 2 | 4): void => {
  code.op("i16x8.extend_low_i8x16_u").op("i32x4.extend_low_i16x8_u");
  if (width === 2) code.op("i64x2.extend_low_i32x4_u").op("i64x2.neg");
  else code.op("i32x4.neg");
};

const pushAdjacent = (e: Emitter, at: Scope, lanes: Lanes, place: LanePlace): void => {
  const { code } = at;
  const { width, active } = lanes;
  const bytes = bytesPerElement(place.buffer.dtype);
  const offset = placeLane(e, at, lanes, place, 0);
  if (bytes === 1) {
    if (active === 1) {
      code.memory("i32.load8_u", offset);
      splat(code, "bool");
      return;
    }
    code.memory(width === 4 ? "v128.load32_zero" : "v128.load16_splat", offset);
    widenBools(code, width);
    return;
  }
  const size = bytes * active;
  code.memory(size === 16 ? "v128.load" : size === 8 ? "v128.load64_zero" : "v128.load32_zero", offset);
};

/** Leaves what lies at the lanes' places in a vector on the stack. */
export const pushLaneLoad = (e: Emitter, at: Scope, lanes: Lanes, place: LanePlace): void => {
  const { dtype } = place.buffer;
  const type = scalarTypeOf[dtype];
  if (!place.gathers && (lanes.active === 1 || laneStride(lanes, place.at) === 1)) {
    pushAdjacent(e, at, lanes, place);
    return;
  }
  const { code } = at;
  const offset = placeLane(e, at, lanes, place, 0);
  code.memory(loadOf[dtype], offset);
  splat(code, type);
  for (let lane = 1; lane < lanes.active; lane++) {
    code.memory(loadOf[dtype], placeLane(e, at, lanes, place, lane));
    replaceLane(code, type, lanes.width, lane);
  }
};

const laneStore = { 1: "v128.store8_lane", 4: "v128.store32_lane", 8: "v128.store64_lane" } as const;

const ones = /* @__PURE__ */ Array.from({ length: 16 }, () => 1);

/** Stores the lanes of the vector in a local. */
export const emitLaneStore = (e: Emitter, at: Scope, lanes: Lanes, place: LanePlace, vector: Local): void => {
  const { code } = at;
  const { width, active } = lanes;
  const { dtype } = place.buffer;
  const bytes = bytesPerElement(dtype) as 1 | 4 | 8;
  const laneBytes = width === 4 || (dtype !== "bool" && bytes === 4) ? 4 : 8;
  if (dtype === "bool") code.get(vector).v128(ones).op("v128.and").set(vector);
  if (place.gathers || active === 1 || laneStride(lanes, place.at) !== 1) {
    for (let lane = 0; lane < active; lane++) {
      const offset = placeLane(e, at, lanes, place, lane);
      code.get(vector).memory(laneStore[bytes], offset, (lane * laneBytes) / bytes);
    }
    return;
  }
  const offset = placeLane(e, at, lanes, place, 0);
  code.get(vector);
  if (dtype === "bool") {
    const picks = Array.from({ length: 16 }, (_, i) => (i < width ? i * laneBytes : 0));
    code.get(vector).shuffle(picks);
    code.memory(width === 4 ? "v128.store32_lane" : "v128.store16_lane", offset, 0);
  } else if (bytes * width === 16) code.memory("v128.store", offset);
  else code.memory("v128.store64_lane", offset, 0);
};
