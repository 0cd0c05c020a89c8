/** Programs as text: every program comes back as it was, and every other text is refused with its line. */
import { full, makeProgram, pad, printProgram, tensor, where } from "downhill";
import { parseProgram, ProgramSyntaxError } from "downhill/explain";
import type { Tensor } from "downhill";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Program } from "../../src/program/program.ts";
import type { Params } from "../../src/program/primitive.ts";
import { interpreter } from "../../src/program/trace.ts";
import { verify } from "../../src/program/verify.ts";
import { explicit } from "../../src/primitives/kinds.ts";
import { allocate } from "../../src/tensor/dtype.ts";
import { sizeOf } from "../../src/tensor/shape.ts";
import { ConcreteTensor, type TensorType } from "../../src/tensor/tensor.ts";
import { fuzzing } from "../fuzzing.ts";
import { texts } from "./texts.ts";

const roundTrip = (program: Program): string => {
  const text = printProgram(program);
  expect(printProgram(verify(parseProgram(text), "parse"))).toBe(text);
  return text;
};

/** A primitive with any parameters, for the parameters that no primitive has yet. */
const labelled = explicit({
  name: "labelled",
  type: ([x]) => x!,
  evaluate: ([x]) => x!,
  batch: ([x]) => x!,
  lowering: { form: "reshape" },
  samples: [{ params: { label: "" }, operands: [{ shape: [], low: 0, high: 1 }] }],
});

const withLabel = (label: Params[string]): Program => {
  const x: TensorType = { shape: [2], dtype: "float32" };
  const [a, b] = [
    { kind: "variable", ...x },
    { kind: "variable", ...x },
  ] as const;
  const equation = { primitive: labelled, inputs: [a], params: { label }, outputs: [b] };
  return { inputs: [a], equations: [equation], outputs: [b] };
};

describe("print → parse → print", () => {
  test("keeps infinities, NaN and −0 as literals", () => {
    const f = (x: Tensor): Tensor =>
      where(x.greater(0), x.mul(-0), -Infinity).add(NaN).add(Infinity).add(1e21).add(1e-7);
    const text = roundTrip(makeProgram(f)(tensor([1, 2], { dtype: "float64" })));
    for (const literal of ["-0", "-Infinity", "NaN", "Infinity", "1e+21", "1e-7"])
      expect(text).toContain(`${literal}:float64`);
    const [literal] = parseProgram("program() { return -0:float64 }").outputs;
    expect(literal).toMatchObject({ value: -0 });
  });

  test("keeps what pad and full put in", () => {
    roundTrip(makeProgram((x: Tensor) => pad(x, [1, 0], -Infinity))(tensor([1, 2])));
    roundTrip(makeProgram((x: Tensor) => full([3], NaN).add(x))(tensor([1, 2, 3])));
    roundTrip(makeProgram(() => full([2, 2], -0))());
  });

  test.each([
    [") {", '{"a":1}', "}\n  return a\n}", '"', "\\", "\u2028 \ud800 \u0000 ü", "program("],
    [NaN, Infinity, -Infinity, -0, 1e300, 5e-324, [], [[], [-0]], true, false, null],
  ])("keeps parameters of every kind", (...labels) => {
    for (const label of labels) {
      const text = roundTrip(withLabel(label));
      expect(parseProgram(text).equations[0]!.params.label).toEqual(label);
    }
    roundTrip(withLabel(labels));
  });

  test("keeps any parameters", () => {
    const value = fc.letrec<{ value: Params[string] }>((tie) => ({
      value: fc.oneof(
        fc.double(),
        fc.string({ unit: "binary" }),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("value"), { maxLength: 3 }) as fc.Arbitrary<never[]>,
      ),
    })).value;
    fc.assert(
      fc.property(value, (label) => {
        expect(parseProgram(roundTrip(withLabel(label))).equations[0]!.params.label).toEqual(label);
      }),
      fuzzing(200),
    );
  });

  test.each(["\t", "\n\n", "\r\n", " "])("white space does not matter: %j", (space) => {
    const text = `program(a: float32[2]) {\n  b: float32[2] = neg(a)\n  return b, 1:int32\n}`;
    const spaced = `${space}${text.replaceAll(/\s+/g, space)}${space}`;
    expect(printProgram(parseProgram(spaced))).toBe(text);
  });

  test("literals are numbers of their dtype", () => {
    const [literal] = parseProgram("program() { return 0.1:float32 }").outputs;
    expect(literal).toMatchObject({ value: Math.fround(0.1) });
  });
});

