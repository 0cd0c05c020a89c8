/** Formulas as text: read by mathjs, computed by this library. */
import type { Formula } from "../explain/formula.ts";
import * as e from "../functions/elementwise.ts";
import { asTensor } from "../functions/operands.ts";
import { type DType, promote, toFloating } from "../tensor/dtype.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { literal, type Operand, Tensor } from "../tensor/tensor.ts";
import { FormulaError } from "./error.ts";
import { constants, functions } from "./functions.ts";
import { nearest } from "./nearest.ts";
import { parseSyntax, type SyntaxNode } from "./syntax.ts";

export interface FormulaOptions {
  /**
   * The variables, in their order; names that the formula must not use are refused. If left out, all names in it that
   * are no constants, in the order in which they appear.
   */
  readonly variables?: readonly string[];
}

/** Values of variables, all of one dtype. */
interface Scope {
  readonly values: ReadonlyMap<string, Tensor>;
  readonly dtype: DType;
}

type Compute = (scope: Scope) => Tensor;

/** Signs of printed mathematics that have one meaning only, of the same length. */
const ascii: Readonly<Record<string, string>> = {
  "−": "-",
  "–": "-",
  "·": "*",
  "⋅": "*",
  "×": "*",
  "÷": "/",
};

/**
 * A formula as a function of named values: `parseFormula("(y - (w*x + b))^2")({ w: 1, x: 2, b: 0, y: 3 })`.
 *
 * `+ - * / ^`, parentheses, numbers, names, and the functions exp, ln (also log), log2, log10, log1p, expm1, sqrt, square,
 * pow, sin, cos, tan, asin, acos, atan, atan2(y, x), sinh, cosh, tanh, asinh, acosh, atanh, sigmoid, softplus, relu, abs,
 * sign, floor, ceil, round, erf, max, min; pi and e are numbers unless they are named as variables. `^` goes from right to
 * left and before a minus sign: −x^2 is −(x^2). A factor may stand before a name or a bracket: 2x.
 *
 * Tensors as values combine by broadcasting, and the result has their dtype; from numbers alone it is a float64 scalar.
 *
 * @throws FormulaError with the place in the text.
 */
export const parseFormula = (text: string, options: FormulaOptions = {}): Formula => {
  const read = new Reader(text, options.variables);
  const compute = read.whole();
  const variables = options.variables ?? read.variables;
  const evaluate = (given: Readonly<Record<string, Operand>>): Tensor =>
    compute(scopeOf(text, variables, given));
  return Object.assign(evaluate, { variables: [...variables], text });
};

const scopeOf = (
  text: string,
  variables: readonly string[],
  given: Readonly<Record<string, Operand>>,
): Scope => {
  const missing = variables.filter((name) => given[name] === undefined);
  if (missing.length > 0)
    throw new ArgumentError(
      "formula",
      `no value for ${missing.join(", ")} in ${text}; it has ${variables.join(", ")}`,
    );
  const tensors = variables.map((name) => given[name]!).filter((value) => value instanceof Tensor);
  const dtype =
    tensors.length === 0 ? "float64" : toFloating(tensors.map((tensor) => tensor.dtype).reduce(promote));
  return { dtype, values: new Map(variables.map((name) => [name, asTensor(given[name]!, dtype)])) };
};

const operators: Readonly<Record<string, (a: Tensor, b: Tensor) => Tensor>> = {
  add: e.add,
  subtract: e.sub,
  multiply: e.mul,
  divide: e.div,
  pow: e.pow,
};

/** What mathjs reads besides, with what to write instead. */
const refused: Readonly<Record<string, string>> = {
  AssignmentNode: "a formula has no =; write what stands to the right of it",
  FunctionAssignmentNode: "a formula has no =; write what stands to the right of it",
  BlockNode: "write one formula, in one line and without semicolons",
  ConditionalNode:
    "there are no conditions; write max, min, abs or relu, or a function in code with where(…)",
  RelationalNode:
    "there are no comparisons; write max, min, abs or relu, or a function in code with where(…)",
  ArrayNode: "there are no vectors; give each element a name of its own",
  ObjectNode: "there are no objects; give each value a name of its own",
  RangeNode: "there are no ranges",
  IndexNode: "there are no indices; write x1 for the first element of x",
  AccessorNode: "there are no elements or fields; give each value a name of its own, such as x1",
};

