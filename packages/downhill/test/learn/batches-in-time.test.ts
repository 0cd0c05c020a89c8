/** Rows that come piece by piece. */
import { tensor } from "downhill";
import {
  collectBatches,
  LogisticRegression,
  makePipeline,
  MLPRegressor,
  OneHotEncoder,
  Ridge,
  type RowBatch,
  StandardScaler,
} from "downhill/learn";
import { describe, expect, expectTypeOf, test } from "vitest";
import { numbers, parametersOf, table, twoClasses } from "./subjects.ts";

/** In batches of some rows, each after a turn of the event loop. */
async function* inTime<Y, X>(batches: readonly RowBatch<Y, X>[]): AsyncGenerator<RowBatch<Y, X>> {
  for (const batch of batches) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    yield batch;
  }
}

const parts = <Y>(y: readonly Y[]): RowBatch<Y[]>[] =>
  [
    [0, 25],
    [25, 26],
    [26, 60],
  ].map(([from, to]) => ({ X: table.slice(from, to), y: y.slice(from, to) }));

describe("fitBatches is fit of all rows, as a promise", () => {
  test("arrays", async () => {
    const waited = new Ridge().fitBatches(inTime(parts(numbers)));
    expectTypeOf(waited).toEqualTypeOf<Promise<Ridge>>();
    const expected = new Ridge().fit(table, numbers);
    expectTypeOf(expected).toEqualTypeOf<Ridge>();
    expect(parametersOf(await waited)).toEqual(parametersOf(expected));
    const labels = twoClasses.map((y) => (y === 1 ? "yes" : "no"));
    const classifier = await new LogisticRegression().fitBatches(inTime(parts(labels)));
    expect(parametersOf(classifier)).toEqual(parametersOf(new LogisticRegression().fit(table, labels)));
  });

  test("tensors with weights, and the options of fit", async () => {
    const sampleWeight = numbers.map((_, i) => 1 + (i % 4));
    const batches = parts(numbers).map(({ X, y }, i) => ({
      X: tensor(X as number[][], { dtype: "float64" }),
      y: tensor(y, { dtype: "float64" }),
      sampleWeight: sampleWeight.slice([0, 25, 26][i], [25, 26, 60][i]),
    }));
    const network = () => new MLPRegressor({ hiddenLayerSizes: [4], maxIter: 6, learningRate: 0.01 });
    const epochs: number[] = [];
    const found = await network().fitBatches(inTime(batches), {
      onEpoch: ({ epoch }) => void epochs.push(epoch),
    });
    const X = tensor(table, { dtype: "float64" });
    expect(parametersOf(found)).toEqual(parametersOf(network().fit(X, numbers, { sampleWeight })));
    expect(epochs).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("pipelines", async () => {
    const make = () => makePipeline(new StandardScaler(), new Ridge());
    const found = await make().fitBatches(inTime(parts(numbers)));
    expect(found.predict(table).toArray()).toEqual(make().fit(table, numbers).predict(table).toArray());
    const cells = makePipeline(new OneHotEncoder(), new LogisticRegression());
    await cells.fitBatches(
      inTime([
        { X: [["a"], ["b"]], y: [0, 1] },
        { X: [["a"], ["c"]], y: [0, 1] },
      ]),
    );
    expect(cells.namedSteps.onehotencoder.categories).toEqual([["a", "b", "c"]]);
  });
});

test("what does not go together is refused", async () => {
  const [first, second] = parts(numbers);
  const X = tensor(table, { dtype: "float64" });
  await expect(new Ridge().fitBatches(inTime<number[], never>([]))).rejects.toThrow(
    "Ridge.fitBatches: there was no batch",
  );
  await expect(collectBatches(inTime([first!, { ...second!, sampleWeight: [1] }]))).rejects.toThrow(
    "some batches have sampleWeight and others have not",
  );
  await expect(new Ridge().fitBatches(inTime([first!, { X, y: numbers }]))).rejects.toThrow(
    "X is a tensor in some batches and an array in others; write all alike",
  );
  await expect(
    new Ridge().fitBatches(
      inTime([
        { X, y: numbers },
        { X: tensor([[1]]), y: [1] },
      ]),
    ),
  ).rejects.toThrow(
    "X of batch 1 is float32[1, 1], of batch 0 float64[60, 3]; batches may differ in rows only",
  );
  expect(() => new Ridge().fit(inTime([first!]) as never, numbers)).toThrow(
    "Ridge.fit: X comes piece by piece; write fitBatches(batches), a promise",
  );
  const abort = new AbortController();
  abort.abort(new Error("enough"));
  await expect(new Ridge().fitBatches(inTime([first!]), { signal: abort.signal })).rejects.toThrow("enough");
});
