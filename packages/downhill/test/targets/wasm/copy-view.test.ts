/** Views copied at once against the plain evaluation of the same operation, in runs of all lengths. */
import { setTarget, tensor, type Tensor } from "downhill";
import { afterEach, expect, test } from "vitest";

afterEach(() => setTarget("wasm"));

const x = tensor(
  Float32Array.from({ length: 3 * 20 * 40 }, (_, i) => i),
  { shape: [3, 20, 40] },
);

test.each<[string, (x: Tensor) => Tensor]>([
  ["rows", (z) => z.slice([1, 3])],
  ["parts of rows", (z) => z.slice(null, [2, 19], [5, 30])],
  ["short parts of rows", (z) => z.slice(null, null, [5, 9])],
  ["every other element", (z) => z.slice(null, [null, null, 3], [1, null, 2])],
  ["nothing", (z) => z.slice([1, 1])],
  ["transposed", (z) => z.transpose()],
  ["outer axes exchanged", (z) => z.transpose([1, 0, 2])],
  ["flipped", (z) => z.flip()],
  ["flipped along one axis", (z) => z.flip(1)],
  ["repeated in front", (z) => z.slice([0, 1]).broadcastTo([2, 20, 40])],
  ["repeated inside", (z) => z.slice(null, [0, 1]).broadcastTo([3, 5, 40])],
  ["one element everywhere", (z) => z.slice([0, 1], [0, 1], [7, 8]).broadcastTo([4, 20, 40])],
])("%s", (_, f) => {
  setTarget("wasm");
  const copied = f(x);
  setTarget("reference");
  const plain = f(x);
  expect(copied.shape).toEqual(plain.shape);
  expect(copied.data).toEqual(plain.data);
});
