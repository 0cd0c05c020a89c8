/** The record of the primitive `scan`. */
import * as p from "../../primitives/index.ts";
import { indexParam } from "../../primitives/params.ts";
import { type Primitive, type Program, register, type Sample } from "../../program/primitive.ts";
import { prune } from "../../program/prune.ts";
import { bind, buildProgram, evaluateProgram } from "../../program/trace.ts";
import { allocate } from "../../tensor/dtype.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { formatShape, sizeOf } from "../../tensor/shape.ts";
import { ConcreteTensor, type Tensor, type TensorType, sameTypes } from "../../tensor/tensor.ts";
import { batchScan } from "./batch.ts";
import { differentiateScan } from "./differentiate.ts";
import { elementOf, type Fields, partsOf, type Scan, scanOf, sequenceOf } from "./layout.ts";
import { transposeScan } from "./transpose.ts";

export const bindScan = (
  { length, reverse, constants, carries, linearConstants = 0, linearSequences = 0, body }: Fields,
  operands: readonly Tensor[],
): Tensor[] =>
  bind(scanPrimitive, operands, {
    length,
    reverse,
    constants,
    carries,
    linearConstants,
    linearSequences,
    body: prune(body),
  });

const evaluateScan = (operands: readonly ConcreteTensor[], scan: Scan, outputs: readonly TensorType[]) => {
  const { constants, carries: first, sequences } = partsOf(scan, operands);
  const { body, length, reverse } = scan;
  const collected = outputs.slice(scan.carries).map(({ shape, dtype }) => allocate(dtype, sizeOf(shape)));
  let carries = first;
  for (let step = 0; step < length; step++) {
    const position = reverse ? length - 1 - step : step;
    const elements = sequences.map((sequence) => {
      const { shape, dtype } = elementOf(sequence);
      const size = sizeOf(shape);
      return new ConcreteTensor(
        sequence.values.subarray(position * size, (position + 1) * size),
        shape,
        dtype,
      );
    });
    const results = evaluateProgram(body, [...constants, ...carries, ...elements]);
    carries = results.slice(0, scan.carries);
    results
      .slice(scan.carries)
      .forEach((result, i) => collected[i]!.set(result.values, position * result.size));
  }
  return [
    ...carries,
    ...collected.map((values, i) => {
      const { shape, dtype } = outputs[scan.carries + i]!;
      return new ConcreteTensor(values, shape, dtype);
    }),
  ];
};

const float64 = (...shape: readonly number[]): TensorType => ({ shape, dtype: "float64" });

const recurrence = (): Program =>
  buildProgram("scan", [float64(2, 2), float64(2), float64(), float64(2)], ([w, h, n, x]) => {
    const next = p.tanh(
      p.add(p.dot(w!, h!, { leftContract: [1], rightContract: [0], leftBatch: [], rightBatch: [] }), x!),
    );
    return [next, p.add(n!, p.reduceSum(next, [0])), p.mul(next, next)];
  });

const exchange = (): Program =>
  buildProgram("scan", [float64(3), float64(3), float64(3)], ([a, b, x]) => [b!, p.sin(p.mul(a!, x!)), a!]);

const samples = (): Sample[] => [
  {
    // A recurrence with a constant, two carries, a sequence and a result for each step.
    params: {
      body: recurrence(),
      length: 4,
      constants: 1,
      carries: 2,
      reverse: false,
      linearConstants: 0,
      linearSequences: 0,
    },
    operands: [
      { shape: [2, 2], low: -1, high: 1, dtype: "float64" },
      { shape: [2], low: -1, high: 1, dtype: "float64" },
      { shape: [], low: -1, high: 1, dtype: "float64" },
      { shape: [4, 2], low: -1, high: 1, dtype: "float64" },
    ],
  },
  {
    // From the end; carries change places, and a result is a carry.
    params: {
      body: exchange(),
      length: 5,
      constants: 0,
      carries: 2,
      reverse: true,
      linearConstants: 0,
      linearSequences: 0,
    },
    operands: [
      { shape: [3], low: -1, high: 1, dtype: "float64" },
      { shape: [3], low: -1, high: 1, dtype: "float64" },
      { shape: [5, 3], low: -1, high: 1, dtype: "float64" },
    ],
  },
];

const scanPrimitive: Primitive = register({
  name: "scan",
  kind: "explicit",
  dtypes: ["float64"],
  types: (inputs, params) => {
    const scan = scanOf(params);
    const { carries, sequences } = partsOf(scan, inputs);
    const { body, length } = scan;
    sequences.forEach((sequence, i) => {
      if (sequence.shape[0] !== length)
        throw new ShapeError(
          "scan",
          `sequence ${i} of shape ${formatShape(sequence.shape)} has not ${length} elements along axis 0`,
          [sequence.shape],
        );
    });
    const operands = [...inputs.slice(0, scan.constants + scan.carries), ...sequences.map(elementOf)];
    if (
      !sameTypes(operands, body.inputs) ||
      !sameTypes(carries, body.outputs.slice(0, scan.carries)) ||
      carries.length !== scan.carries
    )
      throw new Error("internal: operands of a scan do not fit its body");
    indexParam(params, "linearConstants", scan.constants + 1);
    indexParam(params, "linearSequences", sequences.length + 1);
    return [
      ...carries.map(({ shape, dtype }) => ({ shape, dtype })),
      ...body.outputs.slice(scan.carries).map((output) => sequenceOf(length, output)),
    ];
  },
  evaluate: (inputs, params, outputs) => evaluateScan(inputs, scanOf(params), outputs),
  jvp: (primals, tangents, params) => differentiateScan(primals, tangents, scanOf(params), bindScan),
  transpose: (cotangents, operands, params) => transposeScan(cotangents, operands, scanOf(params), bindScan),
  batch: (operands, batched, size, params) => batchScan(operands, batched, size, scanOf(params), bindScan),
  lowering: { form: "repeat", repetition: scanOf },
  // Made when they are asked for: only tests do.
  get samples() {
    return samples();
  },
});
