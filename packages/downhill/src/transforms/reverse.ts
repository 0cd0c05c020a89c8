/** Reverse mode: the linear part of a program run backwards, each equation replaced by its transpose. */
import type { TransposeOperand } from "../program/primitive.ts";
import { type Atom, type Program, type Variable } from "../program/program.ts";
import { prune } from "../program/prune.ts";
import { bind, buildProgram, readerOf } from "../program/trace.ts";
import { add } from "../primitives/arithmetic.ts";
import { zerosLike } from "../primitives/movement.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * The transpose of a linear program [residuals…, tangents…] → tangents…:
 * a program [residuals…, cotangents of its outputs…] → cotangents of its tangent inputs.
 */
export const transposeProgram = (linear: Program, residualCount: number): Program => {
  const residuals = linear.inputs.slice(0, residualCount);
  const tangents = linear.inputs.slice(residualCount);
  const transposed = buildProgram("transpose", [...residuals, ...linear.outputs], (inputs) => {
    const known = new Map<Variable, Tensor>();
    residuals.forEach((residual, i) => known.set(residual, inputs[i]!));
    const read = readerOf(known);
    const isKnown = (atom: Atom): boolean => atom.kind === "literal" || known.has(atom);
    // Batching may have brought in equations that depend on residuals alone: they run forwards, as they are.
    const equations = linear.equations.filter(({ primitive, inputs: operands, params, outputs }) => {
      if (!operands.every(isKnown)) return true;
      bind(primitive, operands.map(read), params).forEach((value, i) => known.set(outputs[i]!, value));
      return false;
    });
    const cotangents = new Map<Variable, Tensor>();
    const accumulate = (atom: Atom, cotangent: Tensor): void => {
      if (atom.kind === "literal" || known.has(atom)) return;
      const present = cotangents.get(atom);
      cotangents.set(atom, present === undefined ? cotangent : add(present, cotangent));
    };
    linear.outputs.forEach((output, i) => accumulate(output, inputs[residualCount + i]!));
    for (const { primitive, inputs: operands, params, outputs } of equations.toReversed()) {
      const incoming = outputs.map((output) => cotangents.get(output));
      if (incoming.every((cotangent) => cotangent === undefined)) continue;
      if (primitive.transpose === undefined)
        throw new Error(`internal: ${primitive.name} stands in a linear program but has no transpose`);
      const roles = operands.map((operand): TransposeOperand =>
        isKnown(operand) ? { linear: false, value: read(operand) } : { linear: true, type: operand },
      );
      primitive.transpose(incoming, roles, params).forEach((cotangent, position) => {
        if (cotangent) accumulate(operands[position]!, cotangent);
      });
    }
    return tangents.map((tangent) => cotangents.get(tangent) ?? zerosLike(tangent));
  });
  return prune(transposed);
};
