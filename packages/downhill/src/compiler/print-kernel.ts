/** Kernels as text, for people. */
import type { BufferUse, Index, Kernel, Scalar, Statement } from "../program/loop.ts";
import { printNumber } from "../program/print.ts";
import { operandsOf } from "../program/scalar.ts";
import { ownBuffers } from "../program/walk.ts";
import { isParallel, isRepeat, type PlacedRepeat, type PlacedStep } from "./schedule.ts";

const signs: Partial<Record<string, string>> = { add: "+", sub: "−", mul: "·", div: "/" };

/** Longer expressions are not written out: an exponential alone takes dozens of operations. */
const longest = 90;

const printIndex = ({ offset, terms, dynamic }: Index): string => {
  const parts = terms.map(({ loop, stride }) =>
    stride === 1 ? loop.name : `${String(stride)}·${loop.name}`,
  );
  if (dynamic !== undefined) parts.push("…");
  if (offset !== 0 || parts.length === 0) parts.push(String(offset));
  return parts.join(" + ").replaceAll("+ -", "− ");
};

const element = (buffer: BufferUse, at: Index): string => `${buffer.name}[${printIndex(at)}]`;

/** The loads and accumulators that a value is made of, and how many operations it takes. */
const ingredients = (root: Scalar): { operations: number; leaves: Set<string> } => {
  const seen = new Set<Scalar>();
  const leaves = new Set<string>();
  let operations = 0;
  const pending = [root];
  while (pending.length > 0) {
    const node = pending.pop()!;
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.kind === "load") leaves.add(element(node.buffer, node.at));
    else if (node.kind === "accumulator") leaves.add(node.accumulator.name);
    else if (node.kind === "operation") operations++;
    pending.push(...operandsOf(node));
  }
  return { operations, leaves };
};

/** The expression written out, or undefined if that is longer than `room`. */
const written = (node: Scalar, room: number): string | undefined => {
  if (room < 0) return undefined;
  switch (node.kind) {
    case "constant":
      return typeof node.value === "bigint" ? String(node.value) : printNumber(node.value);
    case "index":
      return node.loop.name;
    case "load":
      return element(node.buffer, node.at);
    case "accumulator":
      return node.accumulator.name;
    case "parameter":
      return `#${String(node.position)}`;
    case "table":
    case "rare":
      return undefined;
    case "operation": {
      let left = room;
      const args: string[] = [];
      for (const argument of node.args) {
        const text = written(argument, left - 1);
        if (text === undefined) return undefined;
        left -= text.length;
        args.push(text);
      }
      const sign = signs[node.operator];
      const text =
        sign === undefined ? `${node.operator}(${args.join(", ")})` : `(${args.join(` ${sign} `)})`;
      return text.length > room ? undefined : text;
    }
  }
};

const printValue = (node: Scalar): string => {
  const whole = written(node, longest);
  if (whole !== undefined) return whole.startsWith("(") ? whole.slice(1, -1) : whole;
  const { operations, leaves } = ingredients(node);
  return `⟨${String(operations)} operations on ${[...leaves].join(", ")}⟩`;
};

const combined = { add: "+", mul: "·", min: "min", max: "max", and: "and", or: "or" } as const;

const printStatement = (statement: Statement, indent: string): string[] => {
  const inside = `${indent}  `;
  switch (statement.kind) {
    case "loop":
      return [
        `${indent}for ${statement.index.name} < ${String(statement.extent)}${statement.vector === true ? " in lanes" : ""}`,
        ...statement.body.flatMap((step) => printStatement(step, inside)),
      ];
    case "store":
      return [`${indent}${element(statement.buffer, statement.at)} = ${printValue(statement.value)}`];
    case "declare":
    case "assign": {
      const value = statement.kind === "declare" ? statement.initial : statement.value;
      return [`${indent}${statement.accumulator.name} = ${printValue(value)}`];
    }
    case "accumulate":
      return [
        `${indent}${statement.accumulator.name} ${combined[statement.combine]}= ${printValue(statement.value)}`,
      ];
    case "contract": {
      const { row, rows, column, columns, inner, depth, left, right, sum, body } = statement;
      return [
        `${indent}for ${row.name} < ${String(rows)}, ${column.name} < ${String(columns)}`,
        `${inside}${sum.name} = Σ ${inner.name} < ${String(depth)}: ${element(left.buffer, left.at)} · ${element(right.buffer, right.at)}`,
        ...body.flatMap((step) => printStatement(step, inside)),
      ];
    }
  }
};

/** A kernel's buffers and loops; values that are long to write out are summed up in ⟨…⟩. */
export const printKernel = ({ name, buffers, access, body }: Kernel): string => {
  const uses = [
    ...buffers.map((buffer, i) => `${access[i] ?? ""} ${buffer.name}: ${buffer.dtype}`),
    ...ownBuffers(body).map(({ name, dtype, own = 0 }) => `own ${name}: ${dtype} × ${String(own)}`),
  ];
  return [
    `kernel ${name} (${uses.join(", ")})`,
    ...body.flatMap((statement) => printStatement(statement, "  ")),
  ].join("\n");
};

const conditionText = ({ condition }: PlacedRepeat): string =>
  condition ? ` while ${condition.dtype} at ${String(condition.where)} = ${String(condition.value)}` : "";

/** Kernels in order, those that are repeated within their loop. */
export const printSteps = (steps: readonly PlacedStep[]): string =>
  steps
    .map((step) =>
      isRepeat(step)
        ? `repeat ${step.index.name} < ${String(step.count)}${conditionText(step)}\n${printSteps(step.steps).replace(/^/gm, "  ")}`
        : isParallel(step)
          ? `side by side ${step.index.name} < ${String(step.count)}\n${printSteps([step.part, ...(step.rest ? [step.rest] : [])]).replace(/^/gm, "  ")}`
          : printKernel(step.kernel),
    )
    .join("\n");
