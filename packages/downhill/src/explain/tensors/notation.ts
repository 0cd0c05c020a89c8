/** How products of matrices, sums over indices and the like are written. */
import { type CallNode, isCall, type Node } from "../algebra/node.ts";
import type { Notation } from "../notation/names.ts";
import { level, type Level, type Part } from "../notation/style.ts";

const subscripts: Readonly<Record<string, string>> = { i: "ᵢ", j: "ⱼ", k: "ₖ", l: "ₗ", m: "ₘ", n: "ₙ" };

/** @param letterOf the letter of a label */
export const tensorCalls =
  (letterOf: (label: string) => string) =>
  (node: CallNode, print: (node: Node) => Part, form: keyof Notation): Part | undefined => {
    const isText = form === "text";
    const grouped = (part: Part, least: Level): string => {
      if (part.level >= least) return part.text;
      return isText ? `(${part.text})` : `\\left(${part.text}\\right)`;
    };
    const atom = (text: string): Part => ({ text, level: level.atom, kind: "call" });
    const letter = (label: Node | undefined): string =>
      label?.kind === "symbol" ? letterOf(label.name) : "?";
    const index = (letters: readonly string[]): string => {
      if (!isText) return `_{${letters.join("")}}`;
      const small = letters.map((each) => subscripts[each]);
      return small.every((each) => each !== undefined) ? small.join("") : `[${letters.join(", ")}]`;
    };
    const [first, second] = node.args;
    switch (node.primitive) {
      case "matmul": {
        const [a, b] = [print(first!), print(second!)];
        const left = a.kind === "word" && isText ? `(${a.text})` : grouped(a, level.product);
        const right = grouped(b, level.power);
        const isGroup = right.startsWith("(") || right.startsWith("\\left(");
        return { text: `${left}${isGroup && isText ? "" : " "}${right}`, level: level.power, kind: "call" };
      }
      case "transpose": {
        const part = print(first!);
        // A slope is written as a fraction.
        const inner = grouped(part.kind === "word" ? { ...part, level: level.power } : part, level.atom);
        return { text: `${inner}${isText ? "ᵀ" : "^{\\top}"}`, level: level.power, kind: "call" };
      }
      case "hadamard": {
        const parts = node.args.map((arg) =>
          grouped(print(arg), isCall(arg, "matmul") ? level.atom : level.power),
        );
        return { text: parts.join(isText ? " ∘ " : " \\circ "), level: level.quotient, kind: "call" };
      }
      case "total":
        return {
          text: `${isText ? "Σ" : "\\sum"} ${grouped(print(first!), level.product)}`,
          level: level.power,
          kind: "call",
        };
      case "norm2": {
        const { text } = print(first!);
        return {
          text: isText ? `‖${text}‖²` : `\\left\\lVert ${text} \\right\\rVert^{2}`,
          level: level.power,
          kind: "call",
        };
      }
      case "softmax":
      case "logsumexp":
      case "onehot":
      case "max":
      case "min": {
        const { text } = print(first!);
        const name = node.primitive === "onehot" ? "onehot" : node.primitive;
        const operator = isText
          ? name
          : name === "max" || name === "min"
            ? `\\${name}`
            : `\\operatorname{${name}}`;
        return atom(isText ? `${operator}(${text})` : `${operator}\\left(${text}\\right)`);
      }
      case "element":
        return {
          text: `${print(first!).text}${index(node.args.slice(1).map(letter))}`,
          level: level.atom,
          kind: "letter",
        };
      case "sum":
        return {
          text: `${isText ? "Σ" : "\\sum"}${index([letter(second)])} ${grouped(print(first!), level.product)}`,
          level: level.product,
          kind: "call",
        };
      default:
        return undefined;
    }
  };
