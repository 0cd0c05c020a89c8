/** A program on one example made into a program on many. */
import { broadcastTo } from "../primitives/movement.ts";
import { type Atom, type Program, type Variable } from "../program/program.ts";
import { bind, buildProgram, interpret, readerOf } from "../program/trace.ts";
import type { Tensor, TensorType } from "../tensor/tensor.ts";

export interface BatchedProgram {
  readonly program: Program;
  /** Which outputs have a leading batch axis; the others do not depend on the batched inputs. */
  readonly batched: readonly boolean[];
}

/** The program on inputs of which some (`batched`) have a leading axis of length `size`. */
export const batchProgram = (program: Program, batched: readonly boolean[], size: number): BatchedProgram => {
  let batchedOutputs: boolean[] = [];
  const types = program.inputs.map(({ shape, dtype }, i): TensorType =>
    batched[i] ? { shape: [size, ...shape], dtype } : { shape, dtype },
  );
  const result = buildProgram("vmap", types, (inputs) => {
    const values = new Map<Variable, Tensor>();
    const isBatched = new Set<Variable>();
    const has = (atom: Atom): boolean => atom.kind === "variable" && isBatched.has(atom);
    program.inputs.forEach((input, i) => {
      values.set(input, inputs[i]!);
      if (batched[i]) isBatched.add(input);
    });
    const read = readerOf(values);
    for (const { primitive, inputs: operands, params, outputs } of program.equations) {
      const flags = operands.map(has);
      const some = flags.includes(true);
      const results = some
        ? primitive.batch(operands.map(read), flags, size, params)
        : bind(primitive, operands.map(read), params);
      outputs.forEach((output, i) => {
        values.set(output, results[i]!);
        if (some) isBatched.add(output);
      });
    }
    batchedOutputs = program.outputs.map(has);
    return program.outputs.map(read);
  });
  return { program: result, batched: batchedOutputs };
};

/** `batchProgram` with the leading axis on every output, also where all examples have the same. */
export const batchThroughout = (program: Program, batched: readonly boolean[], size: number): Program => {
  const { program: result, batched: ofOutputs } = batchProgram(program, batched, size);
  return buildProgram("vmap", result.inputs, (inputs) =>
    interpret(result, inputs).map((output, i) =>
      ofOutputs[i] ? output : broadcastTo(output, [size, ...output.shape]),
    ),
  );
};
