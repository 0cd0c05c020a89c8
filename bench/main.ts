/** `npm run bench`: Downhill beside its peers, in one run, on one machine. */
import { isGrowthKept, measureGrowth } from "./growth/growth.ts";
import { compare } from "./harness/compare.ts";
import { type Options, parseOptions, usage } from "./harness/options.ts";
import { findTools } from "./harness/participants.ts";
import { save } from "./harness/save.ts";

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) console.log(usage);
  else process.exitCode = (await (options.growth ? growth : bench)(options)) ? 0 : 1;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}

/** False when a participant failed or the participants did not compute the same thing. */
async function bench(options: Options): Promise<boolean> {
  const session = await compare(options);
  console.log(`\nwritten: ${save("compare", session)}`);
  return session.results.every(({ failures, disagreements }) => failures.length + disagreements.length === 0);
}

/** False when something grows faster than it should. */
function growth(options: Options): boolean {
  const session = measureGrowth(findTools(options), options.only, options.runs);
  console.log(`\nwritten: ${save("growth", session)}`);
  return isGrowthKept(session);
}
