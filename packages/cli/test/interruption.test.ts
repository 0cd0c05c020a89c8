import { afterEach, describe, expect, it, vi } from "vitest";
import {
  heard,
  Interrupted,
  interruptible,
  listenForInterruption,
  undoneWhenInterrupted,
} from "../src/interruption.ts";
import type { Terminal } from "../src/terminal/terminal.ts";

const ended = new Error("the process ended");

/** A terminal, and the process: what was said, and the code that it ended with. */
function stage() {
  const said: string[] = [];
  const exit = vi.spyOn(process, "exit").mockImplementation(() => {
    throw ended;
  });
  const stderr = { write: (text: string) => said.push(text) };
  const terminal = { stderr, isInteractive: false } as unknown as Terminal;
  /** Whether the process ended. */
  const press = (): boolean => {
    exit.mockClear();
    try {
      process.emit("SIGINT");
    } catch (error) {
      if (error !== ended) throw error;
      expect(exit).toHaveBeenCalledWith(130);
    }
    return exit.mock.calls.length > 0;
  };
  return { said, terminal, press };
}

afterEach(() => vi.restoreAllMocks());

describe("Ctrl-C", () => {
  it("ends at once what has nothing to keep, says so and undoes what is half done", async () => {
    const { said, terminal, press } = stage();
    const undone: string[] = [];
    const isDone = undoneWhenInterrupted(() => undone.push("a file that is whole"));
    const isLeft = undoneWhenInterrupted(() => {
      undone.push("a file that is not there");
      throw new Error("ENOENT");
    });
    const isOther = undoneWhenInterrupted(() => undone.push("a query"));
    isDone();
    const listeners = process.listenerCount("SIGINT");
    await interruptible(terminal, ": nothing was measured", () => {
      expect(press()).toBe(true);
      return Promise.resolve();
    });
    expect(said).toEqual(["interrupted: nothing was measured\n"]);
    expect(undone).toEqual(["a file that is not there", "a query"]);
    expect(process.listenerCount("SIGINT")).toBe(listeners);
    isLeft();
    isOther();
  });

  it("lets a training end with its model, and a second one ends all as soon as that is safe", () => {
    const { said, terminal, press } = stage();
    const interruption = listenForInterruption(terminal, ": no model was written");
    interruption.enter("training");
    expect(press()).toBe(false);
    expect(interruption.signal.aborted).toBe(true);
    expect(press()).toBe(false);
    interruption.enter("writing");
    expect(said).toEqual([]);
    expect(() => interruption.enter("reporting")).toThrow(ended);
    expect(said).toEqual(["interrupted: no report was written\n"]);
    interruption.release();
  });

  it("a third one does not wait for the model", () => {
    const { said, terminal, press } = stage();
    const interruption = listenForInterruption(terminal, ": no model was written");
    interruption.enter("training");
    expect([press(), press(), press()]).toEqual([false, false, true]);
    expect(said).toEqual(["interrupted: no model was written\n"]);
    interruption.release();
  });

  it("ends a report, not the writing of the model before it", () => {
    const { said, terminal, press } = stage();
    const interruption = listenForInterruption(terminal, ": no model was written");
    interruption.enter("training");
    interruption.enter("writing");
    expect(press()).toBe(false);
    expect(() => interruption.enter("reporting")).toThrow(ended);
    expect(press()).toBe(true);
    expect(said).toEqual(["interrupted: no report was written\n", "interrupted: no report was written\n"]);
    interruption.release();
  });

  it("ends what never waits, and then means what it means elsewhere", () => {
    const { said, terminal } = stage();
    expect(heard(() => heard(() => 6) * 7)).toBe(42);
    const fault = (): never => {
      throw new RangeError("what goes wrong in it");
    };
    expect(() => heard(fault)).toThrow(RangeError);
    // As vm does when the signal arrives while it runs a script.
    const cut = Object.assign(new Error("interrupted"), { code: "ERR_SCRIPT_EXECUTION_INTERRUPTED" });
    const work = (): never => {
      throw cut;
    };
    const interruption = listenForInterruption(terminal, ": no model was written");
    expect(() => heard(work)).toThrow(ended);
    interruption.enter("training");
    expect(() => heard(work)).toThrow(Interrupted);
    expect(interruption.signal.aborted).toBe(true);
    interruption.release();
    expect(said).toEqual(["interrupted: no model was written\n"]);
  });
});
