/**
 * In which order the axes of values lie in memory. A product leaves its result with the axes of its factors in a certain
 * order and wants its operands in one; what is between two products is done in that order too, whatever the order is in
 * which the program names the axes. Transpositions in between then move nothing, and neighbours stay neighbours.
 */
import { broadcast, transpose } from "../primitives/movement.ts";
import { numberParam, numbersParam } from "../primitives/params.ts";
import type { Params } from "../program/primitive.ts";
import type { Atom, Equation, Program, Variable } from "../program/program.ts";
import { asCopyOf } from "../program/source-lines.ts";
import { bind, buildProgram } from "../program/trace.ts";
import { allAxes, sizeOf } from "../tensor/shape.ts";
import { literal, type Tensor } from "../tensor/tensor.ts";

/** An order of axes: axis i in memory is axis `order[i]` of the value. */
type Order = readonly number[];

/** Values that are had in the same order. */
interface Family {
  readonly rank: number;
  order: Order;
  /** How many elements speak for the order in which the axes are named. */
  named: number;
  /** Transpositions to and from members, as seen from them. */
  readonly borders: { readonly other: Variable; readonly permutation: Order; readonly weight: number }[];
}

const inverse = (permutation: Order): Order => permutation.map((_, axis) => permutation.indexOf(axis));

/** The parameters of an operation that treats its axes alike, on operands in another order; undefined if it does not. */
const paramsIn = ({ primitive, params }: Equation, order: Order): Params | undefined => {
  const lists = (...names: readonly string[]): Params => ({
    ...params,
    ...Object.fromEntries(
      names.map((name) => {
        const list = numbersParam(params, name);
        return [name, order.map((axis) => list[axis]!)];
      }),
    ),
  });
  if (primitive.lowering.form === "elementwise") return params;
  switch (primitive.name) {
    case "slice":
      return lists("starts", "stops", "steps");
    case "pad":
      return lists("before", "after", "between");
    case "concatenate":
      return { ...params, axis: order.indexOf(numberParam(params, "axis")) };
    case "flip":
      return {
        ...params,
        axes: numbersParam(params, "axes")
          .map((axis) => order.indexOf(axis))
          .sort((a, b) => a - b),
      };
    default:
      return undefined;
  }
};

const isTransposition = ({ primitive }: Equation): boolean => primitive.name === "transpose";

/** Which values are had in the same order, and what speaks for which order. */
const familiesOf = (program: Program): Map<Variable, Family> => {
  const parents = new Map<Variable, Variable>();
  const rootOf = (variable: Variable): Variable => {
    let root = variable;
    for (let next = parents.get(root); next !== undefined; next = parents.get(root)) root = next;
    if (root !== variable) parents.set(variable, root);
    return root;
  };
  const variables: Variable[] = [...program.inputs, ...program.equations.flatMap(({ outputs }) => outputs)];
  const full = (atoms: readonly Atom[], rank: number): Variable[] =>
    atoms.filter((atom): atom is Variable => atom.kind === "variable" && atom.shape.length === rank);
  const joins = (equation: Equation): boolean =>
    equation.outputs.length === 1 &&
    paramsIn(equation, allAxes(equation.outputs[0]!.shape.length)) !== undefined;
  for (const equation of program.equations) {
    if (!joins(equation)) continue;
    const [output] = equation.outputs;
    for (const input of full(equation.inputs, output!.shape.length)) {
      const root = rootOf(input);
      if (root !== rootOf(output!)) parents.set(root, rootOf(output!));
    }
  }
  const families = new Map<Variable, Family>();
  for (const variable of variables) {
    const root = rootOf(variable);
    const rank = root.shape.length;
    const family = families.get(root) ?? { rank, order: allAxes(rank), named: 0, borders: [] };
    families.set(root, family);
    families.set(variable, family);
  }
  const speaksForNames = (atoms: readonly Atom[]): void => {
    for (const atom of atoms) if (atom.kind === "variable") families.get(atom)!.named += sizeOf(atom.shape);
  };
  speaksForNames(program.inputs);
  speaksForNames(program.outputs);
  for (const equation of program.equations) {
    const { primitive, inputs, params, outputs } = equation;
    if (joins(equation)) continue;
    const [x] = inputs;
    if (isTransposition(equation) && x?.kind === "variable") {
      const y = outputs[0]!;
      const permutation = numbersParam(params, "permutation");
      const weight = sizeOf(y.shape);
      families.get(x)!.borders.push({ other: y, permutation: inverse(permutation), weight });
      families.get(y)!.borders.push({ other: x, permutation, weight });
    } else if (primitive.name !== "broadcast" && primitive.lowering.form !== "reduce") {
      speaksForNames(inputs);
      speaksForNames(outputs);
    }
  }
  return families;
};

