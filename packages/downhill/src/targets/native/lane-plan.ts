/** Whether and how a loop runs in lanes. */
import type { Loop } from "../../program/walk.ts";
import type { Facts } from "../wasm/facts.ts";
import { planVectors, type VectorPlan } from "../wasm/vector-plan.ts";
import { lanesOf, type Machine } from "./machine.ts";

export interface LanePlan extends Pick<VectorPlan, "varies" | "partials"> {
  readonly count: number;
  readonly copies: number;
}

export const planLanes = (machine: Machine, loop: Loop, facts: Facts): LanePlan | undefined => {
  const plan = planVectors(loop, facts);
  if (plan === undefined) return undefined;
  const { width, copies, varies, partials } = plan;
  const count = lanesOf(machine, width === 2 ? 8 : 4);
  return { count, copies: Math.max(1, Math.min(copies, Math.floor(loop.extent / count))), varies, partials };
};
