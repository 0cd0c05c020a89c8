/** What it takes to come to the same model again. */
import type { Result } from "../../training/keep.ts";
import { describeRecipe } from "../../training/recipe.ts";
import { formatNumber, formatSeconds } from "../../terminal/numbers.ts";
import { version } from "../../version.ts";
import { type Html, section, table, text } from "../html.ts";

/** As a shell would read it. */
export function commandLine(args: readonly string[]): string {
  const quoted = args.map((arg) =>
    /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`,
  );
  return ["downhill", ...quoted].join(" ");
}

/** What names the file that was learnt from. */
export interface Origin {
  readonly args: readonly string[];
  readonly bytes: number;
  readonly sha256: string;
}

export function reproduceSection({ chosen, options }: Result, { args, bytes, sha256 }: Origin): Html {
  const { recipe, estimator, seconds } = chosen.trained;
  const rate = estimator.history.learningRate[0];
  const facts: [string, string][] = [
    ["model", `${describeRecipe(recipe)}`],
    ["why this model", chosen.choice],
    ...(rate === undefined
      ? []
      : [["learning rate of the first epoch", formatNumber(rate)] as [string, string]]),
    ["made small", `${estimator.objective} = ${formatNumber(estimator.objectiveValue, 7)}`],
    ["seed", String(options.seed)],
    ["time to train", formatSeconds(seconds)],
    ["data", `${bytes} bytes, SHA-256 ${sha256}`],
    ["versions", `downhill ${version}, Node ${process.version}`],
  ];
  return section({
    id: "again",
    title: "The same again",
    content: `<div class="card"><pre>${text(commandLine(args))}</pre>${table(
      "The training",
      [{ title: "what" }, { title: "value" }],
      facts.map(([name, value]) => [text(name), text(value)]),
    )}</div>`,
  });
}
