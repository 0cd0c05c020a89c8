/** Reverse mode of scans. */
import { add, zerosLike } from "../../primitives/index.ts";
import type { Tangent, TransposeOperand } from "../../program/primitive.ts";
import { buildProgram, interpret } from "../../program/trace.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { transposeProgram } from "../reverse.ts";
import { partsOf, type RunScan, type Scan } from "./layout.ts";

/**
 * A linear scan run the other way: cotangents of the carries are carried back, those of the linear constants are summed
 * up on the way, and those of the linear sequences come out step by step.
 */
export const transposeScan = (
  cotangents: readonly Tangent[],
  operands: readonly TransposeOperand[],
  scan: Scan,
  run: RunScan,
): Tangent[] => {
  const { body, length, reverse, linearConstants, linearSequences } = scan;
  const parts = partsOf(scan, operands);
  const inputs = partsOf(scan, body.inputs);
  const fixed = {
    constants: inputs.constants.slice(0, scan.constants - linearConstants),
    sequences: inputs.sequences.slice(0, inputs.sequences.length - linearSequences),
  };
  const linear = {
    constants: inputs.constants.slice(fixed.constants.length),
    sequences: inputs.sequences.slice(fixed.sequences.length),
  };
  const residuals = [...fixed.constants, ...fixed.sequences];
  const transposed = transposeProgram(
    { ...body, inputs: [...residuals, ...linear.constants, ...inputs.carries, ...linear.sequences] },
    residuals.length,
  );
  const results = body.outputs.slice(scan.carries);
  const resultCotangents = cotangents.slice(scan.carries);
  const present = results.filter((_, i) => resultCotangents[i] !== undefined);
  // [constants | cotangents of the carries, sums for the linear constants | residuals, cotangents of the results]
  const types = [...fixed.constants, ...inputs.carries, ...linear.constants, ...fixed.sequences, ...present];
  const backward = buildProgram("scan", types, (tensors) => {
    let next = 0;
    const take = (count: number): Tensor[] => tensors.slice(next, (next += count));
    const constants = take(fixed.constants.length);
    const carries = take(inputs.carries.length);
    const sums = take(linear.constants.length);
    const elements = take(fixed.sequences.length);
    const incoming = take(present.length);
    let used = 0;
    const ofResults = results.map((result, i) =>
      resultCotangents[i] === undefined ? zerosLike(result) : incoming[used++]!,
    );
    const pulled = interpret(transposed, [...constants, ...elements, ...carries, ...ofResults]);
    const toConstants = pulled.slice(0, sums.length);
    const rest = pulled.slice(sums.length);
    return [
      ...rest.slice(0, carries.length),
      ...sums.map((sum, i) => add(sum, toConstants[i]!)),
      ...rest.slice(carries.length),
    ];
  });
  const valuesOf = (list: readonly TransposeOperand[]): Tensor[] =>
    list.map((operand) => {
      if (operand.linear) throw new Error("internal: a residual of a scan carries the linear value");
      return operand.value;
    });
  const outputs = run(
    {
      body: backward,
      length,
      reverse: !reverse,
      constants: fixed.constants.length,
      carries: inputs.carries.length + linear.constants.length,
      linearSequences: present.length,
    },
    [
      ...valuesOf(parts.constants.slice(0, fixed.constants.length)),
      ...inputs.carries.map((carry, i) => cotangents[i] ?? zerosLike(carry)),
      ...linear.constants.map((type) => zerosLike(type)),
      ...valuesOf(parts.sequences.slice(0, fixed.sequences.length)),
      ...resultCotangents.filter((cotangent) => cotangent !== undefined),
    ],
  );
  const carries = outputs.slice(0, inputs.carries.length);
  const constants = outputs.slice(inputs.carries.length, inputs.carries.length + linear.constants.length);
  const sequences = outputs.slice(inputs.carries.length + linear.constants.length);
  return [
    ...fixed.constants.map(() => undefined),
    ...constants,
    ...carries,
    ...fixed.sequences.map(() => undefined),
    ...sequences,
  ].map((cotangent, i) => (operands[i]!.linear ? cotangent : undefined));
};
