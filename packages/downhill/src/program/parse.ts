/** Programs from text; print.ts has the grammar. */
import { isDType, isFloating } from "../tensor/dtype.ts";
import { formatShape, sameShape, sizeOf } from "../tensor/shape.ts";
import { literal } from "../tensor/tensor.ts";
import { type Params, type PlainValue, type Primitive, primitiveNamed } from "./primitive.ts";
import { type Atom, type Equation, isProgram, type Program, variable, type Variable } from "./program.ts";

/** A text that is not a program; `line` counts from 1. */
export class ProgramSyntaxError extends Error {
  override readonly name = "ProgramSyntaxError";
  readonly line: number;

  constructor(line: number, message: string, options?: ErrorOptions) {
    super(`line ${line}: ${message}`, options);
    this.line = line;
  }
}

const patterns = {
  name: /[A-Za-z_]\w*/y,
  number: /NaN|-?Infinity|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/y,
  length: /\d+/y,
  string: /"(?:[^"\\\n]|\\.)*"/y,
  space: /\s*/y,
} as const;

/** Takes a text apart from left to right. */
class Scanner {
  private readonly text: string;
  /** The primitive of a name. */
  readonly primitiveOf: (name: string) => Primitive | undefined;
  private position = 0;
  /** Where the last token began: what an error is about. */
  private begin = 0;

  constructor(text: string, primitiveOf: Scanner["primitiveOf"]) {
    this.text = text;
    this.primitiveOf = primitiveOf;
  }

  /** `from`: where the part begins that is wrong as a whole; the last token unless given. */
  fail(message: string, { from = this.begin, ...options }: ErrorOptions & { from?: number } = {}): never {
    const line = this.text.slice(0, from).split("\n").length;
    throw new ProgramSyntaxError(line, message, options);
  }

  /** Where the next token begins. */
  get next(): number {
    this.skipSpace();
    return this.begin;
  }

  /** What stands there now, for messages. */
  private get found(): string {
    const rest = this.text.slice(this.position, this.position + 24).split("\n")[0]!;
    return rest === "" ? "the end" : `"${rest}"`;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const [token] = pattern.exec(this.text) ?? [];
    if (token !== undefined) this.position += token.length;
    return token;
  }

  private skipSpace(): void {
    this.match(patterns.space);
    this.begin = this.position;
  }

  /** The token, if it stands here. */
  accept(kind: keyof typeof patterns): string | undefined {
    this.skipSpace();
    return this.match(patterns[kind]);
  }

  require(kind: keyof typeof patterns): string {
    return this.accept(kind) ?? this.fail(`expected a ${kind}, found ${this.found}`);
  }

  /** Whether these characters stand here; if so they are taken. */
  has(mark: string): boolean {
    this.skipSpace();
    if (!this.text.startsWith(mark, this.position)) return false;
    this.position += mark.length;
    return true;
  }

  expect(mark: string): void {
    if (!this.has(mark)) this.fail(`expected "${mark}", found ${this.found}`);
  }

  get atEnd(): boolean {
    this.skipSpace();
    return this.position === this.text.length;
  }

  /** What `item` reads, separated by commas, up to `close`. */
  list<Item>(close: string, item: () => Item): Item[] {
    const items: Item[] = [];
    if (this.has(close)) return items;
    do items.push(item());
    while (this.has(","));
    this.expect(close);
    return items;
  }
}

/** Programs within programs go this deep at most, and lists within lists. */
const deepest = 64;

const parseValue = (scanner: Scanner, depth: number): PlainValue | Program => {
  if (depth > deepest) return scanner.fail("parameters are nested too deeply");
  const text = scanner.accept("string");
  if (text !== undefined) return parseString(scanner, text);
  if (scanner.has("["))
    return scanner.list("]", () => {
      const part = parseValue(scanner, depth + 1);
      return isProgram(part) ? scanner.fail("a list of parameters holds no programs") : part;
    });
  const number = scanner.accept("number");
  if (number !== undefined) return Number(number);
  const name = scanner.require("name");
  if (name === "program") return parseBody(scanner, depth + 1);
  const words: Record<string, PlainValue> = { true: true, false: false, null: null };
  return Object.hasOwn(words, name) ? words[name]! : scanner.fail(`"${name}" is no value of a parameter`);
};

