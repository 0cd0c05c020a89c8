/** Mini-batches in stretches: the same steps as one by one. */
import { optim, random, tensor, type Tensor } from "downhill";
import { describe, expect, it } from "vitest";
import { batchOfRows, divisionOf, epochStretches, repeatedBatch } from "../../src/learn/batches.ts";
import {
  type Batch,
  compiledGradient,
  type Loss,
  type Progress,
  trainingStep,
  trainingStretch,
} from "../../src/learn/loss.ts";
import { mlpModel, startParameters } from "../../src/learn/mlp-model.ts";
import { randomSource } from "../../src/learn/random.ts";

const rows = 103;
const data: Batch = {
  X: random.normal(random.key(1), [rows, 4]),
  Y: random.normal(random.key(2), [rows, 1]),
  weights: random.uniform(random.key(3), [rows]),
  penalty: tensor(0.01),
};

const count = (x: Tensor): number => x.shape[0]!;

describe.each([1, 4, 10, 30, 102, 103, 200])("batches of %i", (size) => {
  it.each([1, 2, 3, 7, 256].flatMap((longest) => [true, false].map((mayFill) => ({ longest, mayFill }))))(
    "in stretches of at most $longest, filled up: $mayFill, go through every row once, in few shapes",
    ({ longest, mayFill }) => {
      const division = divisionOf(rows, size, longest, mayFill);
      const stretches = [...epochStretches(data, division, randomSource("test", 5))];
      const seen = stretches.flatMap(({ batch }) => Array.from(batch.weights.data));
      expect(seen.filter((weight) => weight > 0).toSorted()).toEqual(
        Array.from(data.weights.data).toSorted(),
      );
      const sizes = stretches.flatMap(({ batch, count: steps }) =>
        steps === undefined ? [count(batch.X)] : Array.from({ length: steps }, () => batch.X.shape[1]!),
      );
      const whole = Math.min(size, rows);
      expect(sizes.slice(0, -1).every((length) => length === whole)).toBe(true);
      // Those of 4, 10 and 30 lack 1, 7 and 17 of the last batch's rows; 17 are more than an eighth of all.
      const isFilled = mayFill && size <= 10;
      expect(sizes.at(-1)).toBe(isFilled ? size : rows % whole || whole);
      expect(seen).toHaveLength(isFilled ? Math.ceil(rows / size) * size : rows);
      for (const { batch, count: steps } of stretches)
        if (steps !== undefined) {
          expect(steps).toBeLessThanOrEqual(longest);
          expect(batch.X.shape).toEqual([steps, size, 4]);
          expect(batch.Y.shape).toEqual([steps, size, 1]);
        }
      // One stretch, one whole batch, one remainder.
      const shapes = new Set(stretches.map(({ batch }) => batch.X.shape.join()));
      expect(shapes.size).toBeLessThanOrEqual(isFilled ? 2 : 3);
    },
  );
});

it("rows that fill up a batch change neither its loss nor its gradient", () => {
  const { loss } = mlpModel("numbers", "tanh", 0);
  const at = startParameters([4, 5, 1], "tanh", 0, "float64");
  const table = { ...data, X: data.X.astype("float64"), Y: data.Y.astype("float64") };
  const whole: Batch = {
    ...table,
    weights: data.weights.astype("float64"),
    penalty: tensor(0.01, { dtype: "float64" }),
  };
  const stretches = [...epochStretches(whole, divisionOf(rows, 10, 1, true), null)];
  const last = stretches.at(-1)!;
  expect(last.batch.X.shape).toEqual([10, 4]);
  expect(last.order).toEqual(Int32Array.of(100, 101, 102));
  const [filledLoss, filledSlope] = compiledGradient(loss)(at, last.batch);
  const [shortLoss, shortSlope] = compiledGradient(loss)(at, batchOfRows(whole, [100, 101, 102]));
  // Sums of a few float64 numbers of size 1, perhaps in another order.
  expect(Math.abs(filledLoss.item() - shortLoss.item())).toBeLessThan(1e-15);
  const short = shortSlope.layers.map(({ kernel }) => kernel);
  filledSlope.layers.forEach(({ kernel }, i) => {
    expect(kernel.sub(short[i]!).abs().max().item()).toBeLessThan(1e-15);
  });
});

it("the same rows for each of several steps", () => {
  const { X, weights } = repeatedBatch(batchOfRows(data, [5, 7]), 3);
  expect(X.shape).toEqual([3, 2, 4]);
  const own = [data.weights.data[5], data.weights.data[7]];
  expect(Array.from(weights.data)).toEqual([...own, ...own, ...own]);
});

it("a stretch does what its steps do, to the bit", () => {
  const loss: Loss<{ w: Tensor }> = ({ w }, { X, Y, weights, penalty }) =>
    X.matmul(w).tanh().sub(Y).square().sum(1).mul(weights).mean().add(w.square().sum().mul(penalty));
  const adam = optim.adam({ learningRate: 1 });
  const start: Progress<{ w: Tensor }> = {
    parameters: { w: random.normal(random.key(4), [4, 1]) },
    state: adam.init({ w: tensor([[0], [0], [0], [0]]) }),
  };
  const [stretch] = epochStretches(data, divisionOf(rows, 10, 256, false), null);
  const rates = Array.from({ length: stretch!.count! }, (_, i) => 0.05 / (i + 1));
  const [after, losses] = trainingStretch(loss, "adam", adam)(start, tensor(rates), stretch!.batch);
  let expected = start;
  const expectedLosses: number[] = [];
  for (let i = 0; i < stretch!.count!; i++) {
    const order = Array.from({ length: 10 }, (_, k) => i * 10 + k);
    const [next, value] = trainingStep(loss, "adam", adam)(
      expected,
      tensor(rates[i]!),
      batchOfRows(data, order),
    );
    expected = next;
    expectedLosses.push(value.item());
  }
  expect(Array.from(losses.data)).toEqual(expectedLosses);
  expect(after.parameters.w.toArray()).toEqual(expected.parameters.w.toArray());
});
