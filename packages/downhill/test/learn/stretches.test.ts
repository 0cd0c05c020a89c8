/** Mini-batches in stretches: the same steps as one by one. */
import { optim, random, tensor, type Tensor } from "downhill";
import { describe, expect, it } from "vitest";
import { batchOfRows, epochStretches } from "../../src/learn/batches.ts";
import { type Batch, type Loss, type Progress, trainingStep, trainingStretch } from "../../src/learn/loss.ts";
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
  it.each([1, 2, 3, 7, 256])(
    "in stretches of at most %i go through every row once, in few shapes",
    (longest) => {
      const stretches = [...epochStretches(data, size, randomSource("test", 5), longest)];
      const seen = stretches.flatMap(({ batch }) => Array.from(batch.weights.data));
      expect(seen.toSorted()).toEqual(Array.from(data.weights.data).toSorted());
      const sizes = stretches.flatMap(({ batch, count: steps }) =>
        steps === undefined ? [count(batch.X)] : Array.from({ length: steps }, () => batch.X.shape[1]!),
      );
      const whole = Math.min(size, rows);
      expect(sizes.slice(0, -1).every((length) => length === whole)).toBe(true);
      for (const { batch, count: steps } of stretches)
        if (steps !== undefined) {
          expect(steps).toBeLessThanOrEqual(longest);
          expect(batch.X.shape).toEqual([steps, size, 4]);
          expect(batch.Y.shape).toEqual([steps, size, 1]);
        }
      // One stretch, one whole batch, one remainder.
      expect(new Set(stretches.map(({ batch }) => batch.X.shape.join())).size).toBeLessThanOrEqual(3);
    },
  );
});

it("a stretch does what its steps do, to the bit", () => {
  const loss: Loss<{ w: Tensor }> = ({ w }, { X, Y, weights, penalty }) =>
    X.matmul(w).tanh().sub(Y).square().sum(1).mul(weights).mean().add(w.square().sum().mul(penalty));
  const adam = optim.adam({ learningRate: 1 });
  const start: Progress<{ w: Tensor }> = {
    parameters: { w: random.normal(random.key(4), [4, 1]) },
    state: adam.init({ w: tensor([[0], [0], [0], [0]]) }),
  };
  const rate = tensor(0.05);
  const [stretch] = epochStretches(data, 10, null, 256);
  const [after, losses] = trainingStretch(loss, "adam", adam)(start, rate, stretch!.batch);
  let expected = start;
  const expectedLosses: number[] = [];
  for (let i = 0; i < stretch!.count!; i++) {
    const order = Array.from({ length: 10 }, (_, k) => i * 10 + k);
    const [next, value] = trainingStep(loss, "adam", adam)(expected, rate, batchOfRows(data, order));
    expected = next;
    expectedLosses.push(value.item());
  }
  expect(Array.from(losses.data)).toEqual(expectedLosses);
  expect(after.parameters.w.toArray()).toEqual(expected.parameters.w.toArray());
});