/** The order for which most elements speak, the neighbours' orders being what they are. */
const preferred = ({ rank, named, borders }: Family, families: ReadonlyMap<Variable, Family>): Order => {
  let best = allAxes(rank);
  const votes = new Map([[best.join(), named]]);
  for (const { other, permutation, weight } of borders) {
    // Axis i of this value is axis permutation[i] of the other.
    const back = inverse(permutation);
    const order = families.get(other)!.order.map((axis) => back[axis]!);
    const key = order.join();
    const sum = (votes.get(key) ?? 0) + weight;
    votes.set(key, sum);
    if (sum > votes.get(best.join())!) best = order;
  }
  return best;
};

/** Orders go from products to their neighbours, and on to theirs: as many times as there may be between two products. */
const rounds = 3;

/** Values between products computed in the order of axes that these leave and want. */
export const orderAxes = (program: Program): Program => {
  if (
    !program.equations.some((equation) => isTransposition(equation) && equation.outputs[0]!.shape.length > 2)
  )
    return program;
  const families = familiesOf(program);
  const distinct = [...new Set(families.values())].filter(({ borders }) => borders.length > 0);
  for (let round = 0; round < rounds; round++)
    for (const family of distinct) family.order = preferred(family, families);
  if (distinct.every(({ order }) => order.every((axis, i) => axis === i))) return program;

  return buildProgram("order of axes", program.inputs, (inputs) => {
    const values = new Map<Variable, { readonly tensor: Tensor; readonly order: Order }>();
    /** A value with its axes in the order in which they are named. */
    const read = (atom: Atom): Tensor => readIn(atom, allAxes(atom.shape.length));
    const readIn = (atom: Atom, order: Order): Tensor => {
      if (atom.kind === "literal") return literal(atom.value, atom.dtype);
      const { tensor, order: own } = values.get(atom)!;
      return transpose(
        tensor,
        order.map((axis) => own.indexOf(axis)),
      );
    };
    const define = (variable: Variable, tensor: Tensor, own: Order = allAxes(tensor.rank)): void => {
      const { order } = families.get(variable)!;
      values.set(variable, {
        tensor: transpose(
          tensor,
          order.map((axis) => own.indexOf(axis)),
        ),
        order,
      });
    };
    program.inputs.forEach((input, i) =>
      values.set(input, { tensor: inputs[i]!, order: allAxes(input.shape.length) }),
    );
    const carryOut = (equation: Equation): void => {
      const { primitive, inputs: operands, params, outputs } = equation;
      const [output] = outputs;
      const [x] = operands;
      const { order } = families.get(output!)!;
      const moved = outputs.length === 1 ? paramsIn(equation, order) : undefined;
      if (moved !== undefined) {
        const given = operands.map((operand) =>
          readIn(operand, operand.shape.length === order.length ? order : allAxes(operand.shape.length)),
        );
        values.set(output!, { tensor: bind(primitive, given, moved)[0]!, order });
      } else if (isTransposition(equation) && x!.kind === "variable") {
        const permutation = numbersParam(params, "permutation");
        values.set(output!, {
          tensor: readIn(
            x!,
            order.map((axis) => permutation[axis]!),
          ),
          order,
        });
      } else if (primitive.name === "broadcast") {
        // Where axes of the operand come to lie in the result's order says in which order to read them.
        const places = numbersParam(params, "axes").map((axis) => order.indexOf(axis));
        const own = allAxes(places.length).sort((a, b) => places[a]! - places[b]!);
        const shape = order.map((axis) => output!.shape[axis]!);
        const tensor = broadcast(
          readIn(x!, own),
          shape,
          own.map((axis) => places[axis]!),
        );
        values.set(output!, { tensor, order });
      } else if (primitive.lowering.form === "reduce" && x!.kind === "variable") {
        const { order: own } = families.get(x!)!;
        const axes = numbersParam(params, "axes");
        const kept = allAxes(own.length).filter((axis) => !axes.includes(axis));
        const places = axes.map((axis) => own.indexOf(axis)).sort((a, b) => a - b);
        const [tensor] = bind(primitive, [readIn(x!, own)], { ...params, axes: places });
        define(
          output!,
          tensor!,
          own.filter((axis) => kept.includes(axis)).map((axis) => kept.indexOf(axis)),
        );
      } else {
        const results = bind(primitive, operands.map(read), params);
        outputs.forEach((result, i) => {
          define(result, results[i]!);
        });
      }
    };
    for (const equation of program.equations)
      asCopyOf(equation, () => {
        carryOut(equation);
      });
    return program.outputs.map(read);
  });
};
