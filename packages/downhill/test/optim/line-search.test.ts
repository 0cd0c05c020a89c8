/** The parts of L-BFGS: the line search against its conditions, the memory against the matrix that it stands for. */
import { optim } from "downhill";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { curvatureMemory } from "../../src/optim/lbfgs/curvature-memory.ts";
import { type Probe, strongWolfe } from "../../src/optim/lbfgs/strong-wolfe.ts";

type Curve = (alpha: number) => readonly [value: number, slope: number];

const probeOf =
  (curve: Curve) =>
  (alpha: number): Probe => {
    const [value, slope] = curve(alpha);
    return {
      alpha,
      value,
      slope,
      evaluation: { point: Float64Array.of(alpha), value, gradient: Float64Array.of(slope) },
    };
  };

/** The test functions of Moré and Thuente (1994, section 5), and Yanai's. All fall at 0. */
const yanai = (b1: number, b2: number): Curve => {
  const factor = (b: number): number => Math.sqrt(1 + b * b) - b;
  const [g1, g2] = [factor(b1), factor(b2)];
  return (a) => {
    const [left, right] = [Math.sqrt((1 - a) ** 2 + b2 ** 2), Math.sqrt(a ** 2 + b1 ** 2)];
    return [g1 * left + g2 * right, (-g1 * (1 - a)) / left + (g2 * a) / right];
  };
};

const curves: Readonly<Record<string, Curve>> = {
  "a rational function": (a) => [-a / (a * a + 2), (a * a - 2) / (a * a + 2) ** 2],
  "a quintic": (a) => {
    const x = a + 0.004;
    return [x ** 5 - 2 * x ** 4, 5 * x ** 4 - 8 * x ** 3];
  },
  "a valley with ripples": (a) => {
    const [beta, l] = [0.01, 39];
    const ripple = ((2 * (1 - beta)) / (l * Math.PI)) * Math.sin((l * Math.PI * a) / 2);
    const rippleSlope = (1 - beta) * Math.cos((l * Math.PI * a) / 2);
    if (a <= 1 - beta) return [1 - a + ripple, -1 + rippleSlope];
    if (a >= 1 + beta) return [a - 1 + ripple, 1 + rippleSlope];
    return [(a - 1) ** 2 / (2 * beta) + beta / 2 + ripple, (a - 1) / beta + rippleSlope];
  },
  "Yanai's, flat": yanai(0.001, 0.001),
  "Yanai's, steep at the end": yanai(0.01, 0.001),
  "Yanai's, steep at the start": yanai(0.001, 0.01),
  "a parabola": (a) => [(a - 3) ** 2, 2 * (a - 3)],
};

describe.each(Object.entries(curves))("%s", (_name, curve) => {
  const start = probeOf(curve)(0);

  test.each([1e-3, 0.1, 1, 10, 1000])("from a first step of %d", (first) => {
    for (const curvature of [0.9, 0.1]) {
      const decrease = 1e-4;
      let evaluations = 0;
      const probe = (alpha: number): Probe => {
        evaluations++;
        return probeOf(curve)(alpha);
      };
      // Values are up to 3; near a minimum they cannot be told apart.
      const valueNoise = 8 * Number.EPSILON;
      const found = strongWolfe(probe, start, first, { decrease, curvature, valueNoise });
      expect(found).toBeDefined();
      const { alpha, value, slope } = found!;
      expect([value, slope]).toEqual(curve(alpha));
      expect(alpha).toBeGreaterThan(0);
      expect(value).toBeLessThanOrEqual(start.value + decrease * alpha * start.slope + valueNoise);
      expect(Math.abs(slope)).toBeLessThanOrEqual(curvature * Math.abs(start.slope));
      expect(evaluations).toBeLessThan(40);
    }
  });
});

test("a line that leads out of where the function is defined", () => {
  const curve: Curve = (a) => (a < 2 ? [-Math.log(2 - a) - 2 * a, 1 / (2 - a) - 2] : [NaN, NaN]);
  const found = strongWolfe(probeOf(curve), probeOf(curve)(0), 100, { curvature: 0.1, valueNoise: 0 });
  expect(Math.abs(found!.slope)).toBeLessThanOrEqual(0.15);
  expect(found!.alpha).toBeLessThan(2);
});

