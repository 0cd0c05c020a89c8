/** The parts of docs/performance.md that are made from results, and the pictures beside it. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import type { BrowserSession } from "../browser/browser.ts";
import type { GrowthSession } from "../growth/growth.ts";
import { benchFolder } from "../harness/participants.ts";
import type { Attainment, Session, Verdict } from "../harness/result.ts";
import { spread } from "../harness/statistics.ts";
import { digits, goalAndReached, quantities } from "../harness/table.ts";
import { isReached, reachedBy, verdictWord } from "../harness/verdicts.ts";
import { goalsPicture } from "./goals.ts";
import { growthPicture } from "./growth.ts";

const docs = join(benchFolder, "..", "docs");

/** The newest result of a kind, if there is one. */
function newest<S>(kind: string): S | undefined {
  const folder = join(benchFolder, "results");
  const name = readdirSync(folder)
    .filter((name) => name.startsWith(`${kind}-`) && name.endsWith(".json"))
    .sort()
    .at(-1);
  return name === undefined ? undefined : (JSON.parse(readFileSync(join(folder, name), "utf8")) as S);
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, i) => (i < 2 ? "---" : "--:")), ...rows]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n");

function goals(session: Session): string {
  const cells = (verdict: Verdict | undefined): [wasm: string, native: string] => {
    if (verdict === undefined) return ["", ""];
    const cell = (attainment: Attainment | undefined): string => {
      if (attainment === undefined) return "";
      const [, reached] = goalAndReached(verdict, attainment);
      return isReached(attainment) ? reached : `**${reached}**`;
    };
    return [cell(verdict), cell(verdict.native)];
  };
  const [, ...olderNodes] = session.nodes;
  const rows = session.results.flatMap(({ title, verdicts }) => {
    const sameGoal = ({ subject, peer = "", kind }: Verdict): string => `${kind} ${subject} ${peer}`;
    const olderOnes = new Map(
      verdicts
        .filter(({ node }) => node !== undefined)
        .map((verdict) => [sameGoal(verdict).replaceAll(`, ${verdict.node}`, ""), verdict] as const),
    );
    return verdicts
      .filter(({ node }) => node === undefined)
      .map((verdict, i) => [
        i === 0 ? title : "",
        verdict.peer ?? verdict.subject,
        goalAndReached(verdict)[0],
        ...cells(verdict),
        verdictWord(verdict),
        ...olderNodes.flatMap(() => cells(olderOnes.get(sameGoal(verdict)))),
      ]);
  });
  const heads = session.nodes.map((version): string[] => {
    const node = `Node ${version.replace(/^v(\d+).*/, "$1")}`;
    return [`${node}, wasm`, `${node}, native`];
  });
  return table(["work", "beside", "goal", ...heads[0]!, "", ...heads.slice(1).flat()], rows);
}

function sessionOf({ machine, nodes, participants, runs, date }: Session): string {
  const libraries = [...new Set(Object.values(participants))].filter(
    (version) => !version.startsWith("16 bytes"),
  );
  return (
    `Measured on ${date.slice(0, 10)} on ${machine.cpu}, ${machine.cores} cores, with Node ${nodes.join(" and ")}: ` +
    `the median of ${runs} rounds. ${libraries.join(", ")}.`
  );
}

/** The goals that wasm misses, and who is beside it: one line each, first those that no target reaches. */
function missed({ results }: Session): string {
  const lines = (target: "native" | undefined): string[] =>
    results.flatMap(({ title, verdicts }) =>
      verdicts
        .filter((verdict) => reachedBy(verdict) === target)
        .map((verdict) => {
          const { subject, peer, native } = verdict;
          const [goal, reached] = goalAndReached(verdict);
          const beside = peer === undefined ? subject : `${subject} beside ${peer}`;
          const other = native === undefined ? "" : `; native ${goalAndReached(verdict, native)[1]}`;
          return `- ${title}: ${beside}, ${reached} of ${goal}${other}`;
        }),
    );
  const [none, native] = [lines(undefined), lines("native")];
  return [
    none.length === 0 ? "Each goal is reached by one of the targets." : none.join("\n"),
    ...(native.length === 0 ? [] : [`Missed by wasm and reached by native:\n\n${native.join("\n")}`]),
  ].join("\n\n");
}

function growth({ axes }: GrowthSession): string {
  const text = ({ measured, expected }: { measured: number; expected: number }): string =>
    `${measured.toFixed(2)} of ${expected.toFixed(2)}`;
  return table(
    ["grows", "training", "step", "first call", "memory"],
    axes.map(({ title, subject, points, step, firstCall, memory }) => [
      `${title} ${points[0]?.size} – ${points.at(-1)?.size}`,
      subject,
      text(step),
      text(firstCall),
      text(memory),
    ]),
  );
}

function programs({ programs }: GrowthSession): string {
  return table(
    ["program", "", "equations", "first call"],
    programs.map(({ title, equations, seconds, failure }) => [
      title,
      "",
      String(equations),
      failure === undefined ? `${digits(seconds)} s` : "failed",
    ]),
  );
}

function frames({ pages }: BrowserSession): string {
  const times = ({ median, late }: BrowserSession["pages"][number]["rest"]): string =>
    `${digits(median)} ms, ${digits(100 * late)} % late`;
  return table(
    ["page", "threads", "MLP step", "frames at rest", "frames while it trains"],
    pages.map(({ isolated, threads, secondsPerStep, training, rest }) => [
      isolated ? "cross-origin isolated" : "not isolated",
      String(threads),
      quantities([secondsPerStep], "seconds")[0]!,
      times(rest),
      times(training),
    ]),
  );
}

function inPages({ pages }: BrowserSession): string {
  const first = pages[0]?.questions ?? [];
  const median = (page: BrowserSession["pages"][number], i: number): string =>
    quantities([spread(page.questions[i]?.samples ?? []).median], "seconds")[0]!;
  return table(
    ["work", "library", ...pages.map(({ isolated }) => (isolated ? "isolated" : "not isolated"))],
    first.map(({ label, row }, i) => [label, row, ...pages.map((page) => median(page, i))]),
  );
}

/** Puts a text between `<!-- name -->` and `<!-- /name -->`. */
function fill(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/performance.md lacks ${begin} … ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}

/** Writes what the newest results say into docs; returns the paths that were written. */
export async function writeDocs(): Promise<string[]> {
  const path = join(docs, "performance.md");
  let page = readFileSync(path, "utf8");
  const written: string[] = [];
  const picture = (name: string, markup: string): void => {
    mkdirSync(join(docs, "performance"), { recursive: true });
    const file = join(docs, "performance", name);
    writeFileSync(file, `${markup}\n`);
    written.push(file);
  };
  const compared = newest<Session>("compare");
  if (compared !== undefined) {
    page = fill(page, "session", sessionOf(compared));
    page = fill(page, "goals", goals(compared));
    page = fill(page, "missed", missed(compared));
    picture("goals.svg", goalsPicture(compared));
  }
  const grown = newest<GrowthSession>("growth");
  if (grown !== undefined) {
    page = fill(page, "growth", growth(grown));
    page = fill(page, "programs", programs(grown));
    picture("growth.svg", growthPicture(grown));
  }
  const shown = newest<BrowserSession>("browser");
  if (shown !== undefined) {
    page = fill(page, "browser", `${shown.browser}, ${shown.date.slice(0, 10)}.`);
    page = fill(page, "frames", frames(shown));
    page = fill(page, "pages", inPages(shown));
  }
  writeFileSync(path, await format(page, { ...(await resolveConfig(path)), parser: "markdown" }));
  return [path, ...written];
}
