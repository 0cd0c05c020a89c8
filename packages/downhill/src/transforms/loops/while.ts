/** The primitive `while`: a program run again and again for as long as its first carry, a bool, holds. */
import {
  and,
  broadcastTo,
  convert,
  reduceMax,
  mul,
  reshape,
  select,
  sub,
  gt,
  zerosLike,
} from "../../primitives/index.ts";
import { indexParam, programParam } from "../../primitives/params.ts";
import {
  type Dual,
  type Params,
  type Primitive,
  register,
  type Repetition,
  type Sample,
  type Tangent,
} from "../../program/primitive.ts";
import type { Program } from "../../program/program.ts";
import { prune } from "../../program/prune.ts";
import { bind, buildProgram, evaluateProgram, interpret } from "../../program/trace.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { literal, sameTypes, type Tensor } from "../../tensor/tensor.ts";
import { batchProgram, batchThroughout } from "../batching.ts";
import { jvpProgram } from "../forward.ts";
import { partsOf, settledFlags } from "./layout.ts";

/** More steps than anyone waits for. */
const most = 2 ** 31 - 1;

const repetitionOf = (params: Params): Repetition => {
  const body = programParam(params, "body");
  return {
    body,
    length: most,
    constants: indexParam(params, "constants", body.inputs.length),
    carries: body.outputs.length,
    reverse: false,
    isConditional: true,
  };
};

/** Operands are [constants…, first values of the carries…]; the first carry says whether to go on. */
export const bindWhile = (body: Program, constants: number, operands: readonly Tensor[]): Tensor[] =>
  bind(whilePrimitive, operands, { constants, body: prune(body) });

/** A loop of the values, and one of values and tangents together, which is linear in the tangents. */
const differentiate = (primals: readonly Tensor[], tangents: readonly Tangent[], params: Params): Dual => {
  const loop = repetitionOf(params);
  const { body, constants } = loop;
  const flags = settledFlags(
    loop,
    tangents.map((tangent) => tangent !== undefined),
    (current) => jvpProgram(body, current).active,
  );
  const { program, active } = jvpProgram(body, flags);
  const values = bindWhile(body, constants, primals);
  const given = partsOf(loop, primals);
  const slopes = partsOf(loop, tangents);
  const isActive = partsOf(loop, flags);
  const ofConstants = slopes.constants.filter((tangent) => tangent !== undefined);
  const ofCarries = given.carries.flatMap((carry, i) =>
    isActive.carries[i] ? [slopes.carries[i] ?? zerosLike(carry)] : [],
  );
  const operands = [...given.constants, ...ofConstants, ...given.carries, ...ofCarries];
  const both = buildProgram("whileLoop", operands, (inputs) => {
    let next = 0;
    const take = (count: number): Tensor[] => inputs.slice(next, (next += count));
    const fixed = take(constants);
    const fixedSlopes = take(ofConstants.length);
    const carries = take(loop.carries);
    const results = interpret(program, [...fixed, ...carries, ...fixedSlopes, ...take(ofCarries.length)]);
    next = loop.carries;
    return [
      ...results.slice(0, loop.carries),
      ...active.flatMap((flag, i) => {
        const slope = flag ? results[next++]! : undefined;
        return isActive.carries[i] ? [slope ?? zerosLike(carries[i]!)] : [];
      }),
    ];
  });
  const results = bindWhile(both, constants + ofConstants.length, operands);
  let next = loop.carries;
  return { primals: values, tangents: isActive.carries.map((flag) => (flag ? results[next++] : undefined)) };
};

