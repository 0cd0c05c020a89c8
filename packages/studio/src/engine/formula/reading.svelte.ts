/** The engine's reading of a formula as it is typed. */
import { engine } from "../engine.ts";
import { live, type Live } from "../live.svelte.ts";
import type { Reading } from "./tasks.ts";

/** Call it while a component is set up. */
export const readFormula = (text: () => string): Live<{ readonly text: string }, Reading> =>
  live(
    () => ({ text: text() }),
    (question, signal) => engine.ask("formula", "read", question, { signal }),
  );
