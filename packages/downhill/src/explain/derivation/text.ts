/** A derivation as text for people. */
import type { Check } from "./check.ts";
import type { Derivation, DerivedStep, PartialDerivative } from "./derivation.ts";
import { type Layout, layoutOf, pad, type TextOptions, wrapped } from "../notation/lines.ts";
import { plainNumber } from "./sentence.ts";

const equation = (left: string, right: string, indent: number, { width }: Layout): string[] =>
  wrapped(right, `${" ".repeat(indent)}${left} = `, " ".repeat(indent + [...left].length + 3), width);

/** The derivation as text: steps, slopes, paths, results, rules and checks. */
export const derivationText = (derivation: Derivation, options: TextOptions = {}): string => {
  const layout = layoutOf(options);
  const { call, formula, steps, partials, higher, rules, notes, check } = derivation;
  const sections = [
    equation(call.text, formula.text, 0, layout),
    ...(steps.length === 0 ? [] : [section("Steps", stepLines(derivation, layout), layout)]),
    ...(partials.some(({ paths, pathCount }) => paths === undefined && pathCount > 0)
      ? [section("Backward, from the last step to the first", backwardLines(steps, layout), layout)]
      : []),
    ...partials.map((partial) => section(`Slope by ${partial.by}`, partialLines(partial, layout), layout)),
    ...(higher.length === 0 ? [] : [section("Higher derivatives", higherLines(derivation, layout), layout)]),
    ...(derivation.at === undefined
      ? []
      : [section(atTitle(derivation), numberLines(derivation, layout), layout)]),
    ...(rules.length === 0
      ? []
      : [
          section(
            "Rules",
            rules.flatMap(({ name, sentence }) => ruleLines(name, sentence, rules, layout)),
            layout,
          ),
        ]),
    ...(notes.length === 0
      ? []
      : [
          section(
            "Notation",
            notes.flatMap((note) => wrapped(note, "  ", "    ", layout.width)),
            layout,
          ),
        ]),
    section("Checked", wrapped(checkSentence(check), "  ", "  ", layout.width), layout),
  ];
  return sections.map((lines) => lines.join("\n")).join("\n\n");
};

const section = (title: string, lines: readonly string[], { heading }: Layout): string[] => [
  heading(title),
  ...lines,
];

const stepLines = ({ steps }: Derivation, layout: Layout): string[] => {
  const left = steps.map(
    ({ name, definition, shape }) =>
      `${name.text} = ${definition.text}${shape === undefined ? "" : `   [${shape.join(", ")}]`}`,
  );
  const right = steps.map(({ slopes }) =>
    slopes.map(({ symbol, slope }) => `${symbol.text} = ${slope.text}`),
  );
  const widest = (texts: readonly string[], most: number): number =>
    Math.min(most, Math.max(0, ...texts.map((text) => [...text].length)));
  const leftWidth = widest(left, Math.floor(layout.width * 0.4));
  const rightWidth = widest(right.flat(), Math.floor(layout.width * 0.4));
  return steps.flatMap(({ slopes }, i) => {
    const first = `  ${left[i]!}`;
    const isRoom = [...left[i]!].length <= leftWidth;
    const lines = slopes.flatMap(({ rule, exceptions }, k) => {
      const start = k === 0 && isRoom ? `  ${pad(left[i]!, leftWidth)}` : " ".repeat(leftWidth + 2);
      const line = `${start}   ${pad(right[i]![k]!, rightWidth)}   ${layout.faint(rule)}`;
      const notes = exceptions.map(
        ({ condition, slope }) =>
          `${" ".repeat(leftWidth + 5)}${layout.faint(`where ${condition.text} it is taken as ${slope.text}`)}`,
      );
      return [line.trimEnd(), ...notes];
    });
    return isRoom && slopes.length > 0 ? lines : [first, ...lines];
  });
};

const backwardLines = (steps: readonly DerivedStep[], layout: Layout): string[] =>
  [...steps]
    .reverse()
    .flatMap(({ backward }, i) =>
      backward === undefined || i === 0 ? [] : equation(backward.symbol.text, backward.sum.text, 2, layout),
    );

