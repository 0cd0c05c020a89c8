import { describe, expect, it } from "vitest";
import { stages } from "../../src/compiler/passes.ts";
import { logsumexp, makeProgram, scaledDotProductAttention, softmax, type Tensor } from "../../src/index.ts";
import { numbers } from "./programs.ts";

/** The exponentials of the function's program as it is in the end, in order. */
const exponentials = (f: (x: Tensor) => Tensor, shape: readonly number[] = [4, 4]): string[] =>
  stages(makeProgram(f)(numbers(shape)))
    .at(-1)!
    .program.equations.map(({ primitive }) => primitive.name)
    .filter((name) => name.startsWith("exp"));

const known = ["expOfNonPositive"];
const unknown = ["exp"];

describe("exponentials of what is never above 0", () => {
  it.each<[string, (x: Tensor) => Tensor]>([
    ["softmax along rows", (x) => softmax(x)],
    ["softmax along columns", (x) => softmax(x, 0)],
    ["less the maximum of all", (x) => x.sub(x.max()).exp()],
    [
      "attention, where a row may have no maximum",
      (x) => scaledDotProductAttention(x, x, x, { isCausal: true }),
    ],
  ])("%s", (_, f) => {
    expect(exponentials(f)).toEqual(known);
  });

  it.each<[string, (x: Tensor) => Tensor]>([
    ["anything", (x) => x.exp()],
    ["less the maximum of the other axis", (x) => x.sub(x.max(0).expandDims(1)).exp()],
    ["less the maximum of something else", (x) => x.sub(x.mul(2).max(1).expandDims(1)).exp()],
    ["less the minimum", (x) => x.sub(x.min(1).expandDims(1)).exp()],
    ["the maximum less it", (x) => x.max(1).expandDims(1).sub(x).exp()],
    ["what may be infinite, and is not subtracted then", (x) => logsumexp(x, 1)],
  ])("not of %s", (_, f) => {
    expect(exponentials(f)).toEqual(unknown);
  });
});
