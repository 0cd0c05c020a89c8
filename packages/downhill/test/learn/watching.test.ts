/** Trainings that are watched, stopped before their end, or run beside other things. */
import { LinearRegression, LogisticRegression, MLPClassifier } from "downhill/learn";
import { describe, expect, test } from "vitest";
import { float64, parametersOf, subjects, table, twoClasses } from "./subjects.ts";

const X = float64(table);
const after = 3;

const interruptible = subjects.filter(({ course }) => course !== "direct");

describe.each(interruptible)("$name", ({ make, y, course, isWhole }) => {
  test.each([
    ["onEpoch returns false", (): object => ({ onEpoch: ({ epoch }: { epoch: number }) => epoch < after })],
    [
      "the signal is aborted",
      (): object => {
        const controller = new AbortController();
        return {
          signal: controller.signal,
          onEpoch: ({ epoch }: { epoch: number }) => {
            if (epoch === after) controller.abort();
          },
        };
      },
    ],
  ])("ends when %s, with the best parameters so far", (_, watch) => {
    const model = make().fit(X, y, watch());
    // Coordinate descent may arrive before that.
    const ran = make().fit(X, y).nIter;
    expect(model.nIter).toBe(Math.min(after, ran));
    if (ran > after) {
      expect(model.stopReason).toBe("interrupted");
      expect(model.converged).toBe(false);
    }
    expect(model.history.loss).toHaveLength(model.nIter);
    expect(model.isFitted).toBe(true);
    expect(Number.isFinite(model.score(X, y))).toBe(true);
    // All of these are falling still: the last parameters are the best.
    expect(model.bestEpoch).toBe(model.nIter);
    if (course === "stepped") {
      expect(parametersOf(model)).toEqual(parametersOf(make({ maxIter: after }).fit(X, y)));
      const loss = model
        .lossFunction(
          X,
          y,
        )(model.parameters as never)
        .item();
      if (isWhole) expect(loss).toBeLessThan(Math.min(...model.history.loss));
    }
  });

  test("does not begin when the signal was aborted before", () => {
    const model = make();
    model.fit(X, y, { signal: AbortSignal.abort() });
    expect(model.nIter).toBeLessThanOrEqual(1);
    if (course === "stepped") expect([model.nIter, model.bestEpoch]).toEqual([0, 0]);
    expect(Number.isFinite(model.objectiveValue)).toBe(true);
    expect(Number.isFinite(model.score(X, y))).toBe(true);
  });

  test("fitAsync does what fit does, to the bit", async () => {
    const waited = await make().fitAsync(X, y);
    const direct = make().fit(X, y);
    expect(parametersOf(waited)).toEqual(parametersOf(direct));
    expect(waited.history.loss).toEqual(direct.history.loss);
    expect(waited.stopReason).toBe(direct.stopReason);
  });
});

const endless = { maxIter: 10_000_000, tol: 0, nIterNoChange: 10_000_000 } as const;

describe("fitAsync", () => {
  test("lets timers have their turn, and stops when one of them says so", async () => {
    const controller = new AbortController();
    let ticks = 0;
    const timer = setInterval(() => {
      if (++ticks === 5) controller.abort();
    }, 1);
    const model = new MLPClassifier({ learningRate: 1e-4, ...endless });
    await model.fitAsync(X, twoClasses, { signal: controller.signal });
    clearInterval(timer);
    expect(ticks).toBe(5);
    expect(model.stopReason).toBe("interrupted");
    expect(model.nIter).toBeGreaterThan(0);
    expect(model.nIter).toBeLessThan(endless.maxIter);
  });

  test("trainings beside each other do not mix", async () => {
    const options = { hiddenLayerSizes: [6], learningRate: 0.01, maxIter: 60, batchSize: 8 } as const;
    const make = (randomState: number): MLPClassifier => new MLPClassifier({ ...options, randomState });
    const together = await Promise.all([1, 2].map((seed) => make(seed).fitAsync(X, twoClasses)));
    const alone = [1, 2].map((seed) => make(seed).fit(X, twoClasses));
    expect(together.map(parametersOf)).toEqual(alone.map(parametersOf));
  });

  test("what is refused is refused", async () => {
    await expect(new LogisticRegression().fitAsync(X, [1])).rejects.toThrow("X has 60 rows, but y has 1");
  });

  test("what the callback throws, comes through and leaves the model as it was", async () => {
    const model = new LinearRegression({ solver: "sgd" });
    const onEpoch = (): void => {
      throw new Error("no more");
    };
    expect(() => model.fit(X, twoClasses, { onEpoch })).toThrow("no more");
    await expect(model.fitAsync(X, twoClasses, { onEpoch })).rejects.toThrow("no more");
    expect(model.isFitted).toBe(false);
  });
});