const partialLines = (partial: PartialDerivative, layout: Layout): string[] => {
  const { symbol, paths, pathCount, sum, result } = partial;
  const indent = " ".repeat(2 + [...symbol.text].length);
  const note =
    paths === undefined && pathCount === 1
      ? []
      : paths === undefined
        ? wrapped(
            `${String(pathCount)} paths: the slopes of the steps that use ${partial.by} are added up`,
            "  ",
            "  ",
            layout.width,
          )
        : pathCount === 0
          ? [`  no path leads from ${partial.by} to the result`]
          : paths.length === 1
            ? []
            : [`  ${paths.length} paths:`];
  const routes = (paths ?? []).flatMap(({ route }) => wrapped(route.text, "  ", "    ", layout.width));
  const whole = equation(symbol.text, sum.text, 2, layout);
  const isSimple = sum.text === result.text;
  const simplified = isSimple ? [] : wrapped(result.text, `${indent} = `, `${indent}   `, layout.width);
  const last = isSimple ? whole : simplified;
  return [...[...note, ...routes].map(layout.faint), ...(isSimple ? [] : whole), ...last.map(layout.strong)];
};

const higherLines = ({ higher }: Derivation, layout: Layout): string[] =>
  higher.flatMap(({ symbol, result, where, check }) => [
    ...equation(symbol.text, result.text, 2, layout).map(layout.strong),
    ...where.flatMap(({ name, definition }) => equation(`where ${name.text}`, definition.text, 4, layout)),
    ...(check.agrees ? [] : wrapped(checkSentence(check), "    ", "    ", layout.width)),
  ]);

const ruleLines = (name: string, sentence: string, rules: Derivation["rules"], layout: Layout): string[] => {
  const width = Math.max(...rules.map((rule) => [...rule.name].length));
  const [first = "", ...rest] = wrapped(
    sentence,
    `  ${pad(name, width)}   `,
    " ".repeat(width + 5),
    layout.width,
  );
  return [first, ...rest];
};

export const figure = (value: number): string => {
  if (value === 0) return "0";
  return Number.isFinite(value) ? value.toExponential(1).replace("-", "−") : "not a number";
};

/** What the checks found, with figures. */
export const checkSentence = (check: Check): string => {
  const { points, includesGiven, givenIsKink, engine, differencePoints, centralDifference, agrees } = check;
  if (points === 0)
    return "not checked: no point was found at which the function has a finite value and slope; put numbers in";
  const random = points - Number(includesGiven);
  const where = [
    ...(random > 0 ? [`${random} random ${random === 1 ? "point" : "points"}`] : []),
    ...(includesGiven ? ["the one given"] : []),
  ].join(" and ");
  const differences =
    differencePoints === 0
      ? "; central differences cannot be compared"
      : `, ${figure(centralDifference)} to central differences${differencePoints < points ? ` (at ${differencePoints} of them)` : ""}`;
  return `${agrees ? "agrees" : "DOES NOT AGREE"} at ${where}: largest relative difference ${figure(engine)} to the engine's gradient${differences}${givenIsKink ? "; the one given is a kink, where what the slope is called is a convention" : ""}`;
};

const atTitle = ({ at, call }: Derivation): string => {
  const values = Object.entries(at!.values).map(([name, value]) => `${name} = ${plainNumber(value)}`);
  return `At ${values.join(", ")}: ${call.text} = ${plainNumber(at!.value)}`;
};

const numberLines = ({ name, steps, partials }: Derivation, layout: Layout): string[] => {
  const d = partials[0]?.symbol.text.startsWith("d") ? "d" : "∂";
  const rows = [
    ["", "value", `${d}${name.text}/${d}…`, "measured"],
    ...[
      ...partials.map(({ by, numbers }) => ({ label: by, numbers })),
      ...steps.map((step) => ({
        label: `${step.name.text} = ${step.definition.text}`,
        numbers: step.numbers,
      })),
    ].map(({ label, numbers }) => [
      label,
      ...(numbers === undefined
        ? ["", "", ""]
        : [plainNumber(numbers.value), plainNumber(numbers.slope), plainNumber(numbers.centralDifference)]),
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) =>
    Math.min(Math.max(...rows.map((row) => [...row[column]!].length)), Math.floor(layout.width / 2)),
  );
  const table = rows.map((row, i) => {
    const line = `  ${pad(row[0]!, widths[0]!)}   ${row
      .slice(1)
      .map((cell, k) => " ".repeat(Math.max(0, widths[k + 1]! - [...cell].length)) + cell)
      .join("   ")}`.trimEnd();
    return i === 0 ? layout.faint(line) : line;
  });
  const sentences = partials.flatMap(({ sentence }) =>
    sentence === undefined ? [] : wrapped(sentence, "  ", "    ", layout.width),
  );
  return [...table, "", ...sentences];
};
