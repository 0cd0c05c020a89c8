/** The targets that tests run on: those of the main door, and the native one where there is a C compiler. */
import { setTarget as setTargetOfDoor, type TargetName, targetNames as namesOfDoor } from "downhill";
import { native } from "downhill/native";
import { it } from "vitest";
import { hasCompiler } from "../../src/targets/native/cc.ts";

const nativeTarget = hasCompiler() ? native() : undefined;

// A skipped test is seen, and fails where everything must be tested.
if (nativeTarget === undefined) it.skip('the target "native": there is no C compiler');

export type TestedTarget = TargetName | "native";

export const targetNames: readonly TestedTarget[] =
  nativeTarget === undefined ? namesOfDoor : [...namesOfDoor, "native"];

export const setTarget = (name: TestedTarget): void =>
  setTargetOfDoor(name === "native" ? nativeTarget! : name);
