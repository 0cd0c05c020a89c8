/** The primitive `switch`: one of several programs, by a number. The first operand is the number, the others are theirs. */
import { broadcastTo, eq, mul, reshape, select, sin, zerosLike } from "../../primitives/index.ts";
import {
  type Dual,
  type Params,
  type Primitive,
  register,
  type Sample,
  type Tangent,
  type TransposeOperand,
  type Variable,
} from "../../program/primitive.ts";
import { type Program, programsIn, variableLike } from "../../program/program.ts";
import { prune } from "../../program/prune.ts";
import { bind, buildProgram, evaluateProgram, interpret } from "../../program/trace.ts";
import { literal, type Tensor, type TensorType, sameTypes } from "../../tensor/tensor.ts";
import { batchThroughout } from "../batching.ts";
import { linearizeProgram } from "../forward.ts";
import { transposeProgram } from "../reverse.ts";

const programsOf = (params: Params): Program[] => programsIn(params).map(([, program]) => program);

/** Carries out the program of the number `index` (int32, in range) on the operands. */
export const bindSwitch = (
  programs: readonly Program[],
  index: Tensor,
  operands: readonly Tensor[],
): Tensor[] =>
  bind(
    switchPrimitive,
    [index, ...operands],
    Object.fromEntries(programs.map((program, i) => [`case${String(i)}`, prune(program)])),
  );

/**
 * Two choices: one of the values, which also keeps what the derivative needs of the program that runs (its residuals), and
 * one of the tangents, linear in them. Programs share places for residuals of the same type; residuals that are operands
 * need none.
 */
const differentiate = (
  [index, ...primals]: readonly Tensor[],
  [, ...tangents]: readonly Tangent[],
  params: Params,
): Dual => {
  const active = tangents.map((tangent) => tangent !== undefined);
  const parts = programsOf(params).map((program) => linearizeProgram(program, active));
  const count = parts[0]!.active.length;
  const isActive = parts[0]!.active.map((_, i) => parts.some((part) => part.active[i]));
  const types: Variable[] = [];
  const placesOf = parts.map(({ primal, linear, residualCount }) => {
    const taken = new Set<number>();
    return linear.inputs.slice(0, residualCount).map((residual) => {
      const operand = primal.inputs.indexOf(residual);
      if (operand >= 0) return { operand };
      let place = types.findIndex((type, i) => !taken.has(i) && sameTypes([type], [residual]));
      if (place < 0) place = types.push(variableLike(residual)) - 1;
      taken.add(place);
      return { place };
    });
  });
  const values = bindSwitch(
    parts.map(({ primal }, k) =>
      buildProgram("cond", primal.inputs, (inputs) => {
        const results = interpret(primal, inputs);
        const kept = types.map((type, i) => {
          const position = placesOf[k]!.findIndex(({ place }) => place === i);
          return position < 0 ? zerosLike(type) : results[count + position]!;
        });
        return [...results.slice(0, count), ...kept];
      }),
    ),
    index!,
    primals,
  );
  const needed = primals.map((_, i) =>
    placesOf.some((places) => places.some(({ operand }) => operand === i)),
  );
  const directions = tangents.filter((tangent) => tangent !== undefined);
  const operands = primals.filter((_, i) => needed[i]);
  const positions = primals.map((_, i) => needed.slice(0, i).filter(Boolean).length);
  const slopes = isActive.includes(true)
    ? bindSwitch(
        parts.map(({ linear, active: ofOutputs }, k) =>
          buildProgram("cond", [...operands, ...types, ...directions], (inputs) => {
            const residuals = placesOf[k]!.map(
              ({ operand, place }) =>
                inputs[operand === undefined ? operands.length + place : positions[operand]!]!,
            );
            const results = interpret(linear, [
              ...residuals,
              ...inputs.slice(operands.length + types.length),
            ]);
            let next = 0;
            return values.slice(0, count).flatMap((value, i) => {
              const result = ofOutputs[i] ? results[next++]! : undefined;
              return isActive[i] ? [result ?? zerosLike(value)] : [];
            });
          }),
        ),
        index!,
        [...operands, ...values.slice(count), ...directions],
      )
    : [];
  let next = 0;
  return {
    primals: values.slice(0, count),
    tangents: isActive.map((flag) => (flag ? slopes[next++] : undefined)),
  };
};

