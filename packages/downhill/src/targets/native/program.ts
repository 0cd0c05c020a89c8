/** From the kernels of a program to the text of a C file. */
import {
  type Condition,
  hasParallel,
  placedKernels,
  type PlacedKernel,
  type PlacedStep,
} from "../../compiler/schedule.ts";
import type { BufferUse, Kernel, LoopIndex, Routine } from "../../program/loop.ts";
import { ownBuffers } from "../../program/walk.ts";
import { type Cause, factsOf } from "../shared/facts.ts";
import { emitStretches } from "./loops.ts";
import type { Machine } from "./machine.ts";
import { type Emitter, openScope, type ProgramContext, type Scope } from "./scope.ts";
import { runText, threadText, ticketWords } from "./run-text.ts";
import { emitStatements } from "./statements.ts";
import { constantText, storedType, typeDefinitions, typeName } from "./types.ts";
import { valueText } from "./values.ts";

export interface EmittedProgram {
  /** The text of the C file: a function `run`, and `run_thread` if anything is divided among threads. */
  readonly text: string;
  readonly isParallel: boolean;
  /** Bytes of scratch memory that each thread needs. */
  readonly scratchBytes: number;
}

const align = (bytes: number): number => Math.ceil(bytes / 64) * 64;

const emitterFor = (
  context: ProgramContext,
  kernel: Kernel,
  addressOf: (buffer: BufferUse) => number,
  pointerOf: (buffer: BufferUse) => string,
): Emitter => ({
  context,
  facts: factsOf(kernel, addressOf),
  pointerOf,
  accumulators: new Map(),
  parts: new Map(),
  waiting: new Map(),
  plans: new Map(),
  names: { count: 0 },
  lanes: undefined,
  isUnrolled: false,
  emit: emitStatements,
});

/** The function of a kernel, and the addresses to call it with: each once, since two names must not mean one place. */
const kernelFunction = (
  context: ProgramContext,
  name: string,
  { kernel, addresses }: PlacedKernel,
): { readonly text: string; readonly places: readonly number[] } => {
  const addressOf = (buffer: BufferUse): number => {
    const address = addresses[buffer.position];
    if (address === undefined)
      throw new Error(`internal: kernel ${kernel.name} has no address for its buffer ${buffer.name}`);
    return address;
  };
  const places = [...new Set(kernel.buffers.map(addressOf))];
  const own = ownBuffers(kernel.body);
  const e = emitterFor(context, kernel, addressOf, (buffer) =>
    buffer.own === undefined
      ? `b${String(places.indexOf(addressOf(buffer)))}`
      : `m${String(own.indexOf(buffer))}`,
  );
  const outer = kernel.outer ?? [];
  const changes = new Set<Cause>([...outer, ...kernel.body.flatMap((step) => [...e.facts.changes(step)])]);
  const root = openScope(undefined);
  /** An index from outside is that of a loop which runs once, from the index's value on. */
  const emitWithin = (at: Scope, depth: number): void => {
    const index = outer[depth];
    if (index === undefined) emitStatements(e, at, kernel.body);
    else
      emitStretches(e, at, [{ index, from: `o${String(depth)}` }], changes, [
        { trips: 1, step: 1, body: (scope) => emitWithin(scope, depth + 1) },
      ]);
  };
  emitWithin(root, 0);
  const parameters = [
    ...places.map((_, i) => `char *restrict b${String(i)}`),
    "char *restrict scratch",
    ...outer.map((_, i) => `long o${String(i)}`),
  ];
  const text = [
    `/* ${kernel.name.replaceAll("*/", "")} */`,
    `static __attribute__((noinline)) void ${name}(${parameters.join(", ")}) {`,
    ...own.map(({ dtype, own }, i) => `${storedType[dtype]} m${String(i)}[${String(own)}];`),
    ...root.lines,
    "}",
  ];
  return { text: text.join("\n"), places };
};

const routineFunction = (context: ProgramContext, name: string, routine: Routine): string => {
  const type = (of: Routine["parameters"][number]): string => typeName(context.machine, of, undefined);
  const body: Kernel["body"] = [
    { kind: "declare", accumulator: { name: "", type: routine.result.type }, initial: routine.result },
  ];
  const noBuffers = (): never => {
    throw new Error(`internal: routine ${routine.name} uses a buffer`);
  };
  const e = emitterFor(context, { name: routine.name, buffers: [], access: [], body }, noBuffers, noBuffers);
  const root = openScope(undefined);
  const result = valueText(e, root, routine.result);
  const parameters = routine.parameters.map((of, i) => `${type(of)} p${String(i)}`);
  return [
    `static __attribute__((noinline)) ${type(routine.result.type)} ${name}(${parameters.join(", ")}) {`,
    ...root.lines,
    `return ${result};`,
    "}",
  ].join("\n");
};

