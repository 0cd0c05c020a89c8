/** `npm run bench -- --browser`: a page in Chromium, with threads and without. */
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { launchBrowser } from "../../test/launch-browser.ts";
import { serve } from "../../test/serve.ts";
import { type Machine, machine } from "../harness/machine.ts";
import { spread } from "../harness/statistics.ts";
import { align, digits, quantities } from "../harness/table.ts";
import type { PageMeasured, QuestionMeasured } from "./measurements.ts";
import type { PageFunctions } from "./page.ts";

export interface BrowserPage extends PageMeasured {
  readonly questions: readonly QuestionMeasured[];
}

export interface BrowserSession {
  readonly date: string;
  readonly machine: Machine;
  readonly browser: string;
  readonly pages: readonly BrowserPage[];
}

const source = (name: string): string => fileURLToPath(new URL(`../browser/${name}.ts`, import.meta.url));

/** The scripts of the page by their paths, as a web page gets them. */
async function site(): Promise<Record<string, string>> {
  const build = await rolldown({
    input: { page: source("page"), worker: source("worker") },
    platform: "browser",
    // TF.js stays out: its Wasm files would have to lie beside the page.
    external: [/^@tensorflow\//, /^node:/],
    logLevel: "silent",
  });
  try {
    const { output } = await build.generate({ format: "esm", minify: true });
    const scripts = output.flatMap((file) =>
      file.type === "chunk" ? [[`/${file.fileName}`, file.code] as const] : [],
    );
    const page = `<!doctype html><meta charset="utf-8"><title>bench</title><body><script type="module" src="/page.js"></script>`;
    return Object.fromEntries([["/index.html", page], ...scripts]);
  } finally {
    await build.close();
  }
}

/** Prints while it measures. @param seconds how long the network is trained on each page. */
export async function measureInBrowser(
  runs: number,
  secondsPerRun: number,
  seconds = 5,
): Promise<BrowserSession> {
  const files = await site();
  const browser = await launchBrowser();
  try {
    const version = `Chromium ${browser.version()}`;
    console.log(version);
    const pages: BrowserPage[] = [];
    for (const isolated of [true, false]) {
      const served = await serve(files, { isolated });
      try {
        const page = await browser.newPage();
        await page.goto(served.origin);
        await page.waitForFunction(() => "train" in globalThis);
        const call = async <K extends keyof PageFunctions>(
          name: K,
          ...args: Parameters<PageFunctions[K]>
        ): Promise<Awaited<ReturnType<PageFunctions[K]>>> =>
          page.evaluate(
            ([name, args]) =>
              (globalThis as unknown as Record<string, (...args: number[]) => unknown>)[name]!(...args),
            [name, args] as const,
          ) as Promise<Awaited<ReturnType<PageFunctions[K]>>>;
        const measured = await call("train", seconds);
        const questions = await call("measure", runs, secondsPerRun);
        pages.push({ ...measured, questions });
        console.log(`\n${pageTable(pages.at(-1)!)}`);
        await page.close();
      } finally {
        await served.close();
      }
    }
    return { date: new Date().toISOString(), machine: machine(), browser: version, pages };
  } finally {
    await browser.close();
  }
}

function pageTable({ isolated, threads, secondsPerStep, rest, training, questions }: BrowserPage): string {
  const frames = ({ median, late, count }: BrowserPage["rest"]): string =>
    `${digits(median)} ms a frame, ${digits(100 * late)} % of ${count} over 20 ms`;
  return [
    `${isolated ? "cross-origin isolated" : "not isolated"}, threads: ${threads}`,
    `  at rest: ${frames(rest)}`,
    `  while the MLP trains, ${quantities([secondsPerStep], "seconds")[0]} a step: ${frames(training)}`,
    ...align(
      questions.map(({ question, row, samples }) => {
        const { median, min, max } = spread(samples);
        const [middle = "", low = "", high = ""] = quantities([median, min, max], "seconds");
        return [`  ${question}`, row, middle, `${low} – ${high}`];
      }),
    ),
  ].join("\n");
}
