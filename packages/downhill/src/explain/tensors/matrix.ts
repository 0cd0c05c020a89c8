/**
 * Formulas of elements as formulas of matrices: Σ_i X(i, j)·r(i) is Xᵀ r. What stands in the result for tensors:
 * matmul, transpose, hadamard (the product element by element), total (the sum of all elements), norm2 (the sum of
 * squares), ones, and names; everything else is element by element.
 */
import { call, power, product, sum } from "../algebra/build.ts";
import { hasValue, isCall, type Node, number, plainCall, powerParts, symbol } from "../algebra/node.ts";
import * as q from "../algebra/rational.ts";
import { substitute } from "../algebra/traverse.ts";
import { dependsOn } from "./labels.ts";

type Label = string | undefined;

const ones = /* @__PURE__ */ symbol("𝟏");

const factorsOf = (node: Node): readonly Node[] => (node.kind === "product" ? node.factors : [node]);
const coefficientOf = (node: Node): Node => number(node.kind === "product" ? node.coefficient : q.one);

const transposed = (node: Node): Node => {
  if (isScalar(node)) return node;
  const plain = plainCall("transpose", [node]);
  if (node.kind !== "call") return plain;
  const [first, second] = node.args;
  if (node.primitive === "transpose") return first!;
  if (node.primitive !== "matmul") return plain;
  // (Aᵀ x)ᵀ is xᵀ A.
  const turned = plainCall("matmul", [transposed(second!), transposed(first!)]);
  return transposesIn(turned) < transposesIn(plain) ? turned : plain;
};

/** Whether a node has no element of a tensor in it. */
const isScalar = (node: Node): boolean =>
  node.kind === "number" || (node.kind === "symbol" && node.constant !== undefined);

/** The labels of an element as positions: "row", "column", … */
const labelsOf = (node: Node): string[] =>
  isCall(node, "element")
    ? node.args.slice(1).map((label) => (label.kind === "symbol" ? label.name : ""))
    : [];

/**
 * The matrix (or vector, or number) whose elements are given: rows by `row`, columns by `column`; undefined where there
 * is no such form.
 */
export const matrixOf = (node: Node, row: Label, column: Label): Node | undefined => {
  const inside = (part: Node): Node | undefined => matrixOf(part, row, column);
  if (row !== undefined && column !== undefined) {
    const [isByRow, isByColumn] = [dependsOn(node, row), dependsOn(node, column)];
    // A vector of the columns is added to every row, as b in X W + b; one of the rows meets every column.
    if (isByColumn && !isByRow) return matrixOf(node, column, undefined);
    const rows = isByRow && !isByColumn ? matrixOf(node, row, undefined) : undefined;
    if (rows !== undefined) return plainCall("matmul", [rows, transposed(ones)]);
  }
  switch (node.kind) {
    case "number":
      return node;
    case "symbol":
      return node.name === row || node.name === column ? undefined : node;
    case "sum": {
      const terms = node.terms.map((term) => {
        const part = inside(term.node);
        return part && product(number(term.coefficient), part);
      });
      if (!terms.every((term) => term !== undefined)) return undefined;
      const constant = number(node.constant);
      return node.isConstantFirst ? sum(constant, ...terms) : sum(...terms, constant);
    }
    case "power": {
      const [base, exponent] = [inside(node.base), inside(node.exponent)];
      return base && exponent && power(base, exponent);
    }
    case "product":
      return productOf(node.factors, coefficientOf(node), row, column);
    case "call":
      return callOf(node.primitive, node.args, row, column);
  }
};

const productOf = (
  factors: readonly Node[],
  coefficient: Node,
  row: Label,
  column: Label,
): Node | undefined => {
  const isIn = (factor: Node, label: Label): boolean => label !== undefined && dependsOn(factor, label);
  const numbers = factors.filter((factor) => !isIn(factor, row) && !isIn(factor, column));
  const tensors = factors.filter((factor) => !numbers.includes(factor));
  const scalars = numbers.map((factor) => matrixOf(factor, undefined, undefined));
  if (!scalars.every((scalar) => scalar !== undefined)) return undefined;
  const front = product(coefficient, ...scalars);
  if (tensors.length === 0) return front;
  const byRow = tensors.filter((factor) => !isIn(factor, column));
  const byColumn = tensors.filter((factor) => !isIn(factor, row));
  // A column times a row: u vᵀ.
  if (
    row !== undefined &&
    column !== undefined &&
    byRow.length > 0 &&
    byRow.length + byColumn.length === tensors.length &&
    byColumn.length > 0
  ) {
    const [left, right] = [elementwise(byRow, row, undefined), elementwise(byColumn, column, undefined)];
    return left && right && product(front, plainCall("matmul", [left, transposed(right)]));
  }
  const together = elementwise(tensors, row, column);
  return together && product(front, together);
};

/** Products element by element. */
const elementwise = (factors: readonly Node[], row: Label, column: Label): Node | undefined => {
  const parts = factors.map((factor) => matrixOf(factor, row, column));
  if (!parts.every((part) => part !== undefined)) return undefined;
  // Divisors keep their place under the bar.
  const isDivisor = (part: Node): boolean => {
    const { exponent } = powerParts(part);
    return exponent.kind === "number" && q.isNegative(exponent.value);
  };
  const above = parts.filter((part) => !isDivisor(part));
  const numerator = above.length > 1 ? plainCall("hadamard", above) : (above[0] ?? number(1));
  return product(numerator, ...parts.filter(isDivisor));
};

