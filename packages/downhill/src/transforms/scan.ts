/** Loops that carry values from step to step, as one operation: differentiable, and compiled as a loop. */
import { add, broadcastTo, transpose, zerosLike } from "../primitives/index.ts";
import { booleanParam, indexParam, numberParam, programParam } from "../primitives/params.ts";
import { parseProgram } from "../program/parse.ts";
import {
  type Dual,
  type Params,
  type Primitive,
  register,
  type Repetition,
  type Sample,
  type Tangent,
  type TransposeOperand,
  type Variable,
} from "../program/primitive.ts";
import { prune } from "../program/prune.ts";
import { bind, buildProgram, evaluateProgram, interpret, traceProgram } from "../program/trace.ts";
import { allocate } from "../tensor/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../tensor/errors.ts";
import { allAxes, formatShape, sameShape, sizeOf } from "../tensor/shape.ts";
import { ConcreteTensor, type Tensor, type TensorType } from "../tensor/tensor.ts";
import { flatFunction, flattenTensors, type Loose } from "./arguments.ts";
import { batchProgram } from "./batching.ts";
import { linearizeProgram } from "./forward.ts";
import { transposeProgram } from "./reverse.ts";

/**
 * What a scan's parameters say. In a scan that is linear in its carries (which differentiation makes), the last
 * `linearConstants` constants and the last `linearSequences` sequences are what it is linear in besides.
 */
interface Scan extends Repetition {
  readonly linearConstants: number;
  readonly linearSequences: number;
}

const scanOf = (params: Params): Scan => ({
  body: programParam(params, "body"),
  length: indexParam(params, "length", Infinity),
  constants: indexParam(params, "constants", Infinity),
  carries: indexParam(params, "carries", Infinity),
  reverse: booleanParam(params, "reverse"),
  linearConstants: numberParam(params, "linearConstants"),
  linearSequences: numberParam(params, "linearSequences"),
});

type Fields = Omit<Scan, "linearConstants" | "linearSequences"> &
  Partial<Pick<Scan, "linearConstants" | "linearSequences">>;

