/** `downhill descend`: a formula, a start, and the way down step by step. */
import type { DescendArguments } from "../arguments/descend.ts";
import { report } from "../descent/report.ts";
import { rateReport } from "../descent/rates/report.ts";
import {
  type Descents,
  type DescentRequest,
  type RateSearches,
  runDescents,
  searchRates,
} from "../descent/run.ts";
import { exitCodes } from "../exitCodes.ts";
import { toJson } from "../formula/json.ts";
import { joined, valuesOf } from "../formula/read.ts";
import { heard } from "../interruption.ts";
import { writePicture } from "../report/picture.ts";
import type { Terminal } from "../terminal/terminal.ts";

const plain = ({ landscape, descents }: Descents): unknown => {
  const { text, variables, fixed } = landscape;
  return { format: "downhill descent", formula: text, variables, with: fixed, descents };
};

const plainRates = ({ landscape, from, searches }: RateSearches): unknown => {
  const { text, variables, fixed } = landscape;
  return { format: "downhill rate search", formula: text, variables, with: fixed, from, searches };
};

/** What a call shows: one thing in three forms. */
interface Shown {
  readonly plain: () => unknown;
  readonly lines: () => string[];
  readonly draw: () => Promise<string>;
}

function descended(formula: string, request: DescentRequest, terminal: Terminal): Shown {
  const descents = heard(() => runDescents(formula, request));
  return {
    plain: () => plain(descents),
    lines: () => report(descents, terminal),
    draw: async () => {
      const { drawSvg } = await import("../descent/svg/draw.ts");
      return heard(() => drawSvg(descents));
    },
  };
}

function searched(formula: string, request: DescentRequest, terminal: Terminal): Shown {
  const searches = heard(() => searchRates(formula, request));
  return {
    plain: () => plainRates(searches),
    lines: () => rateReport(searches, terminal),
    draw: async () => {
      const { ratesPicture } = await import("../descent/svg/rates.ts");
      return heard(() => ratesPicture(searches));
    },
  };
}

/** @throws UsageError where formula, start or options do not fit each other. */
export async function descend(
  parts: readonly string[],
  options: DescendArguments,
  terminal: Terminal,
): Promise<number> {
  const { from, with: fixed, svg, json, findRate } = options;
  const formula = joined(parts, "descend");
  const request: DescentRequest = {
    ...options,
    from: valuesOf("--from", from),
    ...(fixed === undefined ? {} : { fixed: valuesOf("--with", fixed) }),
  };
  const shown = (findRate === true ? searched : descended)(formula, request, terminal);
  if (svg !== undefined) await writePicture(svg, await shown.draw());
  const text = heard(() => (json === true ? toJson(shown.plain()) : shown.lines().join("\n")));
  terminal.stdout.write(`${text}\n`);
  if (svg !== undefined) terminal.stderr.write(`The picture is in ${svg}.\n`);
  return exitCodes.success;
}
