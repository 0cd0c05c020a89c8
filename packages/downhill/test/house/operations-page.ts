/** docs/operations.md, made from the records of the primitives. */
import { targetNames } from "downhill";
import { format } from "prettier";
import { type Primitive, primitives } from "../../src/program/primitive.ts";
import type { ElementwisePrimitive } from "../../src/primitives/elementwise.ts";
import type { Expression } from "../../src/primitives/expression.ts";
import { isDifferentiable, rows } from "../primitives/op-table/rows.ts";

/**
 * Of operations that are not elementwise: the result y of x (and other operands), and its change ẏ by theirs, or the
 * cotangent x̄ that comes back. Elementwise ones say both themselves.
 */
const structural: Readonly<Record<string, readonly [formula: string, derivative?: string]>> = {
  argmax: ["y = \\min \\{ i : x_i = \\max_k x_k \\}"],
  argmin: ["y = \\min \\{ i : x_i = \\min_k x_k \\}"],
  argsort: ["x_{y_1} \\le x_{y_2} \\le \\dots"],
  broadcast: ["y_{ij} = x_j", "\\bar x_j = \\sum_i \\bar y_{ij}"],
  checkpoint: ["y = f(x)", "\\bar x = \\mathrm{D}f(x)^\\top \\bar y"],
  cholesky: ["y\\,y^\\top = x", "\\dot y = y\\,\\Phi(y^{-1} \\dot x\\, y^{-\\top})"],
  concatenate: ["y = (x_1, x_2, \\dots)", "\\dot y = (\\dot x_1, \\dot x_2, \\dots)"],
  cumsum: ["y_i = \\sum_{k \\le i} x_k", "\\bar x_k = \\sum_{i \\ge k} \\bar y_i"],
  customJvp: ["y = f(x)", "\\dot y = \\operatorname{rule}(x, \\dot x, y)"],
  customVjp: ["(y, r) = \\operatorname{forward}(x)", "\\bar x = \\operatorname{backward}(r, \\bar y)"],
  customVjpTangents: [
    "z = \\operatorname{backward}(x)^\\top y",
    "\\bar y = \\operatorname{backward}(x, \\bar z)",
  ],
  dot: ["z_{ij} = \\sum_k x_{ik}\\, y_{kj}", "\\dot z = \\dot x\\, y + x\\, \\dot y"],
  dynamicSlice: ["y_i = x_{s + i}", "\\bar x_{s + i} = \\bar y_i"],
  dynamicUpdateSlice: [
    "z_i = \\begin{cases} y_{i - s} & \\text{inside} \\\\ x_i & \\text{otherwise} \\end{cases}",
    "\\dot z_i = \\begin{cases} \\dot y_{i - s} & \\text{inside} \\\\ \\dot x_i & \\text{otherwise} \\end{cases}",
  ],
  eigenvectors: [
    "y\\,x\\,y^\\top = \\operatorname{diag} \\lambda",
    "\\dot y = (G \\circ y \\dot x y^\\top)\\, y, \\quad G_{ij} = \\frac{1}{\\lambda_i - \\lambda_j}",
  ],
  flip: ["y_i = x_{n - 1 - i}", "\\dot y_i = \\dot x_{n - 1 - i}"],
  gather: ["z_i = x_{y_i}", "\\bar x_k = \\sum_{i : y_i = k} \\bar z_i"],
  iota: ["y_i = i"],
  max: ["y = \\max_i x_i", "\\dot y = \\operatorname{mean} \\{ \\dot x_i : x_i = y \\}"],
  min: ["y = \\min_i x_i", "\\dot y = \\operatorname{mean} \\{ \\dot x_i : x_i = y \\}"],
  orthonormal: [
    "x = l\\,y, \\quad y\\,y^\\top = 1",
    "\\dot y = w - (w y^\\top - \\Omega)\\, y, \\quad w = l^{-1} \\dot x",
  ],
  overlapAdd: ["y_j = \\sum_{si + dk = j} x_{ki}", "\\bar x_{ki} = \\bar y_{si + dk}"],
  pad: ["y_{b + (g + 1) i} = x_i", "\\bar x_i = \\bar y_{b + (g + 1) i}"],
  permutation: ["y \\text{ a random order of } 0 \\dots n - 1"],
  randomBits: ["y_i = \\operatorname{threefry}(x, i)"],
  reshape: ["y = x", "\\dot y = \\dot x"],
  scan: [
    "(c_{t + 1}, y_t) = f(c_t, x_t)",
    "(\\dot c_{t + 1}, \\dot y_t) = \\mathrm{D}f(c_t, x_t)(\\dot c_t, \\dot x_t)",
  ],
  scatterAdd: [
    "w_k = x_k + \\sum_{i : y_i = k} z_i",
    "\\dot w_k = \\dot x_k + \\sum_{i : y_i = k} \\dot z_i",
  ],
  slice: ["y_i = x_{a + s i}", "\\bar x_{a + s i} = \\bar y_i"],
  slidingWindows: ["y_{ki} = x_{si + dk}", "\\bar x_j = \\sum_{si + dk = j} \\bar y_{ki}"],
  solve: ["x\\,z = y", "\\dot z = x^{-1} (\\dot y - \\dot x\\, z)"],
  solveTriangular: ["x\\,z = y", "\\dot z = x^{-1} (\\dot y - \\operatorname{tri} \\dot x\\; z)"],
  sum: ["y = \\sum_i x_i", "\\bar x_i = \\bar y"],
  switch: ["w = f_x(y, z, \\dots)", "\\dot w = \\mathrm{D}f_x(y, z, \\dots)(\\dot y, \\dot z, \\dots)"],
  transpose: ["y_{ji} = x_{ij}", "\\bar x_{ij} = \\bar y_{ji}"],
  while: ["c_{t + 1} = f(c_t) \\text{ while } p(c_t)", "\\dot c_{t + 1} = \\mathrm{D}f(c_t)\\, \\dot c_t"],
};