const transpose = (
  cotangents: readonly Tangent[],
  [index, ...operands]: readonly TransposeOperand[],
  params: Params,
): Tangent[] => {
  if (index!.linear) throw new Error("internal: the number of a choice carries the linear value");
  const fixed = operands.flatMap((operand) => (operand.linear ? [] : [operand.value]));
  const present = cotangents.filter((cotangent) => cotangent !== undefined);
  const results = bindSwitch(
    programsOf(params).map((program) => {
      const inputs = [
        ...program.inputs.filter((_, i) => !operands[i]!.linear),
        ...program.inputs.filter((_, i) => operands[i]!.linear),
      ];
      const transposed = transposeProgram({ ...program, inputs }, fixed.length);
      return buildProgram("cond", [...fixed, ...present], (tensors) => {
        let next = fixed.length;
        const all = program.outputs.map((output, i) =>
          cotangents[i] === undefined ? zerosLike(output) : tensors[next++]!,
        );
        return interpret(transposed, [...tensors.slice(0, fixed.length), ...all]);
      });
    }),
    index!.value,
    [...fixed, ...present],
  );
  let next = 0;
  return [undefined, ...operands.map(({ linear }) => (linear ? results[next++] : undefined))];
};

/** With one number for all, the same choice of batches; with a number for each, a selection among all results. */
const batch = (
  [index, ...operands]: readonly Tensor[],
  [isEach, ...batched]: readonly boolean[],
  size: number,
  params: Params,
): Tensor[] => {
  const programs = programsOf(params).map((program) => batchThroughout(program, batched, size));
  if (!isEach) return bindSwitch(programs, index!, operands);
  return programs
    .map((program) => interpret(program, operands))
    .reduce((before, results, k) => {
      const isThis = eq(index!, literal(k, "int32"));
      return results.map((result, i) => {
        const column = reshape(isThis, [size, ...result.shape.slice(1).map(() => 1)]);
        return select(broadcastTo(column, result.shape), result, before[i]!);
      });
    });
};

const float64 = (...shape: readonly number[]): TensorType => ({ shape, dtype: "float64" });

const switchPrimitive: Primitive = register({
  name: "switch",
  kind: "explicit",
  dtypes: ["int32"],
  types: ([index, ...operands], params) => {
    const programs = programsOf(params);
    if (
      index?.dtype !== "int32" ||
      index.shape.length > 0 ||
      programs.length === 0 ||
      programs.length !== Object.keys(params).length ||
      programs.some(
        ({ inputs, outputs }) => !sameTypes(inputs, operands) || !sameTypes(outputs, programs[0]!.outputs),
      )
    )
      throw new Error("internal: operands of a choice do not fit its programs");
    return programs[0]!.outputs.map(({ shape, dtype }) => ({ shape, dtype }));
  },
  evaluate: ([index, ...operands], params) => {
    const program = programsOf(params)[index!.values[0]!];
    if (program === undefined) throw new Error("internal: a choice of what there is not");
    return evaluateProgram(program, operands);
  },
  jvp: differentiate,
  transpose,
  batch,
  lowering: { form: "choose", programs: programsOf },
  // Made when they are asked for: only tests do.
  get samples(): readonly Sample[] {
    return [
      {
        params: {
          case0: buildProgram("cond", [float64(3), float64()], ([a, b]) => [
            mul(a!, broadcastTo(b!, [3])),
            b!,
          ]),
          case1: buildProgram("cond", [float64(3), float64()], ([a, b]) => [sin(sin(a!)), mul(b!, b!)]),
        },
        operands: [
          { shape: [], low: 0, high: 1 },
          { shape: [3], low: -1, high: 1, dtype: "float64" },
          { shape: [], low: -1, high: 1, dtype: "float64" },
        ],
      },
    ];
  },
});
