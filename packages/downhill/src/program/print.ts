/**
 * Programs as text. The text is canonical: equal programs print alike, so it also serves as their key. `parseProgram`
 * reads it back; white space does not matter to it.
 *
 *     program  := "program(" [typed {"," typed}] ") {" {equation} "return" [atom {"," atom}] "}"
 *     equation := typed {"," typed} "=" name "(" [atom {"," atom}] ")" [params]
 *     typed    := variable ":" dtype "[" [length {"," length}] "]"
 *     atom     := variable | number ":" dtype
 *     params   := "{" [string ":" value {"," string ":" value}] "}"
 *     value    := number | string | "true" | "false" | "null" | "[" [value {"," value}] "]" | program
 *     number   := as JavaScript writes it: 1e-7, -0, NaN, Infinity
 *     string   := as JSON writes it
 */
import type { Params, PlainValue } from "./primitive.ts";
import { type Atom, isProgram, type Program, type Variable } from "./program.ts";

/** a, b, …, z, aa, ab, … */
const nameOf = (index: number): string => {
  const letter = String.fromCharCode(97 + (index % 26));
  return index < 26 ? letter : nameOf(Math.floor(index / 26) - 1) + letter;
};

export const printNumber = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

const printValue = (value: PlainValue | Program, indent: string): string => {
  if (typeof value === "number") return printNumber(value);
  if (isProgram(value)) return printProgram(value, indent);
  if (Array.isArray(value)) return `[${value.map((part: PlainValue) => printValue(part, indent)).join(",")}]`;
  return JSON.stringify(value);
};

/** Parameters as text; programs among them are indented by `indent`. */
export const printParams = (params: Params, indent = ""): string =>
  `{${Object.entries(params)
    .map(([name, value]) => `${JSON.stringify(name)}:${printValue(value, indent)}`)
    .join(",")}}`;

/** The program as text that `parseProgram` reads back; lines but the first are indented by `indent`. */
export const printProgram = (program: Program, indent = ""): string => {
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
    const suffix = Object.keys(params).length > 0 ? ` ${printParams(params, `${indent}  `)}` : "";
    lines.push(`  ${outputs.map(declare).join(", ")} = ${primitive.name}(${operands})${suffix}`);
  }
  lines.push(`  return ${program.outputs.map(print).join(", ")}`.trimEnd(), "}");
  return lines.join(`\n${indent}`);
};