/** Examples that are done stay as they are while others go on. */
const batch = (
  operands: readonly Tensor[],
  batched: readonly boolean[],
  size: number,
  params: Params,
): Tensor[] => {
  const loop = repetitionOf(params);
  const { body, constants } = loop;
  const spread = (x: Tensor): Tensor => broadcastTo(x, [size, ...x.shape]);
  const settle = (flags: readonly boolean[]): boolean[] =>
    settledFlags(loop, flags, (current) => batchProgram(body, current, size).batched);
  const found = settle(batched);
  const isEach = found[constants]!;
  const flags = isEach ? found.map((flag, i) => flag || i >= constants) : found;
  const given = operands.map((operand, i) => (flags[i] && !batched[i] ? spread(operand) : operand));
  const { carries: ofCarries } = partsOf(loop, flags);
  if (!isEach) {
    const { program, batched: ofOutputs } = batchProgram(body, flags, size);
    const full = buildProgram("vmap", program.inputs, (inputs) =>
      interpret(program, inputs).map((result, i) =>
        ofCarries[i] && !ofOutputs[i] ? spread(result) : result,
      ),
    );
    return bindWhile(full, constants, given).map((result, i) => (ofCarries[i] ? result : spread(result)));
  }
  const program = batchThroughout(body, flags, size);
  const some = (goesOn: Tensor): Tensor =>
    size === 0 ? literal(0, "bool") : gt(reduceMax(convert(goesOn, "int32"), [0]), literal(0, "int32"));
  const parts = partsOf(loop, given);
  const first = [...parts.constants, some(parts.carries[0]!), ...parts.carries];
  const whole = buildProgram("vmap", first, (inputs) => {
    const carries = inputs.slice(constants + 1);
    const goesOn = carries[0]!;
    const [next, ...results] = interpret(program, [...inputs.slice(0, constants), ...carries]);
    const still = and(goesOn, next!);
    return [
      some(still),
      still,
      ...results.map((result, i) => {
        const column = reshape(goesOn, [size, ...result.shape.slice(1).map(() => 1)]);
        return select(broadcastTo(column, result.shape), result, carries[i + 1]!);
      }),
    ];
  });
  return bindWhile(whole, constants, first).slice(1);
};

const halving = (): Program =>
  buildProgram(
    "whileLoop",
    [
      { shape: [2], dtype: "float64" },
      { shape: [], dtype: "bool" },
      { shape: [], dtype: "int32" },
      { shape: [2], dtype: "float64" },
    ],
    ([w, , n, x]) => {
      const left = sub(n!, literal(1, "int32"));
      return [gt(left, literal(0, "int32")), left, mul(x!, w!)];
    },
  );

const whilePrimitive: Primitive = register({
  name: "while",
  kind: "explicit",
  dtypes: ["float64"],
  types: (inputs, params) => {
    const { body, constants } = repetitionOf(params);
    const carries = inputs.slice(constants);
    if (
      !sameTypes(inputs, body.inputs) ||
      !sameTypes(carries, body.outputs) ||
      carries[0]?.dtype !== "bool" ||
      carries[0].shape.length > 0
    )
      throw new Error("internal: operands of a loop do not fit its body");
    return carries.map(({ shape, dtype }) => ({ shape, dtype }));
  },
  evaluate: (inputs, params) => {
    const { body, constants } = repetitionOf(params);
    const fixed = inputs.slice(0, constants);
    let carries = inputs.slice(constants);
    while (carries[0]!.values[0]) carries = evaluateProgram(body, [...fixed, ...carries]);
    return carries;
  },
  jvp: differentiate,
  transpose: () => {
    throw new ArgumentError(
      "whileLoop",
      "has no reverse mode: how many steps there will be is not known beforehand, so what they need cannot be kept\n" +
        "  write forLoop or scan with a fixed number of steps, or differentiate forwards with jvp or jacfwd",
    );
  },
  batch,
  lowering: { form: "repeat", repetition: repetitionOf },
  // Made when they are asked for: only tests do.
  get samples(): readonly Sample[] {
    return [
      {
        params: { constants: 1, body: halving() },
        operands: [
          { shape: [2], low: -1, high: 1, dtype: "float64" },
          { shape: [], low: 0, high: 1, dtype: "bool" },
          { shape: [], low: 1, high: 4, dtype: "int32" },
          { shape: [2], low: -1, high: 1, dtype: "float64" },
        ],
      },
    ];
  },
});