const parseString = (scanner: Scanner, text: string): string => {
  try {
    return JSON.parse(text) as string;
  } catch (cause) {
    return scanner.fail(`${text} is no string`, { cause });
  }
};

const parseParams = (scanner: Scanner, depth: number): Params => {
  const params = new Map<string, PlainValue | Program>();
  scanner.list("}", () => {
    const name = parseString(scanner, scanner.require("string"));
    if (params.has(name)) scanner.fail(`parameter ${name} is given twice`);
    scanner.expect(":");
    params.set(name, parseValue(scanner, depth));
  });
  return Object.fromEntries(params);
};

/** A program from behind the word "program". */
const parseBody = (scanner: Scanner, depth: number): Program => {
  const variables = new Map<string, Variable>();
  const declare = (): Variable => {
    const name = scanner.require("name");
    if (variables.has(name)) return scanner.fail(`variable ${name} is declared twice`);
    scanner.expect(":");
    const dtype = scanner.require("name");
    if (!isDType(dtype)) return scanner.fail(`unknown dtype "${dtype}"`);
    scanner.expect("[");
    const shape = scanner.list("]", () => Number(scanner.require("length")));
    if (![...shape, sizeOf(shape)].every(Number.isSafeInteger))
      return scanner.fail(`${formatShape(shape)} is no shape`);
    const declared = variable(shape, dtype);
    variables.set(name, declared);
    return declared;
  };
  const atom = (): Atom => {
    const number = scanner.accept("number");
    if (number === undefined) {
      const name = scanner.require("name");
      return variables.get(name) ?? scanner.fail(`unknown variable ${name}`);
    }
    scanner.expect(":");
    const dtype = scanner.require("name");
    if (!isDType(dtype)) return scanner.fail(`unknown dtype "${dtype}"`);
    // Who writes 0.1:float32 means the nearest number of that dtype.
    const value = literal(Number(number), dtype).values[0]!;
    if (!isFloating(dtype) && value !== Number(number)) return scanner.fail(`${number} is no ${dtype}`);
    return { kind: "literal", shape: [], dtype, value };
  };
  const equation = (): Equation => {
    const from = scanner.next;
    const outputs = scanner.list("=", declare);
    const name = scanner.require("name");
    const primitive = scanner.primitiveOf(name) ?? scanner.fail(`unknown operation ${name}`);
    scanner.expect("(");
    const inputs = scanner.list(")", atom);
    const params = scanner.has("{") ? parseParams(scanner, depth) : {};
    const types = (() => {
      try {
        return primitive.types(inputs, params);
      } catch (cause) {
        // What would be a fault of ours in a program that we traced is one of the text here.
        const reason = (cause as Error).message.replace(/^internal: /, "");
        return scanner.fail(`${name} refuses its operands or parameters: ${reason}`, { from, cause });
      }
    })();
    if (types.length !== outputs.length)
      return scanner.fail(`${name} gives ${types.length} results, not ${outputs.length}`, { from });
    outputs.forEach((output, i) => {
      const { dtype, shape } = types[i]!;
      if (dtype !== output.dtype || !sameShape(shape, output.shape))
        scanner.fail(`${name} gives ${dtype}[${shape.join(", ")}] here`, { from });
    });
    return { primitive, inputs, params, outputs };
  };
  scanner.expect("(");
  const inputs = scanner.list(")", declare);
  scanner.expect("{");
  const equations: Equation[] = [];
  while (!scanner.has("return")) equations.push(equation());
  const outputs = scanner.list("}", atom);
  return { inputs, equations, outputs };
};

/**
 * Reads a program that `printProgram` wrote, or that a person wrote in the same form; types are checked.
 *
 * @param primitiveOf finds primitives by name; among those declared so far if left out.
 * @throws ProgramSyntaxError naming the line.
 */
export const parseProgram = (text: string, primitiveOf = primitiveNamed): Program => {
  const scanner = new Scanner(text, primitiveOf);
  scanner.expect("program");
  const program = parseBody(scanner, 0);
  if (!scanner.atEnd) scanner.fail("something follows the program");
  return program;
};