class Reader {
  readonly variables: string[] = [];
  private readonly text: string;
  private readonly allowed: readonly string[] | undefined;
  private readonly source: string;

  constructor(text: string, allowed: readonly string[] | undefined) {
    this.text = text;
    this.allowed = allowed;
    this.source = text.replace(/[−–·⋅×÷]/g, (sign) => ascii[sign]!);
  }

  whole(): Compute {
    if (this.text.trim() === "")
      throw new FormulaError(this.text, 0, "there is nothing in it", "write (y - w*x)^2");
    try {
      return this.compile(parseSyntax(this.source));
    } catch (error) {
      if (error instanceof RangeError)
        throw new FormulaError(this.text, 0, "it is nested too deeply", "", { cause: error });
      if (error instanceof SyntaxError) throw this.syntaxError(error);
      throw error;
    }
  }

  private syntaxError(error: SyntaxError): FormulaError {
    const { char = 1 } = error as SyntaxError & { readonly char?: number };
    const position = Math.min(char - 1, this.text.length);
    const sign = [...this.text.slice(position)][0] ?? "";
    const problem = error.message.replace(/ \(char \d+\)$/, "").toLowerCase();
    const remedy = this.remedyFor(sign, position, problem);
    return new FormulaError(this.text, position, problem, remedy, { cause: error });
  }

  /** What to write in place of a sign that was not understood, where that is known. */
  private remedyFor(sign: string, position: number, problem: string): string | undefined {
    const superscript = "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(sign);
    if (superscript >= 0 && sign !== "") return `write ^${superscript} for a power`;
    if (this.source.slice(position - 1, position + 1) === "**") return "write ^ for powers";
    if (sign === "√") return "write sqrt(x) for a root";
    if (sign === "|") return "write abs(x) for |x|";
    if (sign === ",") return "write 2.5 with a point; commas part the arguments of functions";
    if (/[{}\\]/.test(this.text)) return "write x^(2), sqrt(x), 1/2 in place of LaTeX";
    return problem.includes("assignment") ? refused.AssignmentNode : undefined;
  }