const callOf = (primitive: string, args: readonly Node[], row: Label, column: Label): Node | undefined => {
  const [first, second] = args;
  switch (primitive) {
    case "element":
      return namedTensor(first!, labelsOf(plainCall("element", args)), row, column);
    case "sum":
      return second?.kind === "symbol" ? sumOf(first!, second.name, row, column) : undefined;
    case "softmax": {
      if (second?.kind !== "symbol") return undefined;
      const isRows = second.name === column || (column === undefined && second.name === row);
      const inner = isRows ? matrixOf(first!, row, column) : matrixOf(first!, column, row);
      if (inner === undefined || (!isRows && second.name !== row)) return undefined;
      return isRows ? plainCall("softmax", [inner]) : transposed(plainCall("softmax", [inner]));
    }
    case "logsumexp":
    case "max":
    case "min": {
      if (second?.kind !== "symbol" || column !== undefined) return undefined;
      const inner =
        row === undefined ? matrixOf(first!, second.name, undefined) : matrixOf(first!, row, second.name);
      return inner && plainCall(primitive, [inner]);
    }
    case "select": {
      const hot = oneHot(args, row, column);
      if (hot !== undefined) return hot;
      break;
    }
  }
  const parts = args.map((arg) => matrixOf(arg, row, column));
  return parts.every((part) => part !== undefined) ? call(primitive, parts) : undefined;
};

const namedTensor = (name: Node, labels: readonly string[], row: Label, column: Label): Node | undefined => {
  if (labels.some((label) => label !== row && label !== column)) return undefined;
  return labels.length === 2 && labels[0] !== row ? transposed(name) : name;
};

/** [j = y(i)]: 1 at the class of each row; with something else than 1 there, that at the class. */
const oneHot = ([condition, yes, no]: readonly Node[], row: Label, column: Label): Node | undefined => {
  if (!isCall(condition!, "same") || !hasValue(no!, 0)) return undefined;
  const [a, b] = condition.args as [Node, Node];
  const [index, classes] = a.kind === "symbol" ? [a, b] : [b, a];
  if (index.kind !== "symbol" || (index.name !== row && index.name !== column)) return undefined;
  const other = index.name === column ? row : column;
  const inner = matrixOf(classes, other, undefined);
  const chosen = matrixOf(yes!, row, column);
  if (inner === undefined || chosen === undefined) return undefined;
  const hot = plainCall("onehot", [inner]);
  const placed = index.name === column || column === undefined ? hot : transposed(hot);
  return hasValue(yes!, 1) ? placed : plainCall("hadamard", [placed, chosen]);
};

/** Σ over a label of a product: a product of matrices, where each factor has the label and at most one other. */
const sumOf = (body: Node, label: string, row: Label, column: Label): Node | undefined => {
  const isIn = (factor: Node, other: Label): boolean => other !== undefined && dependsOn(factor, other);
  const factors = factorsOf(body);
  if (row === undefined) {
    if (factors.length === 1) return totalOf(body, label);
    const [left, ...right] = factors;
    const parts = [matrixOf(left!, label, undefined), elementwise(right, label, undefined)];
    return (
      parts[0] &&
      parts[1] &&
      product(coefficientOf(body), plainCall("matmul", [transposed(parts[0]), parts[1]]))
    );
  }
  const byRow = factors.filter((factor) => isIn(factor, row));
  const others = factors.filter((factor) => !isIn(factor, row));
  if (column === undefined) {
    const left = oriented(byRow, row, label);
    const right = others.length === 0 ? ones : elementwise(others, label, undefined);
    return left && right && product(coefficientOf(body), plainCall("matmul", [left, right]));
  }
  if (byRow.some((factor) => isIn(factor, column))) return undefined;
  const byColumn = others.filter((factor) => isIn(factor, column));
  const plain = others.filter((factor) => !isIn(factor, column));
  const left = byRow.length === 0 ? transposed(ones) : oriented(byRow, row, label);
  const right = elementwise([...plain, ...byColumn], label, column);
  return left && right && product(coefficientOf(body), plainCall("matmul", [left, right]));
};

/** The product of factors by rows and columns, or its transpose transposed, whichever has fewer transposes. */
const oriented = (factors: readonly Node[], row: string, column: string): Node | undefined => {
  const turned = elementwise(factors, column, row);
  return fewerTransposes(elementwise(factors, row, column), turned && transposed(turned));
};

const fewerTransposes = (a: Node | undefined, b: Node | undefined): Node | undefined => {
  if (a === undefined || b === undefined) return a ?? b;
  return transposesIn(b) < transposesIn(a) ? b : a;
};

const transposesIn = (node: Node): number => {
  let count = 0;
  substitute(node, (part) => {
    if (isCall(part, "transpose")) count++;
    return undefined;
  });
  return count;
};

/** The sum of all elements of a vector or, of two sums in each other, of a matrix. */
const totalOf = (body: Node, label: string): Node | undefined => {
  const inner = isCall(body, "sum") && body.args[1]!.kind === "symbol" ? body : undefined;
  const [elements, column] =
    inner === undefined ? [body, undefined] : [inner.args[0]!, (inner.args[1] as { name: string }).name];
  // It does not matter which index runs over rows.
  const whole = (part: Node): Node | undefined =>
    column === undefined
      ? matrixOf(part, label, undefined)
      : fewerTransposes(matrixOf(part, label, column), matrixOf(part, column, label));
  const { base, exponent } = powerParts(elements);
  const root = hasValue(exponent, 2) ? whole(base) : undefined;
  if (root !== undefined) return plainCall("norm2", [root]);
  const all = whole(elements);
  return all && plainCall("total", [all]);
};
