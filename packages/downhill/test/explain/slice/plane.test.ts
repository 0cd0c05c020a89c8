/** Planes through parameters and losses on them. */
import { ArgumentError, nn, random, type Tensor, tensor } from "downhill";
import { lossSlice, principalPlane } from "downhill/explain";
import { describe, expect, test } from "vitest";

interface Parameters {
  readonly w: Tensor;
  readonly b: Tensor;
}

const at = (...numbers: number[]): Parameters => ({
  b: tensor(numbers.slice(0, 1), { dtype: "float64" }),
  w: tensor(numbers.slice(1), { dtype: "float64" }),
});

const numbers = ({ b, w }: Parameters): number[] => [...b.data, ...w.data];

const product = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);

describe("principalPlane", () => {
  test("of a path in a plane holds the whole of it", () => {
    // Along (1, 2, 2)/3 and (2, 1, −2)/3, at right angles, further along the first.
    const walk = [
      [9, 2],
      [6, 1],
      [3, -1],
      [1, -0.5],
      [0, 0],
    ] as const;
    const path = walk.map(([a, b]) => at(5 + (a + 2 * b) / 3, 1 + (2 * a + b) / 3, -2 + (2 * a - 2 * b) / 3));
    const { directions, shares, coordinates, origin } = principalPlane(path, path.at(-1)!);
    expect(numbers(origin)).toEqual([5, 1, -2]);
    // Sums of a few products in double precision, here and below.
    expect(shares[0] + shares[1]).toBeCloseTo(1, 12);
    expect(shares[0]).toBeGreaterThan(0.8);
    const [across, up] = directions.map(numbers) as [number[], number[]];
    expect(product(across, across)).toBeCloseTo(1, 12);
    expect(product(up, up)).toBeCloseTo(1, 12);
    expect(product(across, up)).toBeCloseTo(0, 12);
    coordinates.forEach(([x, y], i) => {
      const back = numbers(origin).map((value, k) => value + x * across[k]! + y * up[k]!);
      back.forEach((value, k) => expect(value).toBeCloseTo(numbers(path[i]!)[k]!, 12));
    });
    expect(coordinates[0]![0]).toBeGreaterThan(0);
    expect(coordinates[0]![1]).toBeGreaterThanOrEqual(0);
  });

  test("finds the shares of the variance that the covariance has", () => {
    const points = Array.from({ length: 40 }, (_, i) => {
      const [a, b, c] = random.normal(random.key(i), [3], { dtype: "float64" }).data as Float64Array;
      return at(3 * a!, 2 * b!, c!);
    });
    const { directions, shares } = principalPlane(points, points[0]!);
    const flat = points.map(numbers);
    const mean = [0, 1, 2].map((k) => flat.reduce((sum, point) => sum + point[k]!, 0) / flat.length);
    const centred = flat.map((point) => point.map((value, k) => value - mean[k]!));
    const covariance = mean.map((_, i) => mean.map((_, j) => centred.reduce((s, p) => s + p[i]! * p[j]!, 0)));
    const variance = covariance[0]![0]! + covariance[1]![1]! + covariance[2]![2]!;
    directions.map(numbers).forEach((direction, k) =>
      covariance.forEach((row, i) => {
        // Eigenvectors to the tolerance of Lanczos's method, 1e-10 of the largest eigenvalue.
        expect(product(row, direction) / variance).toBeCloseTo(shares[k]! * direction[i]!, 8);
      }),
    );
    expect(shares[0]).toBeGreaterThan(shares[1]);
  });

  test("of a straight path takes an axis for the second direction", () => {
    const { directions, shares } = principalPlane([at(0, 0, 0), at(1, 1, 0), at(3, 3, 0)], at(3, 3, 0));
    expect(shares[0]).toBeCloseTo(1, 12);
    expect(shares[1]).toBe(0);
    numbers(directions[1]).forEach((value, i) => expect(value).toBeCloseTo([0, 0, 1][i]!, 12));
  });

  test.each([
    ["a path of one point", [at(1, 2)], "a path of 1 points"],
    ["points that are the same", [at(1, 2), at(1, 2)], "all points of the path are the same"],
    ["a single parameter", [at(1), at(2)], "one parameter has no plane"],
  ])("refuses %s", (_, path, message) => {
    expect(() => principalPlane(path, path[0]!)).toThrow(ArgumentError);
    expect(() => principalPlane(path, path[0]!)).toThrow(message);
  });
});

test("lossSlice has the function's values on the plane", () => {
  const X = random.normal(random.key(1), [7, 2], { dtype: "float64" });
  const loss = ({ w, b }: Parameters): Tensor => nn.mse(X.matmul(w).add(b), tensor([1, 2, 3, 4, 5, 6, 7]));
  const [origin, across, up] = [at(1, 2, 3), at(0, 1, -1), at(1, 0, 0.5)];
  const [xs, ys] = [
    [-1, 0, 2, 2],
    [0, 1, 1, -3],
  ];
  const values = lossSlice(loss, { origin, directions: [across, up] }, xs, ys);
  const [o, a, u] = [origin, across, up].map(numbers);
  const expected = xs.map((x, i) => {
    const point = o!.map((value, k) => value + x * a![k]! + ys[i]! * u![k]!);
    return loss(at(...point)).item();
  });
  // The compiled program sums in another order.
  values.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 10));
});
