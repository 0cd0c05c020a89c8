/** Programs on several threads: to the bit what one thread gives. */
import {
  concatenate,
  cond,
  grad,
  makeProgram,
  nn,
  optim,
  random,
  scan,
  softmax,
  tensor,
  type Tensor,
  valueAndGrad,
  whileLoop,
} from "downhill";
import { describe, expect, it } from "vitest";
import { compileProgram } from "../../../../src/compiler/compile.ts";
import { isParallel, isRepeat, type PlacedStep } from "../../../../src/compiler/schedule.ts";
import { compileForWasm } from "../../../../src/targets/wasm/executor.ts";
import { instantiate } from "../../../../src/targets/wasm/instance.ts";
import { sharedTeam } from "../../../../src/targets/wasm/memory.ts";
import type { ConcreteTensor } from "../../../../src/tensor/tensor.ts";
import { flatten } from "../../../../src/tensor/tree.ts";

const normal = (seed: number, ...shape: number[]): Tensor => random.normal(random.key(seed), shape);

const network = nn.mlp([100, 64, 10], { activation: (t) => t.tanh() });
const adam = optim.adam({ learningRate: 0.01 });
const params = network.init(random.key(0));

export interface Case {
  readonly name: string;
  readonly run: (...args: never[]) => unknown;
  readonly args: readonly unknown[];
  /** How many kernels and loops are divided, at least. */
  readonly divided: number;
}

