/** `npm run bench`: Downhill beside its peers, in one run, on one machine. */
import { measureInBrowser } from "./browser/browser.ts";
import { writeDocs } from "./drawing/page.ts";
import { isGrowthKept, measureGrowth } from "./growth/growth.ts";
import { compare } from "./harness/compare.ts";
import { type Options, parseOptions, usage } from "./harness/options.ts";
import { findTools } from "./harness/participants.ts";
import { save } from "./harness/save.ts";

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) console.log(usage);
  else process.exitCode = (await workOf(options)(options)) ? 0 : 1;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}

function workOf({ publish, growth, browser, docs }: Options): (options: Options) => Promise<boolean> {
  if (publish) return publishAll;
  if (growth) return measureAllGrowth;
  if (browser) return browse;
  return docs ? draw : bench;
}

/** False when a participant failed or the participants did not compute the same thing. */
async function bench(options: Options): Promise<boolean> {
  const session = await compare(options, (session) => save("compare", session));
  console.log(`\nwritten: ${save("compare", session)}`);
  return session.results.every(({ failures, disagreements }) => failures.length + disagreements.length === 0);
}

/** False when something grows faster than it should. */
function measureAllGrowth(options: Options): Promise<boolean> {
  const session = measureGrowth(findTools(options), options.only, options.runs);
  console.log(`\nwritten: ${save("growth", session)}`);
  return Promise.resolve(isGrowthKept(session));
}

async function browse({ runs, seconds }: Options): Promise<boolean> {
  const session = await measureInBrowser(runs, seconds);
  console.log(`\nwritten: ${save("browser", session)}`);
  return true;
}

async function draw(): Promise<boolean> {
  console.log(`written: ${(await writeDocs()).join(", ")}`);
  return true;
}

async function publishAll(options: Options): Promise<boolean> {
  const works = [
    () => bench({ ...options, both: true }),
    () => measureAllGrowth({ ...options, node24: true, runs: Math.min(options.runs, 3) }),
    () => browse(options),
    draw,
  ];
  let isGood = true;
  for (const work of works) isGood = (await work()) && isGood;
  return isGood;
}
