/** The inverse of the error function, which turns uniform random numbers into normal ones. */
import type { Scalar } from "../program/loop.ts";
import * as s from "../program/scalar.ts";
import { bindOne } from "../program/trace.ts";
import type { Tensor } from "../tensor/tensor.ts";
import * as kernel from "./elementary/index.ts";
import { elementwise } from "./elementwise.ts";
import { apply, square, times } from "./expression.ts";
import { floatDTypes } from "./kinds.ts";

// x·P(w) with w = −ln(1 − x²): Giles, "Approximating the erfinv function", GPU Computing Gems 2 (2010), chapter 10.
// Coefficients from the lowest power up. Double precision within 3 units in the last place, single within 4.
const near = [
  1.6536545626831027356, 0.24015818242558961693, -0.0060336708714301490533, -0.00074070253416626697512,
  0.0001867342080340571352, -1.3882523362786468719e-5, -1.3654692000834678645e-6, 4.2347877827932403518e-7,
  -2.9070369957882005086e-8, -4.1126339803469836976e-9, 1.051212273321532285e-9, -5.4154120542946279317e-11,
  -1.2975133253453532498e-11, 2.6335093153082322977e-12, -8.1519341976054721522e-14,
  -4.0545662729752068639e-14, 6.6376381343583238325e-15, 2.0972767875968561637e-17, -1.333171662854620906e-16,
  1.115787767802518096e-17, 1.2858480715256400167e-18, -1.685059138182016589e-19, -3.6444120640178196996e-21,
];
const far = [
  3.0838856104922207635, 1.0052589676941592334, 0.005370914553590063617, -0.0037512085075692412107,
  0.0024914420961078508066, -0.0016882755560235047313, 0.00095328937973738049703, -0.0003550375203628474796,
  2.4031110387097893999e-5, 6.8284851459573175448e-5, -4.7318229009055733981e-5, 1.2475304481671778723e-5,
  2.9234449089955446044e-6, -4.013867526981545969e-6, 1.5027403968909827627e-6, 1.8239629214389227755e-8,
  -2.7517406297064545428e-7, 9.0756561938885390979e-8, 2.2137376921775787049e-9,
];
const tail = [
  4.8499064014085844221, 1.0103004648645343977, -0.00013871931833623122026, -0.00021503011930044477347,
  7.5995277030017761139e-5, -1.9681778105531670567e-5, 4.5260625972231537039e-6, -9.9298272942317002539e-7,
  2.2900482228026654717e-7, -6.7711997758452339498e-8, 2.9147953450901080826e-8, -1.4960026627149240478e-8,
  7.6157012080783393804e-9, -3.7894654401267369937e-9, 1.5076572693500548083e-9, -2.5556418169965252055e-10,
  -2.7109920616438573243e-11,
];
const singleNear = [
  1.50140941, 0.246640727, -0.00417768164, -0.00125372503, 0.00021858087, -4.39150654e-6, -3.5233877e-6,
  3.43273939e-7, 2.81022636e-8,
];
const singleFar = [
  2.83297682, 1.00167406, 0.00943887047, -0.0076224613, 0.00573950773, -0.00367342844, 0.00134934322,
  0.000100950558, -0.000200214257,
];

const horner = (x: number, coefficients: readonly number[]): number =>
  coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);

const evaluate = (x: number): number => {
  if (Math.abs(x) === 1) return x * Infinity;
  const w = -Math.log((1 - x) * (1 + x));
  if (w < 6.25) return x * horner(w - 3.125, near);
  const root = Math.sqrt(w);
  return x * (w < 16 ? horner(root - 3.25, far) : horner(root - 5, tail));
};

const scalar = (x: Scalar): Scalar => {
  // (1 − x)(1 + x) rather than 1 − x², which loses its digits near ±1.
  const w = s.neg(kernel.log(s.mul(s.sub(1, x), s.add(x, 1))));
  const root = s.sqrt(w);
  const polynomial =
    x.type === "f64"
      ? s.select(
          s.lt(w, 6.25),
          s.polynomial(s.sub(w, 3.125), near),
          s.select(s.lt(w, 16), s.polynomial(s.sub(root, 3.25), far), s.polynomial(s.sub(root, 5), tail)),
        )
      : s.select(
          s.lt(w, 5),
          s.polynomial(s.sub(w, 2.5), singleNear),
          s.polynomial(s.sub(root, 3), singleFar),
        );
  return s.mul(x, s.select(s.eq(s.abs(x), 1), Infinity, polynomial));
};

/** ±Infinity at ±1, NaN beyond. */
const erfinvPrimitive = elementwise({
  name: "erfinv",
  operands: 1,
  dtypes: floatDTypes,
  evaluate: ([x]) => evaluate(x!),
  scalar: ([x]) => scalar(x!),
  derivative: (_, y) => [times(Math.sqrt(Math.PI) / 2, apply("exp")(square(y)))],
  // Differences need distance from the poles at ±1; test/functions/random.test.ts has the values close to them.
  domain: [[-0.9, 0.9]],
  notation: "\\operatorname{erf}^{-1}(#1)",
});

export const erfinv = (x: Tensor): Tensor => bindOne(erfinvPrimitive, [x]);