  /** Where a name stands first; in front of a bracket if it is called. */
  private placeOf(name: string, isCalled = false): number {
    for (const match of this.text.matchAll(/[\p{L}_$][\p{L}\p{N}_$]*/gu))
      if (match[0] === name && (!isCalled || /^\s*\(/.test(this.text.slice(match.index + name.length))))
        return match.index;
    return 0;
  }

  private fail(position: number, problem: string, remedy = ""): never {
    throw new FormulaError(this.text, position, problem, remedy);
  }

  private compile(node: SyntaxNode): Compute {
    const { type, value, args = [] } = node;
    switch (type) {
      case "ParenthesisNode":
        return this.compile(node.content!);
      case "ConstantNode":
        if (typeof value !== "number" || !Number.isFinite(value)) return this.noNumber(value);
        return ({ dtype }) => literal(value, dtype);
      case "SymbolNode":
        return this.name(node.name!);
      case "OperatorNode":
        return this.operator(node, node.fn as string, node.op!, args);
      case "FunctionNode": {
        const called = node.fn as SyntaxNode;
        return called.type === "SymbolNode" ? this.call(called.name!, args) : this.compile(called);
      }
      default:
        return this.fail(
          Math.max(0, this.text.search(type === "AccessorNode" ? /\[|(?<=\p{L})\./u : /[=;?[\]{}:,<>]/)),
          "this is no formula",
          refused[type],
        );
    }
  }

  private noNumber(value: unknown): never {
    for (const { 0: digits, index } of this.text.matchAll(/[\d.]+(e[+-]?\d+)?/gi))
      if (Number(digits) === Infinity)
        this.fail(index, `${digits} is too large`, "the numbers of float64 end at 1.8e308");
    return this.fail(0, `${JSON.stringify(value) ?? "nothing"} is no number that a formula can hold`);
  }

  private name(name: string): Compute {
    if (this.allowed?.includes(name) !== true) {
      const constant = Object.hasOwn(constants, name) ? constants[name] : undefined;
      if (constant !== undefined) return ({ dtype }) => literal(constant, dtype);
      if (Object.hasOwn(functions, name))
        return this.fail(this.placeOf(name), `${name} is a function`, `write ${name}(x)`);
      if (this.allowed !== undefined) {
        const near = nearest(name, this.allowed);
        return this.fail(
          this.placeOf(name),
          `unknown variable ${name}`,
          near === undefined ? `the variables are ${this.allowed.join(", ")}` : `did you mean ${near}?`,
        );
      }
    }
    if (!this.variables.includes(name)) this.variables.push(name);
    return ({ values }) => values.get(name)!;
  }

  private operator(node: SyntaxNode, fn: string, sign: string, args: readonly SyntaxNode[]): Compute {
    this.refuseAmbiguous(node);
    const [a, b] = args;
    if (fn === "unaryPlus") return this.compile(a!);
    if (fn === "unaryMinus") {
      const inner = this.compile(a!);
      // A negative number, rather than the negative of a number.
      if (a!.type === "ConstantNode") return (scope) => literal(-inner(scope).item(), scope.dtype);
      return (scope) => e.neg(inner(scope));
    }
    const apply = Object.hasOwn(operators, fn) ? operators[fn] : undefined;
    if (apply === undefined)
      return this.fail(
        Math.max(0, this.text.indexOf(sign)),
        `formulas have no ${sign}`,
        fn in comparisons ? refused.RelationalNode : "they have + - * / ^ and functions",
      );
    const [left, right] = [this.compile(a!), this.compile(b!)];
    return (scope) => apply(left(scope), right(scope));
  }

  /** 1/2x could be a half of x or one by 2x. */
  private refuseAmbiguous(node: SyntaxNode): void {
    const { fn, args = [] } = node;
    const isImplicit = (part: SyntaxNode): boolean => part.implicit === true;
    const isQuotient = (part: SyntaxNode): boolean => part.fn === "divide";
    if (!(fn === "divide" && isImplicit(args[1]!)) && !(isImplicit(node) && args.some(isQuotient))) return;
    this.fail(
      Math.max(0, this.text.search(/[/÷]/)),
      "it is not clear where the divisor ends",
      "write a/(2*x) or a/2*x",
    );
  }

  private call(name: string, args: readonly SyntaxNode[]): Compute {
    const f = Object.hasOwn(functions, name) ? functions[name] : undefined;
    const place = this.placeOf(name, true);
    if (f === undefined) {
      const near = nearest(name, Object.keys(functions));
      if (near !== undefined) return this.fail(place, `unknown function ${name}`, `did you mean ${near}?`);
      const isName =
        this.variables.includes(name) || this.allowed?.includes(name) === true || name.length === 1;
      return this.fail(
        place,
        `unknown function ${name}`,
        isName ? `for a product write ${name} * (…)` : `there are ${Object.keys(functions).join(", ")}`,
      );
    }
    if (args.length < f.least || args.length > f.most)
      return this.fail(
        place,
        `${name} takes ${f.most === Infinity ? `${f.least} or more` : f.least === f.most ? f.least : `${f.least} or ${f.most}`} ${f.most === 1 ? "argument" : "arguments"}, not ${args.length}`,
      );
    const computed = args.map((arg) => this.compile(arg));
    return (scope) => f.apply(...computed.map((compute) => compute(scope)));
  }
}

const comparisons: Readonly<Record<string, true>> = {
  equal: true,
  unequal: true,
  smaller: true,
  larger: true,
  smallerEq: true,
  largerEq: true,
};