const operands = ["x", "y", "z"];
const sums = new Set(["add", "sub", "neg"]);
/** Operations whose notation holds their operands together. */
const enclosing = new Set(["add", "div", "exp", "sqrt", "sigmoid", "select", "softplus", "erf"]);

const filled = (notation: string, args: readonly string[]): string =>
  notation.replaceAll(/#(\d)/g, (_, position: string) => args[Number(position) - 1] ?? "");

const named = new Map(primitives().map((primitive) => [primitive.name, primitive]));

const text = (expression: Expression, result: string): string => {
  switch (expression.kind) {
    case "argument":
      return operands[expression.position]!;
    case "result":
      return result;
    case "number":
      return Number.isInteger(expression.value) ? String(expression.value) : expression.value.toPrecision(6);
    case "computed":
      return text(expression.formula, result);
    case "apply": {
      const { notation } = named.get(expression.primitive) as ElementwisePrimitive;
      const args = expression.args.map((arg) => {
        const inner = text(arg, result);
        const written = arg.kind === "computed" ? arg.formula : arg;
        const isSum = written.kind === "apply" && sums.has(written.primitive);
        return isSum && !enclosing.has(expression.primitive) ? `\\left(${inner}\\right)` : inner;
      });
      return filled(notation, args);
    }
  }
};

const isElementwise = (primitive: Primitive): primitive is ElementwisePrimitive =>
  primitive.kind === "elementwise";

/** Of a primitive its value and its derivative, in LaTeX. */
const mathematics = (primitive: Primitive): readonly [string, string?] => {
  if (!isElementwise(primitive)) {
    const found = structural[primitive.name];
    if (found === undefined) throw new Error(`operations-page.ts has no formula for ${primitive.name}`);
    return found;
  }
  const { length } = primitive.samples[0]!.operands;
  const result = operands[length] ?? "w";
  const value = `${result} = ${filled(primitive.notation, operands)}`;
  if (primitive.name === "select")
    return [value, "\\dot w = \\begin{cases} \\dot y & x \\\\ \\dot z & \\text{otherwise} \\end{cases}"];
  if (primitive.name === "convert") return [value, "\\dot y = \\dot x"];
  if (primitive.partials === undefined) return [value];
  const slopes = primitive.partials.map(
    (partial, i) => `\\tfrac{\\partial ${result}}{\\partial ${operands[i]!}} = ${text(partial, result)}`,
  );
  return [value, slopes.join(",\\; ")];
};

/** In a cell of a table, where a bar would end it. */
const inCell = (latex: string): string => `$\`${latex.replaceAll("|", "\\vert ")}\`$`;

const ofKind: readonly (readonly [Primitive["kind"], string])[] = [
  ["elementwise", "Element by element"],
  ["linear", "Linear"],
  ["multilinear", "Linear in each operand"],
  ["explicit", "With rules of their own"],
];

export const operationsPage = (): Promise<string> => {
  const tested = new Set(rows.filter(isDifferentiable).map(({ primitive }) => primitive.name));
  const line = (primitive: Primitive): string => {
    const [formula, derivative] = mathematics(primitive);
    return `| \`${primitive.name}\` | ${inCell(formula)} | ${derivative === undefined ? "" : inCell(derivative)} | ${primitive.dtypes.join(", ")} | ${tested.has(primitive.name) ? "1, 2, 3" : ""} |`;
  };
  const sections = ofKind.map(([kind, title]) => {
    const members = primitives().filter((primitive) => primitive.kind === kind);
    return [
      `## ${title}`,
      "",
      "| operation | value | derivative | dtypes | orders |",
      "| --- | --- | --- | --- | --- |",
      ...members.toSorted((a, b) => a.name.localeCompare(b.name)).map(line),
    ].join("\n");
  });
  return format(
    [
      "# Operations",
      "Everything is composed of these primitive operations; a program printed by `makeProgram` shows them. This page is " +
        "made from their records: `npx vitest run packages/downhill/test/house/operations.test.ts --update` writes it anew.",
      "Operands are $x$, $y$, $z$ in this order, the result is the next letter. A dot is the change of a value (forward " +
        "mode), a bar the slope of the loss by it (reverse mode); each gives the other, and the shorter is shown. Where no " +
        "derivative is shown the slope is 0, or the result is no float. *Orders* says which derivatives are tested against " +
        "differences; each first derivative and each batch besides on every target.",
      `All run on all targets: ${targetNames.map((name) => `\`${name}\``).join(", ")}, and \`native\` where there is a C compiler. ` +
        "What holds at the edges is in [Semantics](semantics.md).",
      ...sections,
    ].join("\n\n"),
    { parser: "markdown", printWidth: 120 },
  );
};
