/** The verifier refuses every kind of malformed program, and says where. */
import { makeProgram, ones, type Tensor } from "downhill";
import { describe, expect, test } from "vitest";
import { type Equation, type Program, variable } from "../../src/program/program.ts";
import { prune } from "../../src/program/prune.ts";
import { verify } from "../../src/program/verify.ts";

const program = makeProgram((x: Tensor) => x.sin().add(x).sum())(ones([3]));
const [sin, add, sum] = program.equations as unknown as [Equation, Equation, Equation];

const withEquations = (...equations: Equation[]): Program => ({ ...program, equations });

describe("verify", () => {
  test("gives a well-formed program back", () => {
    expect(verify(program, "tracing")).toBe(program);
  });

  test.each<[what: string, program: Program, message: string]>([
    ["a variable assigned twice", withEquations(sin, sin, add, sum), "a variable is assigned twice"],
    [
      "an input assigned again",
      { ...program, inputs: [...program.inputs, ...program.inputs] },
      "a variable is assigned twice",
    ],
    ["equations out of order", withEquations(add, sin, sum), "equation 0 (add) uses a variable before"],
    ["a missing equation", withEquations(sin, sum), "equation 1 (sum) uses a variable before"],
    ["a missing result", withEquations(sin, add), "the result uses a variable before"],
    [
      "a result of another shape",
      withEquations({ ...sin, outputs: [variable([4], "float32")] }),
      "equation 0 (sin) declares float32[4], its rule gives float32[3]",
    ],
    [
      "a result of another dtype",
      withEquations({ ...sin, outputs: [variable([3], "float64")] }),
      "declares float64[3], its rule gives float32[3]",
    ],
    [
      "too many results",
      withEquations({ ...sin, outputs: [...sin.outputs, variable([3], "float32")] }),
      "equation 0 (sin) declares 2 results, its rule gives 1",
    ],
    ["no result", withEquations({ ...sin, outputs: [] }), "declares 0 results, its rule gives 1"],
  ])("refuses %s", (_, malformed, message) => {
    const check = (): Program => verify(malformed, "a pass");
    expect(check).toThrow("internal: after a pass: ");
    expect(check).toThrow(message);
  });

  test("a type rule that refuses is heard", () => {
    const wrong = { ...sum, params: { axes: [1] } };
    expect(() => verify(withEquations(sin, add, wrong), "a pass")).toThrow("parameter axes is not a list of");
  });
});

describe("prune", () => {
  test("leaves out what no result needs, and keeps the inputs", () => {
    const unused = { ...sin, outputs: [variable([3], "float32")] };
    const pruned = prune(withEquations(sin, unused, add, sum));
    expect(pruned.equations).toEqual([sin, add, sum]);
    expect(prune({ ...program, outputs: program.inputs }).equations).toEqual([]);
    expect(prune({ ...program, outputs: [] }).inputs).toBe(program.inputs);
  });
});