test("a line that only rises gives nothing", () => {
  // The slope promises what the values do not keep.
  const curve: Curve = (a) => [a === 0 ? 1 : 2 + a, -1];
  expect(strongWolfe(probeOf(curve), probeOf(curve)(0), 1, { valueNoise: 0 })).toBeUndefined();
});

test("where values are rounded away the slope decides", () => {
  const curve: Curve = (a) => [1 + Math.round((a - 1) ** 2 * 1e-10), 2e-13 * (a - 1)];
  const found = strongWolfe(probeOf(curve), probeOf(curve)(0), 30, { curvature: 0.1, valueNoise: 1e-12 });
  expect(found!.alpha).toBeGreaterThan(0.8);
  expect(found!.alpha).toBeLessThan(1.2);
});

describe("the memory of curvature", () => {
  type Matrix = readonly (readonly number[])[];
  const dot = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, x, i) => sum + x * b[i]!, 0);
  const times = (A: Matrix, x: readonly number[]): number[] => A.map((row) => dot(row, x));

  /** H ← (I − ρsyᵀ)H(I − ρysᵀ) + ρssᵀ: formula 6.17 of Nocedal and Wright 2006, element by element. */
  const updated = (H: Matrix, s: readonly number[], y: readonly number[]): Matrix => {
    const rho = 1 / dot(y, s);
    const Hy = times(H, y);
    const yHy = dot(y, Hy);
    return H.map((row, i) =>
      row.map(
        (value, j) =>
          value - rho * (s[i]! * Hy[j]! + Hy[i]! * s[j]!) + (rho * rho * yHy + rho) * s[i]! * s[j]!,
      ),
    );
  };

  test("is the inverse Hessian that its last pairs make of a multiple of the identity", () => {
    const vector = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 3, maxLength: 3 });
    const pairs = fc.array(fc.tuple(vector, vector), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(pairs, vector, (given, gradient) => {
        // Changes of a gradient of curvature 1 … 9 along the steps, so that all are remembered and none is extreme.
        const steps = given
          .filter(([s]) => dot(s, s) > 1e-2)
          .map(([s, bend]) => ({ s, y: s.map((x, i) => (1 + 2 * Math.abs(bend[i]!)) ** 1 * x) }));
        const memory = curvatureMemory(4);
        for (const { s, y } of steps) memory.add(Float64Array.from(s), Float64Array.from(y));
        const last = steps.slice(-4);
        const newest = last.at(-1);
        const scale = newest === undefined ? 1 : dot(newest.s, newest.y) / dot(newest.y, newest.y);
        const identity = [0, 1, 2].map((i) => [0, 1, 2].map((j) => (i === j ? scale : 0)));
        const H = last.reduce<Matrix>((matrix, { s, y }) => updated(matrix, s, y), identity);
        const direction = memory.direction(Float64Array.from(gradient));
        times(H, gradient).forEach((value, i) => expect(direction[i]).toBeCloseTo(-value, 8));
      }),
    );
  });

  test("does not keep steps along which the gradient falls or stays", () => {
    const memory = curvatureMemory(3);
    memory.add(Float64Array.of(1, 0), Float64Array.of(-1, 0));
    memory.add(Float64Array.of(1, 0), Float64Array.of(0, 0));
    memory.add(Float64Array.of(1, 0), Float64Array.of(NaN, 0));
    expect(memory.isEmpty).toBe(true);
    expect([...memory.direction(Float64Array.of(2, -3))]).toEqual([-2, 3]);
  });
});

test("settings that lead nowhere are refused", () => {
  expect(() => optim.lbfgs({ memorySize: 0 })).toThrow(/memorySize 0; write a whole number from 1/);
  expect(() => optim.lbfgs({ learningRate: 0 })).toThrow(/learningRate 0; write a number above 0/);
  expect(() => optim.lbfgs({ learningRate: NaN })).toThrow(/learningRate NaN/);
});
