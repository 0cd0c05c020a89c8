/**
 * Programs as text, and back. The text is canonical: equal programs print alike, so it also serves as their key.
 *
 *     program  := "program(" [typed {", " typed}] ") {" {equation} "  return " [atom {", " atom}] "}"
 *     equation := typed {", " typed} " = " name "(" [atom {", " atom}] ")" [" " params]
 *     typed    := variable ": " dtype "[" lengths "]"
 *     atom     := variable | number ":" dtype
 *     params   := a JSON object
 */
import { isDType } from "../tensor/dtype.ts";
import { sameShape } from "../tensor/shape.ts";
import { type Params, primitiveNamed } from "./primitive.ts";
import { type Atom, type Equation, type Program, variable, type Variable } from "./program.ts";

/** a, b, …, z, aa, ab, … */
const nameOf = (index: number): string => {
  const letter = String.fromCharCode(97 + (index % 26));
  return index < 26 ? letter : nameOf(Math.floor(index / 26) - 1) + letter;
};

const printNumber = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

/** The program as text that `parseProgram` reads back. */
export const printProgram = (program: Program): string => {
  const names = new Map<Variable, string>();
  const declare = (declared: Variable): string => {
    const name = nameOf(names.size);
    names.set(declared, name);
    return `${name}: ${declared.dtype}[${declared.shape.join(", ")}]`;
  };
  const print = (atom: Atom): string =>
    atom.kind === "literal" ? `${printNumber(atom.value)}:${atom.dtype}` : (names.get(atom) ?? "?");
  const lines = [`program(${program.inputs.map(declare).join(", ")}) {`];
  for (const { primitive, inputs, params, outputs } of program.equations) {
    const operands = inputs.map(print).join(", ");
    const suffix = Object.keys(params).length > 0 ? ` ${JSON.stringify(params)}` : "";
    lines.push(`  ${outputs.map(declare).join(", ")} = ${primitive.name}(${operands})${suffix}`);
  }
  lines.push(`  return ${program.outputs.map(print).join(", ")}`, "}");
  return lines.join("\n");
};

/** A text that is not a program; `line` counts from 1. */
export class ProgramSyntaxError extends Error {
  override readonly name = "ProgramSyntaxError";
  readonly line: number;

  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
    this.line = line;
  }
}

/** Splits at commas outside of brackets. */
const splitList = (text: string): string[] => {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    const character = text[i];
    if (character === "[") depth++;
    if (character === "]") depth--;
    if (i === text.length || (character === "," && depth === 0)) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  return parts.filter((part) => part !== "");
};

/**
 * Reads a program that `printProgram` wrote, or that a person wrote in the same form; types are checked.
 *
 * @throws ProgramSyntaxError naming the line.
 */
export const parseProgram = (text: string): Program => {
  const lines = text.trim().split("\n");
  const variables = new Map<string, Variable>();
  let number = 1;
  const fail = (message: string): never => {
    throw new ProgramSyntaxError(number, message);
  };
  const declare = (typed: string): Variable => {
    const match = /^(\w+): (\w+)\[([\d, ]*)\]$/.exec(typed);
    if (!match) return fail(`expected "name: dtype[lengths]", found "${typed}"`);
    const [, name, dtype, lengths] = match;
    if (!isDType(dtype!)) return fail(`unknown dtype "${dtype!}"`);
    if (variables.has(name!)) return fail(`variable ${name!} is declared twice`);
    const declared = variable(splitList(lengths!).map(Number), dtype);
    variables.set(name!, declared);
    return declared;
  };
  const atom = (source: string): Atom => {
    const separator = source.indexOf(":");
    if (separator < 0) return variables.get(source) ?? fail(`unknown variable ${source}`);
    const dtype = source.slice(separator + 1);
    const value = Number(source.slice(0, separator));
    if (!isDType(dtype) || (Number.isNaN(value) && !source.startsWith("NaN")))
      return fail(`"${source}" is no number with a dtype, as in 2:float32`);
    return { kind: "literal", shape: [], dtype, value };
  };
  const head = /^program\((.*)\) \{$/.exec(lines[0]!.trim()) ?? fail('expected "program(…) {"');
  const inputs = splitList(head[1]!).map(declare);
  const equations: Equation[] = [];
  for (const [index, line] of lines.entries()) {
    number = index + 1;
    if (index === 0) continue;
    const source = line.trim();
    if (source.startsWith("return")) {
      if (lines[index + 1]?.trim() !== "}") return fail('expected "}" after return');
      return { inputs, equations, outputs: splitList(source.slice("return".length)).map(atom) };
    }
    const match = /^(.+?) = (\w+)\((.*?)\)(?: (\{.*\}))?$/.exec(source);
    if (!match) return fail(`expected "name: dtype[lengths] = operation(…)", found "${source}"`);
    const primitive = primitiveNamed(match[2]!) ?? fail(`unknown operation ${match[2]!}`);
    const operands = splitList(match[3]!).map(atom);
    const params = (match[4] === undefined ? {} : JSON.parse(match[4])) as Params;
    const types = primitive.types(operands, params);
    const outputs = splitList(match[1]!).map(declare);
    outputs.forEach((output, i) => {
      const type = types[i];
      if (!type || type.dtype !== output.dtype || !sameShape(type.shape, output.shape))
        fail(
          `${primitive.name} gives ${type ? `${type.dtype}[${type.shape.join(", ")}]` : "no such result"} here`,
        );
    });
    equations.push({ primitive, inputs: operands, params, outputs });
  }
  return fail('expected "return …"');
};
