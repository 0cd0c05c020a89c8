/** Limits of what the page takes on, and how it says no. */
import { TaskError } from "../../../engine/task.ts";

/** More rows than this are work for the command. */
export const mostRows = 200_000;
export const mostBytes = 100 * 2 ** 20;

export const refuse = (problem: string, remedy: string): TaskError => new TaskError(`${problem}. ${remedy}.`);

export const tooLarge = (name: string, what: string): TaskError =>
  refuse(
    `${name} has ${what}; the page takes up to ${mostRows.toLocaleString("en")} rows and ${mostBytes / 2 ** 20} MB`,
    `Train on it with the command, which streams it: npx downhill train ${name} --target COLUMN. Or drop a part of its rows here`,
  );
