/** What the command says about range tests. */
import { indent, labelled } from "../../report/layout.ts";
import { plural } from "../../terminal/numbers.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { settled, short } from "../numbers.ts";
import type { RateSearch, RateSearches } from "../run.ts";
import { pointText } from "../subtitle.ts";
import { paintsFor } from "../text/pictures.ts";
import { drawRates } from "./text.ts";

/** Beside the recommended rate, why; beside the border, what it is of. */
function found(search: RateSearch, label: string, terminal: Terminal): string[] {
  const { learningRate, reason, points } = search;
  return [
    ...labelled(
      terminal,
      label,
      terminal.colours.bold(`${search.optimizer}: rate ${short(learningRate, 2)}`),
      `from ${plural(points.length, "step")}, each at a higher rate than the one before`,
    ),
    ...labelled(terminal, "", reason),
  ];
}

export function rateReport({ landscape, from, searches }: RateSearches, terminal: Terminal): string[] {
  const { text, variables, fixed } = landscape;
  const names = Object.keys(fixed);
  const paints = paintsFor(terminal, searches.length);
  return [
    ...labelled(
      terminal,
      "Function",
      `${text}${names.length > 0 ? `, where ${pointText(fixed, names)}` : ""}`,
    ),
    ...labelled(terminal, "Start", `${pointText(from, variables)}: value ${settled(searches[0]!.start)}`),
    "",
    ...indent(drawRates(searches, terminal, paints)),
    "",
    ...searches.flatMap((search, i) => found(search, i === 0 ? "Found" : "", terminal)),
  ];
}