export const threadCases: readonly Case[] = [
  {
    name: "elementwise",
    run: (x: Tensor) => x.tanh().mul(x.sigmoid()),
    args: [normal(1, 300_001)],
    divided: 1,
  },
  { name: "in double precision", run: (x: Tensor) => x.exp().add(1).log(), args: [normal(2, 90_007).astype("float64")], divided: 1 }, // prettier-ignore
  { name: "rows that do not divide evenly", run: (x: Tensor) => x.square().sum(1), args: [normal(3, 1001, 257)], divided: 1 }, // prettier-ignore
  { name: "columns", run: (x: Tensor) => x.mul(2).sum(0), args: [normal(4, 2003, 515)], divided: 1 },
  {
    name: "sum over everything",
    run: (x: Tensor) => x.mul(2).add(1).sum(),
    args: [normal(20, 400_003)],
    divided: 1,
  },
  {
    name: "sum in blocks of blocks",
    run: (x: Tensor) => x.sum(),
    args: [normal(21, 10, 500_001)],
    divided: 1,
  },
  {
    name: "a loop that ends by its values",
    run: (x: Tensor) =>
      whileLoop(
        (z: Tensor) => z.square().mean().less(1e4),
        (z: Tensor) => z.mul(1.5).add(z.sin()),
        x,
      ),
    args: [normal(22, 300_001)],
    divided: 1,
  },
  {
    name: "a choice, taken and not taken",
    run: (x: Tensor) =>
      [1, -1].map((sign) =>
        cond(
          x.square().mean().mul(sign).greater(0),
          (z: Tensor) => z.exp().mul(2),
          (z: Tensor) => z.tanh().sub(1),
          x,
        ),
      ),
    args: [normal(23, 300_001)],
    divided: 2,
  },
  {
    name: "the slope of a choice",
    run: (x: Tensor) =>
      grad((y: Tensor) =>
        cond(
          y.sum().less(1e9),
          (z: Tensor) => z.sin().mul(z).sum(),
          (z: Tensor) => z.sum(),
          y,
        ),
      )(x),
    args: [normal(24, 300_001)],
    divided: 1,
  },
  {
    name: "value and slope of a sum",
    run: (x: Tensor) => valueAndGrad((z: Tensor) => z.mul(2).tanh().mul(z.sigmoid()).sum())(x),
    args: [normal(22, 300_001)],
    divided: 1,
  },
  {
    name: "several sums over everything, and what is made of them",
    run: (x: Tensor) => [x.mean().exp(), x.square().sum().sqrt(), x.sum().sub(1)],
    args: [normal(23, 321, 1003)],
    divided: 1,
  },
  { name: "sum of whole numbers", run: (x: Tensor) => x.sum(), args: [normal(24, 300_001).mul(1e6).astype("int32")], divided: 1 }, // prettier-ignore
  { name: "softmax", run: (x: Tensor) => softmax(x), args: [normal(5, 777, 301)], divided: 1 },
  { name: "transposed", run: (x: Tensor) => x.T.add(1), args: [normal(6, 403, 705)], divided: 1 },
  { name: "product", run: (x: Tensor, y: Tensor) => x.matmul(y).add(1).tanh(), args: [normal(7, 203, 151), normal(8, 151, 117)], divided: 1 }, // prettier-ignore
  { name: "wide product", run: (x: Tensor, y: Tensor) => x.matmul(y), args: [normal(7, 37, 151), normal(8, 151, 1117)], divided: 1 }, // prettier-ignore
  { name: "deep product", run: (x: Tensor, y: Tensor) => x.matmul(y), args: [normal(7, 65, 2100), normal(8, 2100, 70)], divided: 1 }, // prettier-ignore
  { name: "batch of products", run: (x: Tensor, y: Tensor) => x.matmul(y), args: [normal(9, 7, 80, 70), normal(10, 7, 70, 90)], divided: 1 }, // prettier-ignore
  { name: "transposed product", run: (x: Tensor, y: Tensor) => x.T.matmul(y.T), args: [normal(7, 151, 203), normal(8, 117, 151)], divided: 1 }, // prettier-ignore
  { name: "elements picked", run: (x: Tensor, picks: Tensor) => x.take(picks, 1).mul(x.sum(1).reshape(-1, 1)), args: [normal(11, 5003, 100), tensor([5, 3, 1, 99], { dtype: "int32" })], divided: 1 }, // prettier-ignore
  {
    name: "joined",
    run: (x: Tensor) => concatenate([x, x.neg()], 0).exp(),
    args: [normal(12, 301, 401)],
    divided: 1,
  },
  {
    name: "training step",
    run: (p: typeof params, state: object, x: Tensor, y: Tensor): object => {
      const loss = (q: typeof params): Tensor => network.apply(q, x).sub(y).square().mean();
      const [value, slope] = valueAndGrad(loss)(p);
      const [updates, next] = adam.update(slope, state);
      return { params: optim.applyUpdates(p, updates), next, value };
    },
    args: [params, adam.init(params), normal(13, 1200, 100), normal(14, 1200, 10)],
    divided: 2,
  },
  {
    name: "loop around divided kernels",
    run: (w: Tensor, xs: Tensor) =>
      scan((v: Tensor, x: Tensor) => [v.sub(grad((u: Tensor) => x.matmul(u).square().mean())(v).mul(0.01)), x.sum()], w, xs), // prettier-ignore
    args: [normal(15, 200, 40), normal(16, 5, 301, 200)],
    divided: 2,
  },
  {
    name: "loop whose runs are independent",
    run: (w: Tensor, xs: Tensor) =>
      scan((_: null, x: Tensor) => [null, softmax(x.matmul(w)).sum(0).exp()], null, xs)[1],
    args: [normal(15, 40, 30), normal(16, 7, 301, 40)],
    divided: 1,
  },
  {
    name: "few columns, in lanes of factors and of rows",
    run: (x: Tensor, w: Tensor, y: Tensor) => [x.matmul(w), x.transpose().matmul(y)],
    args: [normal(23, 1003, 160), normal(24, 160, 10), normal(25, 1003, 10)],
    divided: 2,
  },
  {
    name: "products whose parts have an operand in common that is laid ready once",
    // Parts of rows and parts of columns, each in several blocks of factors, and of other dtypes.
    run: (a: Tensor, b: Tensor, c: Tensor, d: Tensor, e: Tensor) => [
      a.matmul(b.transpose()),
      c.matmul(d),
      c.matmul(d).transpose().matmul(c),
      e.transpose().matmul(e.add(1)),
      a.astype("float64").matmul(b.transpose().astype("float64")),
    ],
    args: [
      normal(36, 301, 530),
      normal(37, 130, 530),
      normal(38, 150, 530),
      normal(39, 530, 170),
      normal(40, 230, 170).mul(1000).astype("int32"),
    ],
    divided: 5,
  },
  {
    name: "products of which a row or a column is left over",
    run: (a: Tensor, b: Tensor, c: Tensor, d: Tensor) => [a.matmul(b), c.matmul(d)],
    args: [normal(26, 32, 2500), normal(27, 2500, 33), normal(28, 25, 2500), normal(29, 2500, 25)],
    divided: 1,
  },
  {
    name: "products whose parts would be computed otherwise if they stood alone",
    // As wholes they have too many sums to be deep, or too many columns to be thin.
    run: (a: Tensor, b: Tensor, c: Tensor, d: Tensor, e: Tensor, f: Tensor) => [
      a.matmul(b.transpose()),
      c.matmul(d.transpose()),
      a.transpose().matmul(a.matmul(b.transpose())),
      e.matmul(f),
    ],
    args: [
      normal(30, 68, 374),
      normal(31, 102, 374),
      normal(32, 181, 431),
      normal(33, 50, 431),
      normal(34, 40, 500),
      normal(35, 500, 100),
    ],
    divided: 4,
  },
  {
    name: "large table in shares of its rows",
    run: (w: Tensor, x: Tensor, y: Tensor): Tensor[] => {
      const loss = (v: Tensor): Tensor => x.matmul(v).sub(y).square().mean();
      const [value, slope] = valueAndGrad(loss)(w);
      return [value, w.sub(slope.mul(0.1)), x.matmul(w).tanh()];
    },
    args: [normal(17, 60, 1), normal(18, 20_011, 60), normal(19, 20_011, 1)],
    divided: 1,
  },
];

