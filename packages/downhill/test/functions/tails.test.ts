/** Activations keep their digits where they vanish: no 1 is added to something small, or taken away. */
import { gelu, logSigmoid, silu, tensor, type Tensor } from "downhill";
import { describe, expect, test } from "vitest";
import * as exactly from "../primitives/elementary/exact/functions.ts";
import {
  type Exact,
  exact,
  fromDecimal,
  negative,
  product,
  quotient,
  scaled,
  sum,
  toNumber,
} from "../primitives/elementary/exact/number.ts";
import { compiledEveryWay } from "../targets/ways.ts";

const half = exact(0.5);
const rootOfHalf = exactly.sqrt(half);
const rootOfEightOverPi = exactly.sqrt(quotient(exact(2), exactly.atan(exact(1))));

interface Row {
  readonly name: string;
  readonly f: (x: Tensor) => Tensor;
  readonly exact: (x: Exact) => Exact;
  /** Roundings, of which those of an argument count as often as the function is steep there. */
  readonly roundings: (x: number) => number;
}

const rows: readonly Row[] = [
  {
    name: "gelu",
    f: (x) => gelu(x),
    exact: (x) => product(scaled(x, -1), exactly.erfc(negative(product(x, rootOfHalf)))),
    roundings: (x) => 16 + 2 * x * x,
  },
  {
    name: "gelu by tanh",
    f: (x) => gelu(x, { approximate: "tanh" }),
    exact: (x) => {
      const cubic = sum(x, product(fromDecimal("0.044715"), product(x, product(x, x))));
      return product(x, exactly.sigmoid(product(rootOfEightOverPi, cubic)));
    },
    // The size of the argument of σ, whose relative error is that of an exponential there.
    roundings: (x) => 16 + 6 * Math.abs(1.6 * (x + 0.044715 * x ** 3)),
  },
  { name: "silu", f: silu, exact: (x) => product(x, exactly.sigmoid(x)), roundings: () => 10 },
  {
    name: "logSigmoid",
    f: logSigmoid,
    exact: (x) => negative(exactly.softplus(negative(x))),
    roundings: () => 8,
  },
];

const formats = [
  ["float32", 2 ** -24, 2 ** -149],
  ["float64", 2 ** -53, 2 ** -1074],
] as const;

describe.each(formats)("%s", (dtype, unit, least) => {
  test.each(rows)("$name", ({ f, exact: value, roundings }) => {
    const points = Array.from({ length: 400 }, (_, i) => -14 + i / 14.5);
    const x = tensor(points, { dtype });
    const expected = Array.from(x.data, (point) => toNumber(value(exact(point))));
    for (const [way, run] of compiledEveryWay(f, x))
      run(x)[0]!.data.forEach((actual, i) => {
        const point = x.data[i]!;
        const wanted = expected[i]!;
        const allowed = roundings(point) * unit * Math.abs(wanted) + 2 * least * Math.max(1, Math.abs(point));
        if (!(Math.abs(actual - wanted) <= allowed))
          expect.fail(`${way}: at ${point} ${actual}, not ${wanted} ± ${allowed}`);
      });
  });
});
