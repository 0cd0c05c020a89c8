/** Programs done in blocks of rows compute what they computed before. */
import { describe, expect, it } from "vitest";
import { workInRowBlocks } from "../../src/compiler/row-blocks.ts";
import { grad, logSoftmax, makeProgram, scan, softmax, type Tensor, valueAndGrad } from "../../src/index.ts";
import type { Program } from "../../src/program/program.ts";
import { interpreter } from "../../src/program/trace.ts";
import { verify } from "../../src/program/verify.ts";
import { compileForWasm } from "../../src/targets/wasm/executor.ts";
import type { ConcreteTensor } from "../../src/tensor/tensor.ts";
import { numbers } from "./programs.ts";

/** Caches so small that these tables are large: blocks of 16 rows and more. */
const sizes = { largeBytes: 2048, blockBytes: 1024 };

interface Case {
  readonly f: (...args: Tensor[]) => unknown;
  readonly shapes: (rows: number) => readonly (readonly number[])[];
  /** How many loops over blocks there are to be. */
  readonly loops: number;
}

const squares = (w: Tensor, x: Tensor, y: Tensor): Tensor => x.matmul(w).sub(y).square().mean();

const cases: Record<string, Case> = {
  "gradient step of linear regression": {
    f: (w, x, y) => {
      const [loss, slope] = valueAndGrad(squares)(w, x, y);
      return [w.sub(slope.mul(0.1)), loss];
    },
    shapes: (rows) => [[12, 1], [rows, 12], [rows, 1]],
    loops: 1,
  },
  "logistic loss with weights of rows and an intercept": {
    f: (w, b, x, y, weights) =>
      valueAndGrad((w: Tensor, b: Tensor) => {
        const z = x.matmul(w).add(b);
        return z.mul(y).sub(z.exp().add(1).log()).mul(weights).sum().neg();
      }, { argnums: [0, 1] })(w, b),
    shapes: (rows) => [[12], [], [rows, 12], [rows], [rows]],
    loops: 1,
  },
  "softmax regression": {
    f: (w, x, y) => grad((w: Tensor) => logSoftmax(x.matmul(w)).mul(y).sum(1).mean().neg())(w),
    shapes: (rows) => [[12, 5], [rows, 12], [rows, 5]],
    loops: 1,
  },
  "network with a hidden layer": {
    f: (w1, b1, w2, x, y) =>
      grad(
        (w1: Tensor, b1: Tensor, w2: Tensor) =>
          x.matmul(w1).add(b1).tanh().matmul(w2).sub(y).square().mean(),
        { argnums: [0, 1, 2] },
      )(w1, b1, w2),
    shapes: (rows) => [[12, 16], [16], [16, 2], [rows, 12], [rows, 2]],
    loops: 1,
  },
  "products of centred columns, the mean being known": {
    f: (mean, x) => {
      const centred = x.sub(mean);
      return centred.T.matmul(centred);
    },
    shapes: (rows) => [[12], [rows, 12]],
    loops: 1,
  },
  "what is needed of the rows themselves is handed out": {
    f: (w, x, y) => {
      const scores = x.matmul(w);
      return [scores, x.T.matmul(scores.sub(y)), softmax(scores).sum(0), scores.max(0)];
    },
    shapes: (rows) => [[12, 4], [rows, 12], [rows, 4]],
    loops: 1,
  },
  "sums that rows wait for end the blocks": {
    f: (w, x) => {
      const mean = x.mean(0);
      const scores = x.sub(mean).matmul(w);
      return [mean, x.T.matmul(x.matmul(w)), scores];
    },
    shapes: (rows) => [[12, 2], [rows, 12]],
    loops: 1,
  },
  "within a loop": {
    f: (w, x, y) =>
      scan((w: Tensor) => [w.sub(grad(squares)(w, x, y).mul(0.1)), null] as const, w, null, { length: 3 })[0],
    shapes: (rows) => [[12, 1], [rows, 12], [rows, 1]],
    loops: 0,
  },
  "a square matrix whose columns are no rows": {
    f: (x, w) => [x.matmul(w), x.T.matmul(x.matmul(w))],
    shapes: (rows) => [[rows, rows], [rows, 1]],
    loops: 0,
  },
  "a table read once": {
    f: (x) => x.square().sum(0),
    shapes: (rows) => [[rows, 12]],
    loops: 0,
  },
}; // prettier-ignore

/** Loops that are not within others. */
const loopsOf = ({ equations }: Program): number =>
  equations.filter(({ primitive }) => primitive.name === "scan").length;

const inputsOf = (shapes: readonly (readonly number[])[]): ConcreteTensor[] =>
  shapes.map((shape, i) => numbers(shape, i + 1).concrete("test"));

const compare = (actual: readonly ConcreteTensor[], expected: readonly ConcreteTensor[]): void => {
  actual.forEach(({ values, shape }, i) => {
    const wanted = expected[i]!.values;
    expect(shape).toEqual(expected[i]!.shape);
    // Sums of some hundred float32 terms, taken in another order; where they cancel, the terms decide.
    const scale = Math.max(1, ...Array.from(wanted, Math.abs));
    values.forEach((value, k) => {
      expect(Math.abs(value - wanted[k]!)).toBeLessThanOrEqual(1e-5 * scale);
    });
  });
};

describe.each(Object.entries(cases))("%s", (_, { f, shapes, loops }) => {
  // A multiple of the block, one row more, a prime; and so many that they are cut into shares.
  it.each([192, 193, 211, 640, 643])("%i rows", (rows) => {
    const inputs = inputsOf(shapes(rows));
    const program = makeProgram(f as (...args: Tensor[]) => Tensor)(...inputs) as Program;
    const blocked = verify(workInRowBlocks(program, sizes), "blocks");
    expect(loopsOf(blocked) - loopsOf(program)).toBe(loops);
    const expected = interpreter.program(program, inputs);
    compare(interpreter.program(blocked, inputs), expected);
    compare(compileForWasm(blocked)(inputs), expected);
  });
});

describe("a table that is large indeed", () => {
  const rows = 20_011;
  const inputs = inputsOf([[60, 1], [rows, 60], [rows, 1]]); // prettier-ignore
  const programOf = (f: (w: Tensor, x: Tensor, y: Tensor) => Tensor): Program =>
    makeProgram(f)(...(inputs as unknown as [Tensor, Tensor, Tensor]));

  it("is read by one loop", () => {
    const program = programOf(grad(squares));
    expect(loopsOf(workInRowBlocks(program))).toBe(1);
    compare(compileForWasm(program)(inputs), interpreter.program(program, inputs));
  });

  it("is read by a loop within a loop", () => {
    const program = programOf(
      (w, x, y) =>
        scan((w: Tensor) => [w.sub(grad(squares)(w, x, y).mul(0.1)), null] as const, w, null, {
          length: 2,
        })[0],
    );
    compare(compileForWasm(program)(inputs), interpreter.program(program, inputs));
  });
});