/** Places of memory are offsets in the arena below `arenaBytes`; from there on each is a pointer of its own, by its position among `outside`. */
export interface Layout {
  readonly arenaBytes: number;
  readonly outside: readonly number[];
  readonly threads: number;
}

/**
 * A program with `run(at, scratch)`, which runs the steps in order: at[0] is the arena, at[1 + i] what lies outside of it
 * at `outside[i]`. `run_thread(at, scratch, thread, wait, team, tickets)` is what one of the threads does: parts are theirs
 * by tickets, everything else is done by thread 0, and none goes on before all have done a step, for which it calls
 * `wait(team)`. Tickets of each thread's parts are counted every `ticketWords` words of `tickets`; none have been drawn.
 */
export const emitProgram = (
  steps: readonly PlacedStep[],
  layout: Layout,
  machine: Machine,
): EmittedProgram => {
  const kernels = placedKernels(steps);
  const shared: string[] = [];
  const helpers = new Set<string>();
  const routines = new Map<Routine, string>();
  const tables = new Map<readonly (number | bigint)[], Map<string, string>>();
  let tableCount = 0;
  let scratchBytes = 0;
  const context: ProgramContext = {
    machine,
    helper: (name, text) => {
      if (!helpers.has(name)) {
        helpers.add(name);
        // What the text needs is written before it.
        const written = text();
        shared.push(written);
      }
      return name;
    },
    routine: (routine) => {
      let name = routines.get(routine);
      if (name === undefined) {
        name = `r${String(routines.size)}`;
        routines.set(routine, name);
        shared.push(routineFunction(context, name, routine));
      }
      return name;
    },
    table: ({ values, type }) => {
      const byType = tables.get(values) ?? new Map<string, string>();
      tables.set(values, byType);
      let name = byType.get(type);
      if (name === undefined) {
        name = `t${String(tableCount++)}`;
        byType.set(type, name);
        const entries = values.map((value) => constantText({ kind: "constant", type, value }));
        shared.push(
          `static const ${typeName(machine, type, undefined)} ${name}[${String(values.length)}] = {${entries.join(", ")}};`,
        );
      }
      return name;
    },
    scratch: (bytes) => {
      scratchBytes = Math.max(scratchBytes, align(bytes));
      return 0;
    },
  };
  const functions = kernels.map((placed, i) => {
    const name = `k${String(i)}`;
    return { name, ...kernelFunction(context, name, placed) };
  });
  const placeText = (address: number): string => {
    if (address < layout.arenaBytes) return `at[0] + ${String(address)}`;
    const position = layout.outside.indexOf(address);
    if (position < 0) throw new Error("internal: a buffer is neither in the arena nor outside");
    return `at[${String(position + 1)}]`;
  };
  const kernelCall = (placed: PlacedKernel, indices: ReadonlyMap<LoopIndex, string>): string => {
    const { name, places } = functions[kernels.indexOf(placed)]!;
    const outer = (placed.kernel.outer ?? []).map((index) => indices.get(index)!);
    return `${name}(${[...places.map(placeText), "scratch", ...outer].join(", ")});`;
  };
  const conditionText = (
    { where, dtype, at, value }: Condition<number>,
    indices: ReadonlyMap<LoopIndex, string>,
  ): string => {
    const type = dtype === "bool" ? "unsigned char" : "int";
    const terms = at.terms.map(({ loop, stride }) => ` + ${indices.get(loop)!} * ${String(stride)}`);
    const element = `((const ${type} *)(${placeText(where)}))[${String(at.offset)}${terms.join("")}]`;
    return `${element} == ${String(value)}`;
  };
  const isParallel = layout.threads > 1 && hasParallel(steps);
  const text = [
    typeDefinitions(machine),
    ...shared,
    ...functions.map((fn) => fn.text),
    "void run(char *const *at, char *scratch) {",
    ...runText(steps, kernelCall, conditionText),
    "}",
    ...(isParallel
      ? [
          "static inline unsigned draw(unsigned *tickets, long owner) {",
          `return __atomic_fetch_add(tickets + owner * ${String(ticketWords)}, 1, __ATOMIC_RELAXED);`,
          "}",
          "void run_thread(char *const *at, char *scratch, long thread, void (*wait)(void *), void *team, unsigned *tickets) {",
          ...threadText(steps, layout.threads, kernelCall, conditionText),
          "}",
        ]
      : []),
    "",
  ].join("\n");
  return { text, scratchBytes, isParallel };
};
