export * from "./decay.ts";
export * from "./join.ts";
export * from "./piecewise.ts";
export type { BuiltSchedule, Schedule } from "./schedule.ts";
