/**
 * Slopes where the formula of a calculus book overflows, cancels or divides a zero by a zero, though the slope itself is an
 * ordinary number; by the reference and on wasm in every way to run.
 */
import { acos, asin, asinh, atan2, atanh, grad, mod, pow, tensor, type Tensor } from "downhill";
import { expect, test } from "vitest";
import { compiledEveryWay } from "../targets/ways.ts";

type Computation = (...args: Tensor[]) => Tensor;

const slope =
  (f: Computation, argnum = 0): Computation =>
  (...args) =>
    grad((...given: Tensor[]) => f(...given).sum(), { argnums: argnum })(...args);

const roundoff = { float32: 2 ** -24, float64: 2 ** -53 };
const tensorsOf = (columns: readonly (readonly number[])[], dtype: keyof typeof roundoff): Tensor[] =>
  columns.map((column) => tensor([...column], { dtype }));

/** Each value is the expected one, off by `roundings` relative roundings at most. */
const check = (
  f: Computation,
  args: readonly Tensor[],
  expected: readonly number[],
  roundings: number,
): void => {
  const allowed = roundings * roundoff[args[0]!.dtype as keyof typeof roundoff];
  for (const [way, run] of compiledEveryWay(f, ...args))
    Array.from(run(...args)[0]!.data).forEach((value, i) => {
      const wanted = expected[i]!;
      if (!(Math.abs(value - wanted) <= allowed * Math.abs(wanted)))
        expect.fail(`${way}: element ${i} is ${value}, not ${wanted}`);
    });
};

test("angles of points near the origin and far from it", () => {
  for (const [dtype, scales] of [
    ["float32", [2 ** -100, 1, 2 ** 100]],
    ["float64", [2 ** -900, 1, 2 ** 900]],
  ] as const) {
    // (3, 4) turned into every octant, at every size.
    const points = scales.flatMap((scale) =>
      [3, -3, 4, -4].flatMap((y) =>
        [1, -1].map((sign) => [y * scale, sign * (7 - Math.abs(y)) * scale] as const),
      ),
    );
    const args = tensorsOf([points.map(([y]) => y), points.map(([, x]) => x)], dtype);
    const radius = points.map(([y, x]) => Math.hypot(y, x));
    check(
      slope(atan2, 0),
      args,
      points.map(([, x], i) => x / radius[i]! / radius[i]!),
      8,
    );
    check(
      slope(atan2, 1),
      args,
      points.map(([y], i) => -y / radius[i]! / radius[i]!),
      8,
    );
    // −2xy/(x² + y²)², where that has a size: at the scale of 1.
    const [from, to] = [8, 16];
    check(
      slope(slope(atan2, 0), 0),
      args.map((arg) => arg.slice([from, to])),
      points.slice(from, to).map(([y, x]) => (-2 * x * y) / 625),
      24,
    );
  }
});

test("remainders by the divisor: whole quotients that x/y only rounds to", () => {
  const [x, y] = [
    [1, 25.2, -26.7, 0.6, 7, -7],
    [0.1, 3.6, 0.3, 0.2, 2, 2],
  ] as const;
  // 0.1 as a float64 is greater than a tenth: it goes nine times into 1.
  check(slope(mod, 1), tensorsOf([x, y], "float64"), [-9, -6, 90, -2, -3, 4], 0);
});

test("powers with the exponent 0, of any order", () => {
  const base = [1e-30, 1e-20, 0, 3];
  const zeros = base.map(() => 0);
  const args = tensorsOf([base, zeros], "float32");
  const [x] = args as [Tensor];
  check(slope(slope(pow)), args, zeros, 0);
  check(slope(slope((v: Tensor) => pow(v, 0))), [x], zeros, 0);
  // ∂²/∂x∂y of x^y is 1/x there, ∂³/∂x∂y² is 2·ln x/x.
  const [positive, nothing] = tensorsOf(
    [
      [1e-10, 3],
      [0, 0],
    ],
    "float64",
  ) as [Tensor, Tensor];
  check(slope(slope(pow, 0), 1), [positive, nothing], [1e10, 1 / 3], 8);
  check(
    slope(slope(slope(pow, 0), 1), 1),
    [positive, nothing],
    [2e10 * Math.log(1e-10), (2 / 3) * Math.log(3)],
    16,
  );
});

test("arsinh where x² overflows", () => {
  for (const [dtype, x] of [
    ["float32", [-1e30, -1e10, 0.5, 1e20]],
    ["float64", [-1e300, -1e10, 0.5, 1e200]],
  ] as const) {
    const args = tensorsOf([x], dtype);
    check(
      slope(asinh),
      args,
      x.map((v) => 1 / Math.hypot(1, v)),
      6,
    );
    const moderate = args.map((arg) => arg.slice([1, 3]));
    check(
      slope(slope(asinh)),
      moderate,
      [-1, 1].map((sign, i) => -sign * [1e-20, 0.5 / 1.25 ** 1.5][i]!),
      12,
    );
  }
});

test("towards ±1 the slopes of arcsine, arccosine and artanh keep their digits", () => {
  const d = 5000 * 2 ** -53;
  const args = tensorsOf([[1 - d, d - 1, 2 ** -40]], "float64");
  const left = [d * (2 - d), d * (2 - d), 1];
  check(
    slope(asin),
    args,
    left.map((v) => 1 / Math.sqrt(v)),
    6,
  );
  check(
    slope(acos),
    args,
    left.map((v) => -1 / Math.sqrt(v)),
    6,
  );
  check(
    slope(atanh),
    args,
    left.map((v) => 1 / v),
    6,
  );
  check(slope(slope(asin)), args, [(1 - d) / left[0]! ** 1.5, (d - 1) / left[1]! ** 1.5, 2 ** -40], 12);
});
