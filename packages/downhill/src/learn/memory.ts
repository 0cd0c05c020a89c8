/** What an optimizer remembers of the steps before, in a form that files can hold. */
import type { OptimizerState } from "../optim/transformation.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { formatShape, sameShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { flatten, pathsOf } from "../tensor/tree.ts";

/** The tensors of an optimizer's state by their paths: `[0].mu.layers[0].kernel`. */
export type Memory = Readonly<Record<string, Tensor>>;

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

export const memoryOf = (state: OptimizerState): Memory => {
  const { leaves } = flatten(state, isTensor);
  return Object.fromEntries(pathsOf(state, isTensor).map((path, i) => [path, leaves[i]!]));
};

const typeOf = ({ dtype, shape }: Tensor): string => `${dtype}${formatShape(shape)}`;

/**
 * The state that is remembered, in the form of one that the optimizer begins with.
 *
 * @throws ArgumentError if it is another optimizer's, or of other parameters.
 */
export const stateFrom = (operation: string, memory: Memory, fresh: OptimizerState): OptimizerState => {
  const { leaves, structure } = flatten(fresh, isTensor);
  const refuse = (why: string): never => {
    throw new ArgumentError(
      operation,
      `the optimizer does not remember what the one before did: ${why}; give it the optimizer that it was saved with, ` +
        "or save it without",
    );
  };
  const paths = pathsOf(fresh, isTensor);
  const remembered = paths.map((path, i) => {
    const [wanted, found] = [leaves[i]!, Object.hasOwn(memory, path) ? memory[path] : undefined];
    if (found === undefined) return refuse(`${path} is missing`);
    if (found.dtype !== wanted.dtype || !sameShape(found.shape, wanted.shape))
      return refuse(`${path} is ${typeOf(found)}, not ${typeOf(wanted)}`);
    return found;
  });
  const left = Object.keys(memory).find((path) => !paths.includes(path));
  if (left !== undefined) refuse(`${left} is left over`);
  return structure.unflatten(remembered);
};
