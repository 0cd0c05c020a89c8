/** Derivatives checked by the function's own values. */
import { randomSource } from "../../learn/random.ts";
import { fromFlat, toFlat } from "../../optim/lbfgs/flat.ts";
import { dot, maxNorm } from "../../optim/lbfgs/vector.ts";
import { zerosLike } from "../../primitives/movement.ts";
import { isFloating } from "../../tensor/dtype.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor, TensorType } from "../../tensor/tensor.ts";
import { pathsOf } from "../../tensor/tree.ts";
import { flattenTensors, isLeaf, type LooseArguments } from "../../transforms/arguments.ts";
import { jvp } from "../../transforms/jvp.ts";
import { vjp } from "../../transforms/vjp.ts";
import type { ArgumentCheck } from "./argument-check.ts";
import { checkLine } from "./line.ts";
import { gradientText } from "./text.ts";

const operation = "checkGradients";

export interface CheckGradientsOptions {
  /** 2 checks the derivative of the gradient as well; 1 if left out. */
  readonly order?: 1 | 2;
  /** For the random directions; 0 if left out. */
  readonly seed?: number;
}

export interface GradientCheck {
  /** Whether no derivative is wrong and at least one could be checked. */
  readonly agrees: boolean;
  readonly checks: readonly ArgumentCheck[];
  /** A table for people. */
  readonly text: string;
}

/** A derivative that is not that of the function. */
export class GradientError extends Error {
  override readonly name = "GradientError";
  readonly check: GradientCheck;

  constructor(check: GradientCheck) {
    super(`${operation}: ${check.text}`);
    this.check = check;
  }
}

const epsilonOf = ({ dtype }: TensorType): number => (dtype === "float64" ? 2 ** -52 : 2 ** -23);

const isFloat = ({ dtype }: TensorType): boolean => isFloating(dtype);

/** Numbers between ½ and 1 in size, so that none is left out, of either sign. */
const randomVector = (size: number, random: () => number): Float64Array =>
  Float64Array.from({ length: size }, () => (random() < 0.5 ? -1 : 1) * (0.5 + random() / 2));

const sizeOfTerms = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, value, i) => sum + Math.abs(value * b[i]!), 0);

/** The floats among tensors, one after another. */
const floatsOf = (tensors: readonly Tensor[]): Float64Array => toFlat(tensors.filter(isFloat));

/** Tensors like `model` with these numbers for floats, and zeros for the others. */
const withFloats = (model: readonly Tensor[], values: Float64Array): Tensor[] => {
  const floats = fromFlat(model.filter(isFloat), values);
  let next = 0;
  return model.map((tensor) => (isFloat(tensor) ? floats[next++]! : zerosLike(tensor)));
};

/** The checks of one order: each float among the arguments along a random direction, the results weighted at random. */
const checksOf = (
  f: (...args: unknown[]) => unknown,
  args: readonly unknown[],
  order: 1 | 2,
  random: () => number,
): ArgumentCheck[] => {
  const { leaves, structure } = flattenTensors(args, operation);
  const paths = args.flatMap((arg, position) =>
    pathsOf(arg, isLeaf).map(
      (path) => `argument ${position}${path === "" || path.startsWith("[") ? path : `.${path}`}`,
    ),
  );
  const listed = (own: readonly Tensor[]): unknown[] => structure.unflatten(own) as unknown as unknown[];
  const [value, pullback] = vjp(f, ...listed(leaves)) as [unknown, (cotangent: unknown) => unknown];
  const results = flattenTensors(value, operation);
  if (!results.leaves.some(isFloat))
    throw new ArgumentError(
      operation,
      "the function returns no float, which has no slope; return a float tensor",
    );
  const values = floatsOf(results.leaves);
  const weights = randomVector(values.length, random);
  const cotangents = results.structure.unflatten(withFloats(results.leaves, weights));
  const gradients = flattenTensors(pullback(cotangents), operation).leaves;
  return leaves.flatMap((leaf, k): ArgumentCheck[] => {
    if (!isFloat(leaf) || leaf.size === 0) return [];
    const at = toFlat([leaf]);
    const direction = toFlat(fromFlat([leaf], randomVector(leaf.size, random)));
    const moved = (h: number): Tensor[] => fromFlat([leaf], at.map((x, i) => x + h * direction[i]!)); // prettier-ignore
    const call = (h: number): Tensor[] =>
      flattenTensors(f(...listed(leaves.with(k, moved(h)[0]!))), operation).leaves;
    const tangents = withFloats(leaves, new Float64Array(floatsOf(leaves).length)).with(k, fromFlat([leaf], direction)[0]!); // prettier-ignore
    const [, pushed] = jvp(f, listed(leaves) as never, listed(tangents) as never);
    const tangent = floatsOf(flattenTensors(pushed, operation).leaves);
    const gradient = toFlat([gradients[k]!]);
    const derivative = dot(gradient, direction);
    const forward = dot(tangent, weights);
    const epsilon = Math.max(...[leaf, ...results.leaves.filter(isFloat)].map(epsilonOf));
    // Of the results, and of the arguments, from where the slope carries it into the results.
    const rounding =
      epsilon * (sizeOfTerms(values, weights) + sizeOfTerms(gradient, direction) * maxNorm(at));
    const line = { value: (h: number) => dot(floatsOf(call(h)), weights), rounding, epsilon };
    const terms = sizeOfTerms(gradient, direction) + sizeOfTerms(tangent, weights);
    return [
      {
        ...checkLine(line, derivative),
        path: paths[k]!,
        order,
        forward,
        // Slopes that vanish beside the values, as of a saturated unit, are rounding themselves.
        modesAgree: !(Math.abs(forward - derivative) > modeRoom * epsilon * terms + rounding),
      },
    ];
  });
};

