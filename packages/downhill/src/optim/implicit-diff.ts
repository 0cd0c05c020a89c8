/** Derivatives of what a solver finds, without differentiating the solver. */
import { solve as solveLinear } from "../functions/linear-algebra.ts";
import { neg, reshape, slice } from "../primitives/index.ts";
import { knownValues, outsideOfTraces } from "../program/trace.ts";
import { isFloating } from "../tensor/dtype.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import {
  flattenTensors,
  type Loose,
  type LooseArguments,
  type LooseFunction,
  matchingTensors,
} from "../transforms/arguments.ts";
import { customJvp } from "../transforms/custom-jvp.ts";
import { jacfwd } from "../transforms/jacobian.ts";
import { jvp } from "../transforms/jvp.ts";
import { asVector } from "./tree.ts";

const operation = "implicitDiff";

/** A vector's elements as tensors of the shapes of `types`. */
const parted = (vector: Tensor, types: readonly Tensor[]): Tensor[] => {
  let next = 0;
  return types.map(({ shape, size }) => reshape(slice(vector, [next], [(next += size)]), shape));
};

/**
 * `solve` with the derivative of the root or minimum that it finds, which follows from the condition alone: where
 * F(x, θ) = 0, it is ẋ = −(∂F/∂x)⁻¹ (∂F/∂θ) θ̇ (implicit function theorem; Blondel et al., Efficient and Modular Implicit
 * Differentiation, 2022). The steps of the solver are not differentiated, nor kept. To any order, in both modes.
 *
 * Where the arguments are known (under `grad`, `vjp`, `jvp`), `solve` is called on their values and may do anything:
 * `minimize`, the `fit` of an estimator. Under `jit` and `vmap` it is traced like any function.
 *
 * The Jacobian ∂F/∂x is formed and solved with, n × n for n numbers in x: it suits up to some hundreds. Where it is
 * singular, as at a minimum that is not strict, the derivative is not finite.
 *
 * @param solve returns x, a float tensor or a tree of float tensors of one dtype.
 * @param condition F: what is zero at the solution, nested and shaped like x; for a minimum the gradient of what is
 *   minimised, by x.
 * @throws ArgumentError, ShapeError, DTypeError if the condition does not fit the solution.
 */
export const implicitDiff = <A extends readonly unknown[], X>(
  solve: (...args: A) => X,
  condition: (x: X, ...args: A) => Loose<X>,
): LooseFunction<A, X> =>
  customJvp(
    (...args: A): X => {
      const { leaves, structure } = flattenTensors(args, operation);
      const values = knownValues(leaves, operation);
      return values === undefined
        ? solve(...args)
        : outsideOfTraces(() => solve(...(structure.unflatten(values) as unknown as A)));
    },
    (primals, tangents, x) => {
      const { leaves: solution, structure } = flattenTensors(x, operation);
      if (
        solution.length === 0 ||
        solution.some(({ dtype }) => !isFloating(dtype) || dtype !== solution[0]!.dtype)
      )
        throw new ArgumentError(
          operation,
          `the solution has the dtypes ${solution.map(({ dtype }) => dtype).join(", ")}; return floats of one dtype`,
        );
      const at = (z: Tensor, args: A): Tensor => {
        const found = condition(structure.unflatten(parted(z, solution)) as X, ...args);
        return asVector(matchingTensors(operation, ["condition", "solution"], found, solution, structure));
      };
      const z = asVector(solution);
      const [, change] = jvp(
        (...args: A) => at(z, args),
        primals as LooseArguments<A>,
        tangents as LooseArguments<A>,
      );
      const jacobian = jacfwd((point: Tensor) => at(point, primals))(z);
      return structure.unflatten(parted(neg(solveLinear(jacobian, change)), solution)) as Loose<X>;
    },
  );