export const dividedIn = (steps: readonly PlacedStep[]): number =>
  steps.reduce((sum, step) => {
    if (isRepeat(step)) return sum + (step.isDivisible === true ? 1 : dividedIn(step.steps));
    return sum + Number(isParallel(step));
  }, 0);

export const threadSuite = (threads: number): void => {
  describe(`${threads} threads`, () => {
    it("are ready before long", async () => {
      const team = sharedTeam();
      for (let i = 0; i < 1000 && !team.isReady; i++) await new Promise((resolve) => setTimeout(resolve, 10));
      expect(team.isReady).toBe(true);
    });

    it.each(threadCases)("give what one gives: $name", ({ run, args, divided }) => {
      const program = makeProgram(run as (...args: unknown[]) => unknown)(...(args as never[]));
      expect(dividedIn(compileProgram(program, threads).steps)).toBeGreaterThanOrEqual(divided);
      const isTensor = (value: unknown): value is Tensor =>
        typeof value === "object" && value !== null && "dtype" in value;
      const { leaves } = flatten(args, isTensor);
      const inputs = leaves.map((leaf) => leaf.concrete("test"));
      const expected = compileForWasm(program, { threads: 1 })(inputs);
      const together = compileForWasm(program);
      // Again and again: what goes wrong between threads does so now and then.
      for (let round = 0; round < 20; round++) {
        const actual = together(inputs);
        actual.forEach(({ values }, i) => {
          const other = expected[i]!.values;
          const wrong = values.findIndex((value, k) => !Object.is(value, other[k]));
          if (wrong >= 0)
            expect.fail(
              `round ${round}, result ${i}, element ${wrong}: ${values[wrong]!} in place of ${other[wrong]!}`,
            );
        });
      }
    });

    it("work in shared memory only on what is divided, and take what was computed elsewhere", () => {
      const x = normal(30, 60_000);
      const programs = [(t: Tensor) => t.tanh().mul(t.sigmoid()), (t: Tensor) => t.sub(0.25)].map((f) =>
        makeProgram(f)(x),
      );
      expect(
        programs.map((program) => {
          const { steps, arenaBytes } = compileProgram(program, threads);
          return instantiate(steps, arenaBytes).buffer instanceof SharedArrayBuffer;
        }),
      ).toEqual([true, false]);
      const runs = programs.map((program) => compileForWasm(program));
      const alone = programs.map((program) => compileForWasm(program, { threads: 1 }));
      let [actual, expected] = [x.concrete("test"), x.concrete("test")];
      for (let round = 0; round < 6; round++) {
        [actual] = runs[round % 2]!([actual]) as [ConcreteTensor];
        // One waits in memory until it is read, or handed on; the other is read at once.
        [expected] = alone[round % 2]!([expected]) as [ConcreteTensor];
        void expected.values;
      }
      expect(actual.values).toEqual(expected.values);
    });
  });
};