/** Both modes compute the same products in another order: roundings of a long chain. */
const modeRoom = 1024;

/**
 * Checks the derivatives of a function at a point by the function's own values: useful for derivatives given by hand
 * (`customJvp`, `customVjp`) and for new operations.
 *
 * Each float tensor among the arguments is moved alone, along a random direction v, the results being weighted at random.
 * Central differences must agree with it within their own error, at the step of all halvings of ⅛ that tells most: their error is
 * what doubling the step changes, and rounding, as neighbouring values show it. The remainder |φ(h) − φ(0) − h·φ′(0)| is reported too,
 * which vanishes as h² (slope 2 on logarithmic axes; 1 if the derivative is wrong); a linear function has none. Reverse mode is compared
 * with forward mode besides. At a kink a derivative between the slopes of both sides passes, and the report says so. A derivative is
 * called wrong only where neither rounding nor the shape of the function farther away explains what is seen; where one of them may,
 * the check is `"unclear"`, and the report says what hides the slope.
 *
 * @param f of tensors and trees of tensors, with any result that has a float.
 * @param args the point, as a list; float64 shows most.
 * @throws ArgumentError if there is nothing to check. A wrong derivative does not throw: see `requireGradients`.
 */
export const checkGradients = <A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  args: Readonly<LooseArguments<A>>,
  { order = 1, seed = 0 }: CheckGradientsOptions = {},
): GradientCheck => {
  const loose = f as unknown as (...args: unknown[]) => unknown;
  const random = randomSource(operation, seed);
  const checks = checksOf(loose, args, 1, random);
  if (checks.length === 0)
    throw new ArgumentError(
      operation,
      "no argument has floats, so there is nothing to differentiate by; give float tensors",
    );
  if (order === 2) {
    const own = randomSource(operation, seed + 1);
    const { leaves } = flattenTensors(loose(...args), operation);
    const weights = randomVector(floatsOf(leaves).length, own);
    // The gradient of the results, weighted once and for all.
    const gradient = (...point: unknown[]): unknown => {
      const [value, pullback] = vjp(loose, ...point) as [unknown, (cotangent: unknown) => unknown];
      const flat = flattenTensors(value, operation);
      return pullback(flat.structure.unflatten(withFloats(flat.leaves, weights)));
    };
    checks.push(...checksOf(gradient, args, 2, random));
  }
  const isWrong = checks.some(({ verdict, modesAgree }) => verdict === "wrong" || !modesAgree);
  const isSeen = checks.some(({ verdict }) => verdict !== "unclear");
  const agrees = !isWrong && isSeen;
  return { agrees, checks, text: gradientText(agrees, checks) };
};

/** `checkGradients` for tests: throws what it found if a derivative is wrong. @throws GradientError, ArgumentError */
export const requireGradients = <A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  args: Readonly<LooseArguments<A>>,
  options: CheckGradientsOptions = {},
): void => {
  const check = checkGradients(f, args, options);
  if (!check.agrees) throw new GradientError(check);
};
