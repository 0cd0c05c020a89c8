/** Who can take part on this machine: the libraries, the processes that they run in, and their versions. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Conversation } from "./conversation.ts";
import type { Tools } from "./question.ts";

export interface Participant {
  readonly name: string;
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Appended to the names of its rows, where one library takes part twice. */
  readonly suffix: string;
}

/** Where `npm run peers` puts what does not belong into node_modules. */
const cache = join(homedir(), ".cache", "downhill-bench");

/** This code runs from bench/dist. */
export const benchFolder = fileURLToPath(new URL("..", import.meta.url));

/** The interpreters; throws when Node 24 is asked for and there is none. */
export function findTools(node24: boolean): Tools {
  const venv = join(cache, "venv", "bin", "python");
  return {
    node: node24 ? findNode24() : process.execPath,
    python: process.env["DOWNHILL_BENCH_PYTHON"] ?? (existsSync(venv) ? venv : "python3"),
    downhill: fileURLToPath(new URL("bin/downhill.js", import.meta.resolve("downhill-cli/package.json"))),
  };
}

function findNode24(): string {
  const platform = `node-${process.platform}-${process.arch}`;
  const installed = join(cache, "node24", "node_modules", platform, "bin", "node");
  const node = process.env["DOWNHILL_BENCH_NODE24"] ?? installed;
  if (!existsSync(node)) {
    throw new Error(`--node24: no ${node}; run \`npm run peers -w bench\` or set DOWNHILL_BENCH_NODE24`);
  }
  return node;
}

export function participants({ node, python }: Tools): Participant[] {
  const script = (name: string): Participant => ({
    name,
    command: [node, join(benchFolder, "dist", "worker.js"), name],
    env: process.env,
    suffix: "",
  });
  const inPython = (name: string, peer: string, suffix = "", env: NodeJS.ProcessEnv = {}): Participant => ({
    name,
    command: [python, join(benchFolder, "harness", "worker.py"), peer],
    env: { ...withoutTuning(process.env), ...env },
    suffix,
  });
  return [
    script("downhill"),
    inPython("pytorch", "pytorch"),
    inPython("pytorch-1", "pytorch", ", 1 thread", { OMP_NUM_THREADS: "1" }),
    inPython("jax", "jax"),
    script("jax-js"),
    script("tfjs"),
    inPython("scikit-learn", "scikit-learn"),
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
