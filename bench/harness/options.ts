import { parseArgs } from "node:util";

export const usage = `npm run bench -- [options]

  --only NAME     questions whose name contains NAME (several: a,b)
  --peers NAME    participants whose name is NAME (several: a,b); the default is everybody who is installed
  --runs N        rounds (default 7); the table shows medians and ranges
  --seconds S     length of one run (default 0.3)
  --node24        run JavaScript participants under Node 24 (npm run peers -w bench installs it)
  --both          run them under Node 24 and under the Node that runs this command
  --growth        instead: how time and memory grow with rows, columns, width, depth and batch
  --browser       instead: in a page of Chromium, with threads and without, and the frames of the page meanwhile
  --docs          instead: write docs/performance.md and its pictures from the newest results
  --publish       all of that, one after the other, under both versions of Node; nothing else should run
  --help`;

export interface Options {
  readonly only: readonly string[];
  readonly peers: readonly string[];
  readonly runs: number;
  readonly seconds: number;
  readonly node24: boolean;
  readonly both: boolean;
  readonly growth: boolean;
  readonly browser: boolean;
  readonly docs: boolean;
  readonly publish: boolean;
  readonly help: boolean;
}

/** Throws with a sentence when an option is unknown or its value is no positive number. */
export function parseOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: "string", default: "" },
      peers: { type: "string", default: "" },
      runs: { type: "string", default: "7" },
      seconds: { type: "string", default: "0.3" },
      node24: { type: "boolean", default: false },
      both: { type: "boolean", default: false },
      growth: { type: "boolean", default: false },
      browser: { type: "boolean", default: false },
      docs: { type: "boolean", default: false },
      publish: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const list = (text: string): string[] => text.split(",").filter((name) => name !== "");
  const positive = (name: string, text: string): number => {
    const number = Number(text);
    if (!(number > 0)) throw new Error(`--${name} needs a positive number, not ${text}`);
    return number;
  };
  return {
    only: list(values.only),
    peers: list(values.peers),
    runs: Math.ceil(positive("runs", values.runs)),
    seconds: positive("seconds", values.seconds),
    node24: values.node24,
    both: values.both,
    growth: values.growth,
    browser: values.browser,
    docs: values.docs,
    publish: values.publish,
    help: values.help,
  };
}
