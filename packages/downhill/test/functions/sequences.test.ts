/** What works along sequences: attention, recurrent cells, blocks that move. */
import * as d from "downhill";
import { grad, jit, nn, random, scan, type Tensor, tensor } from "downhill";
import { expect, test } from "vitest";
import { expectClose, roundings } from "../primitives/op-table/compare.ts";
import { drawOperand, randomFrom } from "../primitives/op-table/rows.ts";

const source = randomFrom("sequences");
const draw = (...shape: number[]): Tensor => drawOperand({ shape, low: -1, high: 1 }, "float64", source);

test("attention is a softmax of products, over the keys that are seen", () => {
  const [q, k, v] = [draw(2, 3, 4), draw(2, 5, 4), draw(2, 5, 2)];
  const weights = d.softmax(q.matmul(d.swapaxes(k, 1, 2)).div(2));
  const plain = jit((a: Tensor, b: Tensor, c: Tensor) => d.scaledDotProductAttention(a, b, c))(q, k, v);
  expectClose(plain, weights.matmul(v), roundings(plain), "plain");
  // A causal query sees as many keys as its place says.
  const causal = d.scaledDotProductAttention(q, k, v, { isCausal: true });
  for (const place of [0, 1, 2]) {
    const one = d.scaledDotProductAttention(
      q.slice(null, [place, place + 1]),
      k.slice(null, [0, place + 1]),
      v.slice(null, [0, place + 1]),
    );
    expectClose(causal.slice(null, [place, place + 1]), one, roundings(one), "causal");
  }
  const blind = tensor([[true], [false], [true]]);
  const masked = (a: Tensor): Tensor => d.scaledDotProductAttention(a, k, v, { mask: blind });
  expect(masked(q).slice(null, [1, 2]).toArray()).toEqual([[[0, 0]], [[0, 0]]]);
  expect([...grad((a: Tensor) => masked(a).sum())(q).data].every(Number.isFinite)).toBe(true);
});

const sigma = (x: number): number => 1 / (1 + Math.exp(-x));

test.each(["rnn", "lstm", "gru"] as const)("%s by its formulas, number by number, and its slopes", (kind) => {
  const cell = { rnn: nn.rnnCell, lstm: nn.lstmCell, gru: nn.gruCell }[kind](2, 1) as nn.Cell<unknown>;
  const layer = nn.recurrent(cell);
  const zero = layer.init(random.key(0), { dtype: "float64" });
  const params = { ...zero, bias: draw(zero.bias.size), recurrentBias: draw(zero.bias.size) };
  const x = draw(1, 4, 2);
  const [K, R, b, r] = [params.kernel, params.recurrentKernel, params.bias, params.recurrentBias].map(
    ({ data }) => data,
  );
  const width = zero.bias.size;
  let [h, c] = [0, 0];
  const expected = [0, 1, 2, 3].map((step) => {
    const u = Array.from({ length: width }, (_, g) => x.data[2 * step]! * K![g]! + x.data[2 * step + 1]! * K![width + g]! + b![g]!); // prettier-ignore
    const v = Array.from({ length: width }, (_, g) => h * R![g]! + r![g]!);
    const s = u.map((value, g) => value + v[g]!);
    if (kind === "rnn") h = Math.tanh(s[0]!);
    else if (kind === "lstm") {
      c = sigma(s[1]!) * c + sigma(s[0]!) * Math.tanh(s[2]!);
      h = sigma(s[3]!) * Math.tanh(c);
    } else {
      const update = sigma(s[1]!);
      h = (1 - update) * Math.tanh(u[2]! + sigma(s[0]!) * v[2]!) + update * h;
    }
    return [h];
  });
  const result = layer.apply(params, x);
  expectClose(result, tensor([expected], { dtype: "float64" }), roundings(result), "outputs");
  // The slope through the loop is that through steps written one after another.
  const byHand = (p: typeof params): Tensor => {
    let state = cell.start(1, x);
    let total = tensor(0, { dtype: "float64" });
    for (let step = 0; step < 4; step++) {
      const [next, output] = cell.step(p, state, x.slice(null, [step, step + 1]).reshape(1, 2));
      state = next;
      total = total.add(output.sum());
    }
    return total;
  };
  const slope = grad((p: typeof params) => layer.apply(p, x).sum())(params);
  const other = grad(byHand)(params);
  for (const name of ["kernel", "recurrentKernel", "bias"] as const)
    expectClose(slope[name], other[name], roundings(other[name]), name);
});

test("blocks move with a loop's counter, and are held inside", () => {
  const x = tensor([1, 2, 3, 4, 5, 6]);
  const pairs = (v: Tensor): Tensor =>
    scan(
      (i: Tensor, _: null) => [i.add(1), d.dynamicSlice(v, [i], [2]).prod()] as const,
      tensor(0, { dtype: "int32" }),
      null,
      { length: 5 },
    )[1];
  expect(jit(pairs)(x).toArray()).toEqual([2, 6, 12, 20, 30]);
  expect(grad((v: Tensor) => pairs(v).sum())(x).toArray()).toEqual([2, 4, 6, 8, 10, 5]);
  expect(d.dynamicSlice(x, [9], [2]).toArray()).toEqual([5, 6]);
  expect(d.dynamicSlice(x, [-2], [2]).toArray()).toEqual([5, 6]);
  expect(d.dynamicUpdateSlice(x, tensor([0, 0]), [tensor(2, { dtype: "int32" })]).toArray()).toEqual([
    1, 2, 0, 0, 5, 6,
  ]);
  expect(() => d.dynamicSlice(x, [0, 0], [2])).toThrow("2 starts for 1 axes");
  expect(() => d.dynamicSlice(x, [0], [7])).toThrow("a block of shape [7] does not fit into [6]");
  expect(() => d.dynamicSlice(x, [tensor(1.5)], [2])).toThrow("write a whole number, int32");
});
