/** Forward mode of scans. */
import { zerosLike } from "../../primitives/index.ts";
import type { Dual, Tangent, Variable } from "../../program/primitive.ts";
import { buildProgram, interpret } from "../../program/trace.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { linearizeProgram } from "../forward.ts";
import { partsOf, type RunScan, type Scan, settledFlags } from "./layout.ts";

/**
 * Two scans: one for the values, which also keeps what the derivative needs of each step (its residuals), and a linear
 * one for the tangents. Residuals that do not change from step to step are passed as constants, and those that are
 * elements of a sequence by that sequence, so that neither is kept `length` times.
 */
export const differentiateScan = (
  primals: readonly Tensor[],
  tangents: readonly Tangent[],
  scan: Scan,
  run: RunScan,
): Dual => {
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
  const values = run(
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
  const slopes = run(
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