const bindScan = (
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

/** A list of operands, inputs or flags in its three parts. */
const partsOf = <Item>({ constants, carries }: Repetition, items: readonly Item[]) => ({
  constants: items.slice(0, constants),
  carries: items.slice(constants, constants + carries),
  sequences: items.slice(constants + carries),
});

const elementOf = ({ shape, dtype }: TensorType): TensorType => ({ shape: shape.slice(1), dtype });

const sequenceOf = (length: number, { shape, dtype }: TensorType): TensorType => ({
  shape: [length, ...shape],
  dtype,
});

/**
 * Which carries have a property (a tangent, a batch axis) that spreads: `spread` tells which of the body's outputs
 * have it, given which inputs do. The flags of all inputs once they no longer change.
 */
const settledFlags = (
  scan: Scan,
  flags: readonly boolean[],
  spread: (flags: readonly boolean[]) => readonly boolean[],
): boolean[] => {
  const { constants, carries, sequences } = partsOf(scan, flags);
  let current = carries;
  for (;;) {
    const outputs = spread([...constants, ...current, ...sequences]);
    const next = current.map((flag, i) => flag || outputs[i]!);
    if (next.every((flag, i) => flag === current[i])) return [...constants, ...current, ...sequences];
    current = next;
  }
};

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

/**
 * Two scans: one for the values, which also keeps what the derivative needs of each step (its residuals), and a linear
 * one for the tangents. Residuals that do not change from step to step are passed as constants, and those that are
 * elements of a sequence by that sequence, so that neither is kept `length` times.
 */
const differentiateScan = (primals: readonly Tensor[], tangents: readonly Tangent[], scan: Scan): Dual => {
  const { body, length, reverse } = scan;
  const flags = settledFlags(
    scan,
    tangents.map((tangent) => tangent !== undefined),
    (active) => linearizeProgram(body, active).active,
  );
  const { primal, linear, residualCount, active } = linearizeProgram(body, flags);

  const residuals = linear.inputs.slice(0, residualCount);
  const sourceOf = (residual: Variable): number => primal.inputs.indexOf(residual);
  const isConstant = (residual: Variable): boolean => {
    const source = sourceOf(residual);
    return source >= 0 && source < scan.constants;
  };
  const isElement = (residual: Variable): boolean => sourceOf(residual) >= scan.constants + scan.carries;
  const constant = residuals.filter(isConstant);
  const elements = residuals.filter(isElement);
  const kept = residuals.filter((residual) => !isConstant(residual) && !isElement(residual));
  const count = body.outputs.length;
  const values = bindScan(
    {
      ...scan,
      linearConstants: 0,
      linearSequences: 0,
      body: { ...primal, outputs: [...primal.outputs.slice(0, count), ...kept] },
    },
    primals,
  );

  const given = partsOf(scan, tangents);
  const activeParts = partsOf(scan, flags);
  const tangentInputs = linear.inputs.slice(residualCount);
  const variables = (() => {
    let next = 0;
    return partsOf(
      scan,
      flags.map((flag) => (flag ? tangentInputs[next++] : undefined)),
    );
  })();
  const isVariable = (variable: Variable | undefined): variable is Variable => variable !== undefined;
  const activeConstants = variables.constants.filter(isVariable);
  const activeCarries = variables.carries.filter(isVariable);
  const activeElements = variables.sequences.filter(isVariable);
  const inputs = [...constant, ...activeConstants, ...activeCarries, ...elements, ...kept, ...activeElements];
  const linearBody = buildProgram("scan", inputs, (tensors) => {
    const tensorOf = new Map(inputs.map((input, i) => [input, tensors[i]!]));
    const results = interpret(
      linear,
      linear.inputs.map((input) => tensorOf.get(input)!),
    );
    let next = 0;
    const ofOutputs = active.map((flag) => (flag ? results[next++] : undefined));
    // A carry that has a tangent has one in every step, if only zero.
    return ofOutputs.flatMap((tangent, i) =>
      tangent !== undefined ? [tangent] : activeParts.carries[i] ? [zerosLike(body.outputs[i]!)] : [],
    );
  });
  const sequences = partsOf(scan, primals).sequences;
  const slopes = bindScan(
    {
      body: linearBody,
      length,
      reverse,
      constants: constant.length + activeConstants.length,
      carries: activeCarries.length,
      linearConstants: activeConstants.length,
      linearSequences: activeElements.length,
    },
    [
      ...constant.map((residual) => primals[sourceOf(residual)]!),
      ...given.constants.filter((tangent) => tangent !== undefined),
      ...given.carries.flatMap((tangent, i) =>
        activeParts.carries[i] ? [tangent ?? zerosLike(primals[scan.constants + i]!)] : [],
      ),
      ...elements.map((residual) => sequences[sourceOf(residual) - scan.constants - scan.carries]!),
      ...values.slice(count),
      ...given.sequences.filter((tangent) => tangent !== undefined),
    ],
  );
  let next = 0;
  return {
    primals: values.slice(0, count),
    tangents: active.map((flag, i) => (flag || activeParts.carries[i] === true ? slopes[next++] : undefined)),
  };
};

/**
 * A linear scan run the other way: cotangents of the carries are carried back, those of the linear constants are summed
 * up on the way, and those of the linear sequences come out step by step.
 */
const transposeScan = (
  cotangents: readonly Tangent[],
  operands: readonly TransposeOperand[],
  scan: Scan,
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
  const outputs = bindScan(
    {
      body: backward,
      length,
      reverse: !reverse,
      constants: fixed.constants.length,
      carries: inputs.carries.length + linear.constants.length,
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

/** Puts axis 1 first: a batch of sequences is a sequence of batches. */
const swapLeading = (x: Tensor): Tensor => transpose(x, [1, 0, ...allAxes(x.rank).slice(2)]);

const batchScan = (
  operands: readonly Tensor[],
  batched: readonly boolean[],
  size: number,
  scan: Scan,
): Tensor[] => {
  const { body } = scan;
  const flags = settledFlags(scan, batched, (current) => batchProgram(body, current, size).batched);
  const { program, batched: ofOutputs } = batchProgram(body, flags, size);
  const spread = (x: Tensor): Tensor => broadcastTo(x, [size, ...x.shape]);
  const settled = partsOf(scan, flags).carries;
  const full = buildProgram("vmap", program.inputs, (inputs) =>
    interpret(program, inputs).map((result, i) =>
      settled[i] === true && !ofOutputs[i] ? spread(result) : result,
    ),
  );
  const parts = partsOf(scan, operands);
  const results = bindScan({ ...scan, body: full }, [
    ...parts.constants,
    ...parts.carries.map((carry, i) => (settled[i] && !batched[scan.constants + i] ? spread(carry) : carry)),
    ...parts.sequences.map((sequence, i) =>
      batched[scan.constants + scan.carries + i] ? swapLeading(sequence) : sequence,
    ),
  ]);
  return results.map((result, i) => {
    if (i < scan.carries) return settled[i] ? result : spread(result);
    return ofOutputs[i] ? swapLeading(result) : spread(result);
  });
};

const samples: readonly Sample[] = [
  {
    // A recurrence with a constant, two carries, a sequence and a result for each step.
    params: {
      body: parseProgram(`program(w: float64[2, 2], h: float64[2], n: float64[], x: float64[2]) {
        a: float64[2] = dot(w, h) {"leftContract":[1],"rightContract":[0],"leftBatch":[],"rightBatch":[]}
        b: float64[2] = add(a, x)
        c: float64[2] = tanh(b)
        d: float64[] = sum(c) {"axes":[0]}
        e: float64[] = add(n, d)
        f: float64[2] = mul(c, c)
        return c, e, f
      }`),
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
      body: parseProgram(`program(a: float64[3], b: float64[3], x: float64[3]) {
        c: float64[3] = mul(a, x)
        d: float64[3] = sin(c)
        return b, d, a
      }`),
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

const sameTypes = (a: readonly TensorType[], b: readonly TensorType[]): boolean =>
  a.length === b.length &&
  a.every(({ shape, dtype }, i) => dtype === b[i]!.dtype && sameShape(shape, b[i]!.shape));

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
  jvp: (primals, tangents, params) => differentiateScan(primals, tangents, scanOf(params)),
  transpose: (cotangents, operands, params) => transposeScan(cotangents, operands, scanOf(params)),
  batch: (operands, batched, size, params) => batchScan(operands, batched, size, scanOf(params)),
  lowering: { form: "repeat", repetition: scanOf },
  samples,
});

export interface ScanOptions {
  /** The number of steps, needed if there are no sequences. */
  readonly length?: number;
  /** Go through the sequences from their end. */
  readonly reverse?: boolean;
}

const requireSameCarry = (
  before: readonly Tensor[],
  after: readonly TensorType[],
  keys: readonly [string, string],
): void => {
  if (keys[0] !== keys[1])
    throw new ArgumentError(
      "scan",
      "the function must return [carry, result] with the carry nested as it came in; the nesting differs",
    );
  before.forEach((carry, i) => {
    const next = after[i]!;
    if (next.dtype !== carry.dtype)
      throw new DTypeError(
        "scan",
        `a carry goes in as ${carry.dtype} and comes out as ${next.dtype}; ` +
          `start from .astype("${next.dtype}"), or convert what the function returns`,
      );
    if (!sameShape(next.shape, carry.shape))
      throw new ShapeError(
        "scan",
        `a carry goes in with shape ${formatShape(carry.shape)} and comes out with ${formatShape(next.shape)}; ` +
          "it must keep its shape",
        [carry.shape, next.shape],
      );
  });
};

/**
 * A loop that carries values: `[carry, y] = f(carry, x)` for each x along axis 0 of `xs`, the carry of one step being
 * that of the next. Returns the last carry and the y of all steps, stacked along a new axis 0.
 *
 * It is one operation: compiled as a loop, differentiable in both modes to any order, and batched by `vmap`. Reverse mode
 * keeps what it needs of each step. Values cannot be read inside.
 *
 * @param f is traced once, for all steps alike.
 * @param init the first carry: a tensor, or a tree of tensors, whose shapes and dtypes stay.
 * @param xs a tensor or a tree of tensors with the steps along axis 0; null if there is nothing to go through.
 * @throws ShapeError, DTypeError if the carry changes its type.
 */
export const scan = <Carry, X, Y>(
  f: (carry: Carry, x: X) => readonly [carry: Carry, y: Y],
  init: Loose<Carry>,
  xs: Loose<X>,
  { length, reverse = false }: ScanOptions = {},
): [carry: Carry, ys: Y] => {
  const first = flattenTensors(init, "scan");
  const sequences = flattenTensors(xs, "scan");
  for (const { shape } of sequences.leaves)
    if (shape.length === 0)
      throw new ShapeError("scan", "xs holds a scalar, which has no axis to go along; capture it instead", [
        shape,
      ]);
  const steps = length ?? sequences.leaves[0]?.shape[0];
  if (steps === undefined)
    throw new ArgumentError("scan", "xs has no tensors, so the number of steps is unknown; give { length }");
  if (!Number.isInteger(steps) || steps < 0)
    throw new ArgumentError("scan", `length ${steps}; write a whole number from 0`);
  sequences.leaves.forEach(({ shape }) => {
    if (shape[0] !== steps)
      throw new ShapeError(
        "scan",
        `sequences differ in length: ${steps} steps, but shape ${formatShape(shape)}`,
        sequences.leaves.map((leaf) => leaf.shape),
      );
  });
  const { structure } = flattenTensors([init, xs], "scan");
  const flat = flatFunction(f as (...args: unknown[]) => unknown, structure, "scan");
  const types = [...first.leaves, ...sequences.leaves.map(elementOf)];
  const { program, captured } = traceProgram("scan", types, flat);
  const result = flat.result().unflatten(program.outputs) as unknown as [unknown, unknown];
  if (!Array.isArray(result) || result.length !== 2)
    throw new ArgumentError(
      "scan",
      "the function must return [carry, result]; write [carry, null] for no result",
    );
  const carries = first.leaves.length;
  const carryKey = flat.result().key;
  const expectedKey = `[${first.structure.key}`;
  requireSameCarry(first.leaves, program.outputs.slice(0, carries), [
    expectedKey,
    carryKey.slice(0, expectedKey.length),
  ]);
  const outputs = bindScan({ body: program, length: steps, reverse, constants: captured.length, carries }, [
    ...captured,
    ...first.leaves,
    ...sequences.leaves,
  ]);
  return flat.result().unflatten(outputs) as unknown as [Carry, Y];
};
