/** Who can take part on this machine: the libraries, the processes that they run in, and their versions. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Conversation } from "./conversation.ts";
import type { Tools } from "./question.ts";
import { nativeSuffix } from "./verdicts.ts";

export interface Participant {
  readonly name: string;
  /** What `--peers` calls it: the same under each Node. */
  readonly peer: string;
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Appended to the names of its rows, where one library takes part twice. */
  readonly suffix: string;
  /** The label of an older Node that it runs under. */
  readonly node?: string;
  /** Takes part only where a goal is one for a single thread. */
  readonly onlyForOneThread?: boolean;
}

/** Where `npm run peers` puts what does not belong into node_modules. */
const cache = join(homedir(), ".cache", "downhill-bench");

/** This code runs from bench/dist. */
export const benchFolder = fileURLToPath(new URL("..", import.meta.url));

/** What participants are run with. */
export interface ToolBox extends Tools {
  /** The Node of the goals first; `label` names an older one in the rows that it gets. */
  readonly nodes: readonly { readonly path: string; readonly label?: string }[];
}

/** The interpreters; throws when Node 24 is asked for and there is none. */
export function findTools({ node24, both }: { node24: boolean; both: boolean }): ToolBox {
  const venv = join(cache, "venv", "bin", "python");
  const own = { path: process.execPath };
  const label = `Node ${process.versions.node.split(".")[0]}`;
  const nodes = both ? [{ path: findNode24() }, { ...own, label }] : [node24 ? { path: findNode24() } : own];
  return {
    nodes,
    node: nodes[0]!.path,
    python: process.env["DOWNHILL_BENCH_PYTHON"] ?? (existsSync(venv) ? venv : "python3"),
    downhill: fileURLToPath(new URL("bin/downhill.js", import.meta.resolve("downhill-cli/package.json"))),
  };
}

function findNode24(): string {
  const platform = `node-${process.platform}-${process.arch}`;
  const installed = join(cache, "node24", "node_modules", platform, "bin", "node");
  const node = process.env["DOWNHILL_BENCH_NODE24"] ?? installed;
  if (!existsSync(node)) {
    throw new Error(`no Node 24 at ${node}; run \`npm run peers -w bench\` or set DOWNHILL_BENCH_NODE24`);
  }
  return node;
}

export function participants({ nodes, python }: ToolBox): Participant[] {
  const script = (library: string, peer = library, suffix = "", env: NodeJS.ProcessEnv = {}): Participant[] =>
    nodes.map(({ path, label }) => ({
      name: label === undefined ? peer : `${peer}, ${label}`,
      peer,
      command: [path, join(benchFolder, "dist", "worker.js"), library],
      env: { ...process.env, ...env },
      suffix: label === undefined ? suffix : `${suffix}, ${label}`,
      ...(label === undefined ? {} : { node: label }),
    }));
  const inPython = (
    library: string,
    peer = library,
    suffix = "",
    env: NodeJS.ProcessEnv = {},
  ): Participant => ({
    name: peer,
    peer,
    command: [python, join(benchFolder, "harness", "worker.py"), library],
    env: { ...withoutTuning(process.env), ...env },
    suffix,
  });
  return [
    ...script("downhill"),
    ...script("downhill", "downhill-1", ", 1 thread", { DOWNHILL_THREADS: "1" }),
    ...script("downhill", "downhill-native", nativeSuffix, { DOWNHILL_TARGET: "native" }),
    ...script("downhill", "downhill-native-1", `, 1 thread${nativeSuffix}`, {
      DOWNHILL_TARGET: "native",
      DOWNHILL_THREADS: "1",
    }).map((participant) => ({ ...participant, onlyForOneThread: true })),
    inPython("pytorch"),
    inPython("pytorch", "pytorch-1", ", 1 thread", { OMP_NUM_THREADS: "1" }),
    inPython("jax"),
    ...script("jax-js"),
    ...script("tfjs"),
    ...script("wasm-copy"),
    inPython("scikit-learn"),
  ];
}

/** A shell may have tuned OpenBLAS for another program; peers run as they come. */
function withoutTuning(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { OPENBLAS_CORETYPE: _core, OPENBLAS_L2_SIZE: _cache, ...rest } = env;
  return rest;
}

/** The participant's version, or why it is absent. */
export async function inspect(participant: Participant): Promise<{ version: string } | { absent: string }> {
  const conversation = new Conversation(participant.command, participant.env);
  try {
    return await conversation.ask("version", {});
  } catch (error) {
    return { absent: (error as Error).message.split("\n")[0] ?? "" };
  } finally {
    await conversation.end();
  }
}
