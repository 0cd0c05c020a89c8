/** Functions of two arguments at zeros, infinities, NaN and subnormals. */
import { type Case, inf, type Table } from "./cases.ts";

/** Every pair of the lists. */
const pairs = (
  as: readonly number[],
  bs: readonly number[],
  value: (a: number, b: number) => number,
): Case[] => as.flatMap((a) => bs.map((b): Case => [a, b, value(a, b)]));

const negatives = (values: readonly number[]): number[] => values.map((x) => -x);

const oddIntegers = [1, 3, 5];
const evens = [2, 4, 2 ** 60];
const fractions = [0.5, 1.5, 2.25];

export const binary: Table = {
  // C, F.10.4.4, paragraph by paragraph.
  pow: ({ largest }) => [
    ...pairs([0, -0], negatives(oddIntegers), (x) => 1 / x),
    ...pairs([0, -0], [...negatives([...evens, ...fractions, largest]), -inf], () => inf),
    ...pairs([0, -0], oddIntegers, (x) => x),
    ...pairs([0, -0], [...evens, ...fractions, largest, inf], () => 0),
    ...pairs([-1], [inf, -inf], () => 1),
    ...pairs([1], [0, -0, 1, -1, 0.5, largest, inf, -inf, NaN], () => 1),
    ...pairs([0, -0, 1, -1, 0.5, largest, inf, -inf, NaN], [0, -0], () => 1),
    ...pairs([-1, -0.5, -3, -largest], [...fractions, ...negatives(fractions)], () => NaN),
    ...pairs([0.5, -0.5, 0, -0], [-inf], () => inf),
    ...pairs([2, -2, 1.5, -inf, inf], [-inf], () => 0),
    ...pairs([0.5, -0.5, 0, -0], [inf], () => 0),
    ...pairs([2, -2, 1.5, -inf, inf], [inf], () => inf),
    ...pairs([-inf], negatives(oddIntegers), () => -0),
    ...pairs([-inf], negatives([...evens, ...fractions, largest]), () => 0),
    ...pairs([-inf], oddIntegers, () => -inf),
    ...pairs([-inf], [...evens, ...fractions, largest], () => inf),
    ...pairs([inf], negatives([...oddIntegers, ...evens, ...fractions]), () => 0),
    ...pairs([inf], [...oddIntegers, ...evens, ...fractions], () => inf),
    ...pairs([NaN], [1, -1, 0.5, inf, -inf, NaN], () => NaN),
    ...pairs([0, -0, -1, 2, inf, -inf], [NaN], () => NaN),
    // Overflow and underflow keep the sign.
    [-largest, 3, -inf],
    [-largest, -3, -0],
    [-2, 3, -8],
    [-2, -2, 0.25],
  ],
  // C, F.10.1.4.
  atan2: ({ round, least, largest }) => {
    const [half, whole] = [round(Math.PI / 2), round(Math.PI)];
    const signed = (y: number, value: number): number => (Object.is(y, -0) || y < 0 ? -value : value);
    const either = [0, -0];
    return [
      ...pairs(either, [-0, -1, -least, -inf], (y) => signed(y, whole)),
      ...pairs(either, [0, 1, least, inf], (y) => y),
      ...pairs([1, least, -1, -least], either, (y) => signed(y, half)),
      ...pairs([1, least, largest, -1], [-inf], (y) => signed(y, whole)),
      ...pairs([1, least, largest, -1], [inf], (y) => signed(y, 0)),
      ...pairs([inf, -inf], [1, -1, 0, -0, largest], (y) => signed(y, half)),
      ...pairs([inf, -inf], [-inf], (y) => signed(y, round((3 * Math.PI) / 4))),
      ...pairs([inf, -inf], [inf], (y) => signed(y, round(Math.PI / 4))),
      ...pairs([NaN], [0, 1, inf, -inf, NaN], () => NaN),
      ...pairs([0, 1, inf, -inf], [NaN], () => NaN),
      [1, 1, round(Math.PI / 4)],
      [least, least, round(Math.PI / 4)],
      [-largest, -largest, round((-3 * Math.PI) / 4)],
    ];
  },
  // NumPy's remainder: fmod's cases, and the sign of the divisor.
  mod: ({ least, largest }) => [
    ...pairs([0, 1, -1, inf, NaN], [0, -0], () => NaN),
    ...pairs([inf, -inf], [1, -1, largest, inf, -inf, NaN], () => NaN),
    ...pairs([0, -0], [1, least, inf], () => 0),
    ...pairs([0, -0], [-1, -least, -inf], () => -0),
    ...pairs([1, least, largest], [inf], (x) => x),
    ...pairs([-1, -least, -largest], [inf], () => inf),
    ...pairs([-1, -least, -largest], [-inf], (x) => x),
    ...pairs([1, least, largest], [-inf], () => -inf),
    ...pairs([NaN], [1, inf], () => NaN),
    ...pairs([1, 0], [NaN], () => NaN),
    [5, 3, 2],
    [-5, 3, 1],
    [5, -3, -1],
    [-5, -3, -2],
    [6, 3, 0],
    [-6, 3, 0],
    [6, -3, -0],
    [largest, least, 0],
    [3 * least, 2 * least, least],
    [-least, 3 * least, 2 * least],
    [largest, largest, 0],
    [-least, 1, 1],
  ],
  maximum: () => [
    ...pairs([0, -0], [0], () => 0),
    [-0, -0, -0],
    [inf, 1, inf],
    [-inf, 1, 1],
    ...pairs([NaN], [1, inf, NaN], () => NaN),
    ...pairs([1, -inf], [NaN], () => NaN),
  ],
  minimum: () => [
    ...pairs([0, -0], [-0], () => -0),
    [0, 0, 0],
    [inf, 1, 1],
    [-inf, 1, -inf],
    ...pairs([NaN], [1, -inf, NaN], () => NaN),
    ...pairs([1, inf], [NaN], () => NaN),
  ],
  add: ({ least, largest }) => [
    [-0, -0, -0],
    [0, -0, 0],
    [1, -1, 0],
    [inf, -inf, NaN],
    [largest, largest, inf],
    [least, least, 2 * least],
    [2 ** -126, -least, 2 ** -126 - least],
    [NaN, 1, NaN],
  ],
  mul: ({ least, largest }) => [
    [-0, 1, -0],
    [-1, 0, -0],
    [inf, 0, NaN],
    [least, 0.75, least],
    [least, 0.5, 0],
    [-least, 0.5, -0],
    [largest, -2, -inf],
    [least, 2 ** 23, least * 2 ** 23],
    [NaN, 0, NaN],
  ],
  div: ({ least }) => [
    [1, 0, inf],
    [1, -0, -inf],
    [0, 0, NaN],
    [inf, inf, NaN],
    [1, -inf, -0],
    [2 * least, 2, least],
    [3 * least, -2, -2 * least],
    [NaN, 1, NaN],
  ],
};