describe("what is no program", () => {
  const body = (equation: string): string =>
    `program(a: float32[2, 3], i: int32[]) {\n  ${equation}\n  return a\n}`;

  test.each([
    ["", 1, 'expected "program", found the end'],
    ["program(a: float32[2]) {\n  return b\n}", 2, "unknown variable b"],
    ["program(a: float32[2]) {\n  return a\n", 3, 'expected "}", found the end'],
    ["program(a: float32[2]) {\n  return a\n}\n\nx", 5, "something follows"],
    ["\n\nprogram(a: float16[2]) {", 3, 'unknown dtype "float16"'],
    ["program(a: toString[2]) {", 1, 'unknown dtype "toString"'],
    ["program(a: float32[2], a: float32[2]) {", 1, "declared twice"],
    ["program(a: float32[2,,3]) {", 1, 'expected a length, found ",3'],
    ["program(a: float32[-1]) {", 1, "expected a length"],
    ["program(a: float32[-0]) {", 1, "expected a length"],
    ["program(a: float32[1.5]) {", 1, 'expected "]"'],
    ["program(a: float32[9007199254740991, 9]) {", 1, "is no shape"],
    ["program(a: float32[2],) {", 1, 'expected a name, found ")'],
    ["program() {\n  return :float32\n}", 2, "expected a name"],
    ["program() {\n  return 1.5:int32\n}", 2, "1.5 is no int32"],
    ["program() {\n  return 3000000000:int32\n}", 2, "is no int32"],
    ["program() {\n  return 2:bool\n}", 2, "2 is no bool"],
    ["program() {\n  return 0x10:int32\n}", 2, 'expected ":"'],
    [body("b: float32[2, 3] = nothing(a)"), 2, "unknown operation nothing"],
    [body("b: float32[3] = neg(a)"), 2, "neg gives float32[2, 3] here"],
    [body("b: float32[2, 3], c: float32[] = neg(a)"), 2, "neg gives 1 results, not 2"],
    [body("b: float32[2, 3] = neg()"), 2, "takes 1 operands, not 0"],
    [body("b: float32[2, 3] = add(a)"), 2, "takes 2 operands, not 1"],
    [body("b: float32[2, 3] = add(a, i)"), 2, "operand 0 is float32, not int32"],
    [body("b: float32[2, 3] = neg(a, a)"), 2, "takes 1 operands, not 2"],
    [body("b: float32[2, 3] = neg(a,, a)"), 2, "expected a name"],
    [body('b: float32[2, 3] = neg(a) {"x":1}'), 2, "has the parameters (), in this order, not (x)"],
    [body("b: float32[2] = sum(a)"), 2, "has the parameters (axes), in this order, not ()"],
    [body('b: float32[2] = sum(a) {"axes":1}'), 2, "parameter axes is not a list"],
    [body('b: float32[2] = sum(a) {"axes":[2]}'), 2, "different axes below 2"],
    [body('b: float32[] = sum(a) {"axes":[1,0]}'), 2, "ascending"],
    [body('b: float32[] = sum(a) {"axes":[0,1]} {'), 2, "expected a name"],
    [body('b: float32[2] = sum(a) {"axes":[1],"axes":[1]}'), 2, "given twice"],
    [body('b: float32[2] = sum(a) {"axes":[1]'), 3, 'expected "}"'],
    [body('b: float32[3, 2] = transpose(a) {"permutation":[1,1]}'), 2, "different axes"],
    [body('b: float32[2] = transpose(a) {"permutation":[0]}'), 2, "1 axes for shape [2, 3]"],
    [body('b: float32[4] = reshape(a) {"shape":[4]}'), 2, "has 6 elements"],
    [body('b: float32[1, 1] = slice(a) {"starts":[5,5],"stops":[6,6],"steps":[1,1]}'), 2, "is no part"],
    [body('b: float32[1, 1] = slice(a) {"starts":[0,0],"stops":[1,1],"steps":[0,1]}'), 2, "is no part"],
    [body('b: float32[2, 3] = convert(a) {"dtype":"constructor"}'), 2, "parameter dtype is not a dtype"],
    [body('b: int32[2] = argmax(a) {"axis":1.5}'), 2, "a whole number from 0 to 1"],
    [body('b: int32[2] = argmax(a) {"axis":"1}'), 2, "found"],
    [body('b: int32[2] = argmax(a) {"axis":undefined}'), 2, '"undefined" is no value'],
    [body('b: int32[2] = argmax(a) {"\\q":1}'), 2, "is no string"],
    [body('b: float32[2, 6] = concatenate(a, i) {"axis":1}'), 2, "float32 and int32"],
    [body(`b: float32[2] = sum(a) {"axes":${"[".repeat(100_000)}`), 2, "nested too deeply"],
    [
      body(
        'b: float32[] = dot(a, a) {"leftContract":[0,1],"rightContract":[0,1],"leftBatch":[0],"rightBatch":[0]}',
      ),
      2,
      "both summed and batch",
    ],
  ])("%j", (text, line, message) => {
    const parse = (): Program => parseProgram(text);
    expect(parse).toThrow(ProgramSyntaxError);
    expect(parse).toThrow(message);
    expect(parse).toThrow(expect.objectContaining({ line }));
    expect(parse).not.toThrow("internal:");
  });
});

