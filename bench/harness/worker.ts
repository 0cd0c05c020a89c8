/** A JavaScript participant: `node worker.js PEER` answers the requests of conversation.ts on stdin and stdout. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { questions } from "../questions/index.ts";
import type { DataFile, Requests } from "./conversation.ts";
import type { AnyProgram, Data, DataArray, ScriptPeer } from "./question.ts";

/** Undefined for what is no library. */
const packages: Record<ScriptPeer, string | undefined> = {
  downhill: "downhill",
  "jax-js": "@jax-js/jax",
  tfjs: "@tensorflow/tfjs-core",
  "wasm-copy": undefined,
};

const peer = process.argv[2] as ScriptPeer;
let makers: Record<string, (data: Data) => Promise<AnyProgram>> = {};
let data: Data = {};
const programs = new Map<string, AnyProgram>();

function readArray({ path, dtype, shape }: DataFile): DataArray {
  const bytes = new Uint8Array(readFileSync(path)).buffer;
  switch (dtype) {
    case "float32":
      return { dtype, shape, values: new Float32Array(bytes) };
    case "float64":
      return { dtype, shape, values: new Float64Array(bytes) };
    case "int32":
      return { dtype, shape, values: new Int32Array(bytes) };
    default:
      throw new Error(`internal: no dtype ${dtype}`);
  }
}

async function programOf(row: string): Promise<AnyProgram> {
  const known = programs.get(row);
  if (known !== undefined) return known;
  const make = makers[row];
  if (make === undefined) throw new Error(`internal: ${peer} has no program ${row}`);
  const made = await make(data);
  programs.set(row, made);
  return made;
}

/** Runs `calls` calls from the start; answers with the state and the seconds that the calls took. */
async function run(program: AnyProgram, calls: number): Promise<{ state: unknown; seconds: number }> {
  let state = await program.start();
  const begin = performance.now();
  for (let index = 0; index < calls; index++) {
    const next = program.step(state, index);
    state = next instanceof Promise ? await next : next;
  }
  await program.settle?.(state);
  return { state, seconds: (performance.now() - begin) / 1000 };
}

type Handlers = { [Op in keyof Requests]: (request: Requests[Op]["ask"]) => Promise<Requests[Op]["answer"]> };

const handlers: Handlers = {
  async version() {
    const name = packages[peer];
    if (name === undefined) return { version: "16 bytes at a time, one thread" };
    const module = (await import(name)) as object;
    if (Object.keys(module).length === 0) throw new Error(`${name} exports nothing yet`);
    const manifest = createRequire(import.meta.url)
      .resolve(name)
      .replace(/(.*\/node_modules\/(@[^/]+\/)?[^/]+|.*\/packages\/downhill)\/.*/, "$1/package.json");
    const version = `${name} ${(JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version}`;
    if (process.env["DOWNHILL_TARGET"] !== "native") return { version };
    const { nativeCompiler } = await import("downhill/native");
    const compiler = nativeCompiler();
    return { version: `${version} with ${compiler.command} ${compiler.version}` };
  },
  open(request) {
    const question = questions.find(({ name }) => name === request.question);
    if (question?.kind !== "program") throw new Error(`internal: no question ${request.question}`);
    makers = question.programs[peer] ?? {};
    const rows = Object.keys(makers);
    if (rows.length > 0) {
      data = Object.fromEntries(Object.entries(request.data).map(([name, file]) => [name, readArray(file)]));
    }
    return Promise.resolve({ rows });
  },
  async prepare({ row }) {
    return { stepsPerCall: (await programOf(row)).stepsPerCall ?? 1 };
  },
  async report({ row, steps }) {
    const program = await programOf(row);
    const { state } = await run(program, Math.max(1, Math.floor(steps / (program.stepsPerCall ?? 1))));
    const numbers = [...(await program.report(state))];
    program.release?.(state);
    return { numbers };
  },
  async run({ row, calls }) {
    const program = await programOf(row);
    const { state, seconds } = await run(program, calls);
    program.release?.(state);
    return { seconds };
  },
};

// Answers alone go to stdout; whatever a library prints goes to stderr.
const answer = process.stdout.write.bind(process.stdout);
console.log = console.info = console.debug = console.error;

for await (const line of createInterface({ input: process.stdin })) {
  const { op, ...request } = JSON.parse(line) as { op: keyof Requests };
  try {
    const handle = handlers[op] as (request: unknown) => Promise<unknown>;
    answer(`${JSON.stringify(await handle(request))}\n`);
  } catch (error) {
    answer(`${JSON.stringify({ error: String(error) })}\n`);
  }
}
process.exit(0); // Some libraries keep workers or timers alive.
