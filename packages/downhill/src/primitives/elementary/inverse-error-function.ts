/**
 * The inverse of the error function: x·P(w) with w = −ln(1 − x²), or with √w where x is close to ±1 (Giles, "Approximating
 * the erfinv function", GPU Computing Gems 2, 2010, chapter 10).
 */
import type { Scalar } from "../../program/loop.ts";
import { abs, add, eq, lt, mul, neg, polynomial, select, sqrt, sub } from "../../program/scalar.ts";
import { byFormat } from "./format.ts";
import { log } from "./logarithm.ts";

/** The polynomials for float64, the lowest power first: in w − 3.125 for w < 6.25, in √w − 3.25 for w < 16, in √w − 5. */
export const doublePolynomials = {
  near: [
    1.6536545626831027356, 0.24015818242558961693, -0.0060336708714301490533, -0.00074070253416626697512,
    0.0001867342080340571352, -1.3882523362786468719e-5, -1.3654692000834678645e-6, 4.2347877827932403518e-7,
    -2.9070369957882005086e-8, -4.1126339803469836976e-9, 1.051212273321532285e-9, -5.4154120542946279317e-11,
    -1.2975133253453532498e-11, 2.6335093153082322977e-12, -8.1519341976054721522e-14,
    -4.0545662729752068639e-14, 6.6376381343583238325e-15, 2.0972767875968561637e-17,
    -1.333171662854620906e-16, 1.115787767802518096e-17, 1.2858480715256400167e-18, -1.685059138182016589e-19,
    -3.6444120640178196996e-21,
  ],
  far: [
    3.0838856104922207635, 1.0052589676941592334, 0.005370914553590063617, -0.0037512085075692412107,
    0.0024914420961078508066, -0.0016882755560235047313, 0.00095328937973738049703, -0.0003550375203628474796,
    2.4031110387097893999e-5, 6.8284851459573175448e-5, -4.7318229009055733981e-5, 1.2475304481671778723e-5,
    2.9234449089955446044e-6, -4.013867526981545969e-6, 1.5027403968909827627e-6, 1.8239629214389227755e-8,
    -2.7517406297064545428e-7, 9.0756561938885390979e-8, 2.2137376921775787049e-9,
  ],
  tail: [
    4.8499064014085844221, 1.0103004648645343977, -0.00013871931833623122026, -0.00021503011930044477347,
    7.5995277030017761139e-5, -1.9681778105531670567e-5, 4.5260625972231537039e-6, -9.9298272942317002539e-7,
    2.2900482228026654717e-7, -6.7711997758452339498e-8, 2.9147953450901080826e-8, -1.4960026627149240478e-8,
    7.6157012080783393804e-9, -3.7894654401267369937e-9, 1.5076572693500548083e-9, -2.5556418169965252055e-10,
    -2.7109920616438573243e-11,
  ],
} as const;

/** For float32: in w − 2.5 for w < 5, in √w − 3. */
const singlePolynomials = {
  near: [
    1.50140941, 0.246640727, -0.00417768164, -0.00125372503, 0.00021858087, -4.39150654e-6, -3.5233877e-6,
    3.43273939e-7, 2.81022636e-8,
  ],
  far: [
    2.83297682, 1.00167406, 0.00943887047, -0.0076224613, 0.00573950773, -0.00367342844, 0.00134934322,
    0.000100950558, -0.000200214257,
  ],
} as const;

/** −ln(1 − x²), by (1 − x)(1 + x) rather than 1 − x², which loses its digits near ±1. */
const distanceOf = (x: Scalar): Scalar => neg(log(mul(sub(1, x), add(x, 1))));

/** ±∞ at ±1. */
const multiple = (x: Scalar, factor: Scalar): Scalar => mul(x, select(eq(abs(x), 1), Infinity, factor));

const inverseOfSingle = (x: Scalar): Scalar => {
  const { near, far } = singlePolynomials;
  const w = distanceOf(x);
  return multiple(x, select(lt(w, 5), polynomial(sub(w, 2.5), near), polynomial(sub(sqrt(w), 3), far)));
};

const inverseOfDouble = (x: Scalar): Scalar => {
  const { near, far, tail } = doublePolynomials;
  const w = distanceOf(x);
  const root = sqrt(w);
  const outer = select(lt(w, 16), polynomial(sub(root, 3.25), far), polynomial(sub(root, 5), tail));
  return multiple(x, select(lt(w, 6.25), polynomial(sub(w, 3.125), near), outer));
};

/** ±∞ at ±1, NaN beyond. */
export const erfinv = byFormat("erfinv", inverseOfSingle, inverseOfDouble);