/** Changes of a text, each a small one. */
const mutation = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("delete"),
      at: fc.nat(),
      count: fc.integer({ min: 1, max: 12 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("insert"),
      at: fc.nat(),
      what: fc.oneof(
        fc.constantFrom(...'()[]{}:,="-.0123456789 \n\\'.split("")),
        fc.constantFrom(
          "a",
          "b",
          "c",
          "1:float32",
          "NaN",
          "Infinity",
          "int32",
          "bool",
          "neg",
          "return",
          "null",
          "true",
          "[]",
        ),
        fc.string({ unit: "binary", maxLength: 3 }),
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("repeat"),
      at: fc.nat(),
      count: fc.integer({ min: 1, max: 40 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("number"),
      at: fc.nat(),
      value: fc.oneof(fc.integer({ min: -2, max: 9 }), fc.double()),
    }),
  },
) as fc.Arbitrary<Mutation>;

type Mutation =
  | { readonly kind: "delete" | "repeat"; readonly at: number; readonly count: number }
  | { readonly kind: "insert"; readonly at: number; readonly what: string }
  | { readonly kind: "number"; readonly at: number; readonly value: number };

const mutated = (text: string, mutation: Mutation): string => {
  const at = text.length === 0 ? 0 : mutation.at % text.length;
  switch (mutation.kind) {
    case "delete":
      return text.slice(0, at) + text.slice(at + mutation.count);
    case "repeat":
      return text.slice(0, at + mutation.count) + text.slice(at);
    case "insert":
      return text.slice(0, at) + mutation.what + text.slice(at);
    case "number": {
      const numbers = [...text.matchAll(/\d+/g)];
      if (numbers.length === 0) return text;
      const { index, 0: digits } = numbers[mutation.at % numbers.length]!;
      return text.slice(0, index) + String(mutation.value) + text.slice(index + digits.length);
    }
  }
};

const zerosOf = ({ shape, dtype }: TensorType): ConcreteTensor =>
  new ConcreteTensor(allocate(dtype, sizeOf(shape)), shape, dtype);

test("a changed program is refused with its line, or is a program that runs", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...texts),
      fc.array(mutation, { minLength: 1, maxLength: 3 }),
      (text, mutations) => {
        const changed = mutations.reduce(mutated, text);
        let program: Program;
        try {
          program = parseProgram(changed);
        } catch (error) {
          if (!(error instanceof ProgramSyntaxError)) throw error;
          expect(error.line).toBeGreaterThanOrEqual(1);
          expect(error.line).toBeLessThanOrEqual(changed.split("\n").length);
          return;
        }
        roundTrip(program);
        const variables = [...program.inputs, ...program.equations.flatMap(({ outputs }) => outputs)];
        if (variables.some(({ shape }) => sizeOf(shape) > 10_000)) return;
        const results = interpreter.program(program, program.inputs.map(zerosOf));
        results.forEach(({ shape, dtype, values }, i) => {
          const output = program.outputs[i]!;
          expect({ shape, dtype }).toEqual({ shape: output.shape, dtype: output.dtype });
          expect(values.length).toBe(sizeOf(shape));
        });
      },
    ),
    fuzzing(6000),
  );
});
