/** The program of a function: its inputs, its literals, and what is left out of it. */
import { grad, makeProgram, ones, printProgram, tensor, type Tensor } from "downhill";
import { describe, expect, test } from "vitest";
import { integers } from "./model.ts";

describe("the program of a function", () => {
  test("captured tensors are its leading inputs, numbers its literals", () => {
    const captured = ones([2], { dtype: "float64" });
    const f = (x: Tensor, n: Tensor): Tensor => x.mul(captured).add(n).mul(0.5).add(captured);
    expect(String(makeProgram(f)(ones([2], { dtype: "float64" }), integers(3)))).toBe(
      [
        "program(a: float64[2], b: float64[2], c: int32[]) {",
        "  d: float64[2] = mul(b, a)",
        '  e: float64[] = convert(c) {"dtype":"float64"}',
        "  f: float64[2] = add(d, e)",
        "  g: float64[2] = mul(f, 0.5:float64)",
        "  h: float64[2] = add(g, a)",
        "  return h",
        "}",
      ].join("\n"),
    );
  });

  test("numbers take the dtype of what they meet, if it can hold them", () => {
    const f = (n: Tensor, flag: Tensor): Tensor[] => [n.add(2), n.add(0.5), flag.add(flag), flag.mul(0.5)];
    expect(String(makeProgram(f)(integers([1, 2]), tensor([true, false])))).toBe(
      [
        "program(a: int32[2], b: bool[2]) {",
        "  c: int32[2] = add(a, 2:int32)",
        '  d: float32[2] = convert(a) {"dtype":"float32"}',
        "  e: float32[2] = add(d, 0.5:float32)",
        '  f: int32[2] = convert(b) {"dtype":"int32"}',
        '  g: int32[2] = convert(b) {"dtype":"int32"}',
        "  h: int32[2] = add(f, g)",
        '  i: float32[2] = convert(b) {"dtype":"float32"}',
        "  j: float32[2] = mul(i, 0.5:float32)",
        "  return c, e, h, j",
        "}",
      ].join("\n"),
    );
  });

  test("what is computed in vain is left out, and arguments that nobody uses stay", () => {
    const f = (x: Tensor, unused: Tensor): Tensor => {
      void unused.exp();
      void x.sin();
      return x.neg();
    };
    expect(printProgram(makeProgram(f)(ones([2]), ones([3])))).toBe(
      "program(a: float32[2], b: float32[3]) {\n  c: float32[2] = neg(a)\n  return c\n}",
    );
  });

  test("the gradient of a loss reads like the chain rule", () => {
    expect(String(makeProgram(grad((x: Tensor) => x.sin().exp()))(0))).toBe(
      [
        "program(a: float32[]) {",
        "  b: float32[] = sin(a)",
        "  c: float32[] = cos(a)",
        "  d: float32[] = exp(b)",
        "  e: float32[] = mul(d, 1:float32)",
        "  f: float32[] = mul(c, e)",
        "  return f",
        "}",
      ].join("\n"),
    );
  });
});
