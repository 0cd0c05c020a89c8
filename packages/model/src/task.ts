import type { Plan } from "./plan.ts";

export type ClassValue = string | number | boolean;

/** What is to be predicted. */
export type Task =
  | {
      readonly kind: "regression";
      readonly target: string;
      /** Rows whose target is missing. */
      readonly missing: number;
      /** Why this task, for the user. */
      readonly reason: string;
    }
  | {
      readonly kind: "classification";
      readonly target: string;
      /** Numbers by size, texts by code point, false before true. */
      readonly classes: readonly ClassValue[];
      /** Rows of each class. */
      readonly counts: readonly number[];
      readonly missing: number;
      readonly reason: string;
    };

/** The task as part of a plan. */
export function planTarget(task: Task): Plan["target"] {
  return task.kind === "classification"
    ? { task: "classification", column: task.target, classes: [...task.classes] }
    : { task: "regression", column: task.target };
}
