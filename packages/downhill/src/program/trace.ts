/**
 * Tracing: running a JavaScript function on stand-ins that write down each operation, which makes a Program of it.
 *
 * While a trace is open every operation is recorded in it, also one whose operands are all known. A trace that
 * was opened on known arguments can still tell the value of any tensor in it (JavaScript control flow works): the
 * recorded equations are then evaluated one by one, once each, when a value is asked for.
 */
import { TraceError } from "../tensor/errors.ts";
import { ConcreteTensor, literal, Tensor, type TensorType } from "../tensor/tensor.ts";
import type { Params, Primitive } from "./primitive.ts";
import { type Atom, type Equation, type Program, variableLike, type Variable } from "./program.ts";
import { asCopyOf, noteLine } from "./source-lines.ts";

class Trace {
  readonly purpose: string;
  readonly parent: Trace | undefined;
  readonly equations: Equation[] = [];
  /** Tensors from outside that the function uses, with the variables that stand for them. */
  readonly captured = new Map<Tensor, Variable>();
  /** Values of inputs and captured tensors; no entry where there is none. */
  readonly sources = new Map<Variable, Tensor>();
  readonly definitions = new Map<Variable, Equation>();
  readonly known = new Map<Variable, ConcreteTensor>();
  open = true;

  constructor(purpose: string, parent: Trace | undefined) {
    this.purpose = purpose;
    this.parent = parent;
  }

  atomOf(tensor: Tensor): Atom {
    if (tensor instanceof Tracer && tensor.trace === this) return tensor.atom;
    if (tensor instanceof ConcreteTensor && tensor.literal)
      return { kind: "literal", shape: [], dtype: tensor.dtype, value: tensor.values[0]! };
    if (tensor instanceof Tracer && !tensor.trace.open) throw new TraceError(leaked(tensor));
    let standIn = this.captured.get(tensor);
    if (standIn === undefined) {
      standIn = variableLike(tensor);
      this.captured.set(tensor, standIn);
      this.sources.set(standIn, tensor);
    }
    return standIn;
  }

  record(primitive: Primitive, inputs: readonly Tensor[], params: Params): Tensor[] {
    const outputs = primitive.types(inputs, params).map(variableLike);
    const equation: Equation = {
      primitive,
      inputs: inputs.map((input) => this.atomOf(input)),
      params,
      outputs,
    };
    this.equations.push(equation);
    noteLine(equation);
    for (const output of outputs) this.definitions.set(output, equation);
    return outputs.map((output) => new Tracer(this, output));
  }

  /** The value of an atom, computing whatever it depends on; without recursion, since graphs may be deep. */
  valueOf(atom: Atom, asked: string): ConcreteTensor {
    if (atom.kind === "literal") return literal(atom.value, atom.dtype);
    const pending: Variable[] = [atom];
    while (pending.length > 0) {
      const wanted = pending.at(-1)!;
      if (this.known.has(wanted)) {
        pending.pop();
        continue;
      }
      const equation = this.definitions.get(wanted);
      if (equation === undefined) {
        const source = this.sources.get(wanted);
        if (source === undefined) throw new TraceError(noValue(asked, this.purpose));
        this.known.set(wanted, source.concrete(asked));
        pending.pop();
        continue;
      }
      const missing = equation.inputs.filter(
        (input): input is Variable => input.kind === "variable" && !this.known.has(input),
      );
      if (missing.length > 0) {
        pending.push(...missing);
        continue;
      }
      const inputs = equation.inputs.map((input) =>
        input.kind === "literal" ? literal(input.value, input.dtype) : this.known.get(input)!,
      );
      const values = executor.operation(equation.primitive, inputs, equation.params);
      equation.outputs.forEach((output, position) => this.known.set(output, values[position]!));
      pending.pop();
    }
    return this.known.get(atom)!;
  }
}

/** A tensor that stands for a value of the function being traced. */
class Tracer extends Tensor {
  readonly trace: Trace;
  readonly atom: Atom;

  constructor(trace: Trace, atom: Atom) {
    super(atom.shape, atom.dtype);
    this.trace = trace;
    this.atom = atom;
  }

  override concrete(asked: string): ConcreteTensor {
    if (!this.trace.open) throw new TraceError(leaked(this));
    return this.trace.valueOf(this.atom, asked);
  }

  override toString(): string {
    return `Traced(${super.toString()} in ${this.trace.purpose})`;
  }
}

const noValue = (asked: string, purpose: string): string =>
  `${asked}: this tensor has no value while ${purpose} traces the function: the trace must hold for every value\n` +
  "  to choose between values write where(condition, a, b) instead of if; for a fixed number of steps a JavaScript\n" +
  "  loop works as it is; otherwise read the value outside, before or after the traced call";

const leaked = (tensor: Tensor): string =>
  `${tensor.toString()} outlived the call that traced it: it was kept in a variable outside the function\n` +
  "  return the value from the function instead of storing it outside";

let current: Trace | undefined;

/** How operations and programs outside of any trace are carried out. */
export interface Executor {
  operation(primitive: Primitive, inputs: readonly ConcreteTensor[], params: Params): ConcreteTensor[];
  program(program: Program, inputs: readonly ConcreteTensor[]): ConcreteTensor[];
  /** Makes a program ready to be run many times. */
  compile(program: Program): CompiledProgram;
  /** Makes a program ready to be run now and then: what has little to do is sooner done than compiled. */
  prepare(program: Program): CompiledProgram;
}

export type CompiledProgram = (inputs: readonly ConcreteTensor[]) => ConcreteTensor[];

/** Runs equations one by one with their plain evaluation rules: the oracle. */
export const interpreter: Executor = {
  operation: (primitive, inputs, params) =>
    primitive.evaluate(inputs, params, primitive.types(inputs, params)),
  program: (program, inputs) => evaluateProgram(program, inputs),
  compile: (program) => (inputs) => evaluateProgram(program, inputs),
  prepare: (program) => interpreter.compile(program),
};

/** From so many milliseconds on it is worth saying that there is a compiler. */
const long = 250;

let isSaid = false;

/** Runs the interpreter, and says once that something faster is to be had. */
const patiently = <T>(run: () => T): T => {
  if (isSaid) return run();
  const start = performance.now();
  const result = run();
  const seconds = (performance.now() - start) / 1000;
  if (seconds * 1000 >= long) {
    isSaid = true;
    const { console } = globalThis as { console?: { info(message: string): void } };
    console?.info(
      `downhill: ${seconds.toFixed(2)} s of plain JavaScript for one call, since nothing here compiles\n` +
        '  use jit, or call setTarget("wasm"): either brings the compiler into the bundle, and everything is compiled then',
    );
  }
  return result;
};

/** What runs where no target was installed: in a bundle that has none. */
const untargeted: Executor = {
  operation: (...call) => patiently(() => interpreter.operation(...call)),
  program: (...call) => patiently(() => interpreter.program(...call)),
  compile: (program) => (inputs) => untargeted.program(program, inputs),
  prepare: (program) => untargeted.compile(program),
};

let executor = untargeted;

/** The executor in force. */
export const currentExecutor = (): Executor => executor;

/** Replaces how operations outside of traces run; the interpreter is what runs when nothing was installed. */
export const installExecutor = (replacement: Executor): void => {
  executor = replacement;
};

const concreteInputs = (inputs: readonly Tensor[]): ConcreteTensor[] =>
  inputs.map((input) => {
    if (input instanceof ConcreteTensor) return input;
    throw new TraceError(leaked(input));
  });

/** Carries out an operation: records it in the open trace, or runs it if there is none. */
export const bind = (primitive: Primitive, inputs: readonly Tensor[], params: Params = {}): Tensor[] =>
  current === undefined
    ? executor.operation(primitive, concreteInputs(inputs), params)
    : current.record(primitive, inputs, params);

/** `bind` for an operation with one result. */
export const bindOne = (primitive: Primitive, inputs: readonly Tensor[], params: Params = {}): Tensor =>
  bind(primitive, inputs, params)[0]!;

/** Runs a program's equations one by one. */
const runEquations = (
  program: Program,
  inputs: readonly Tensor[],
  run: (equation: Equation, operands: readonly Tensor[]) => readonly Tensor[],
): Tensor[] => {
  if (inputs.length !== program.inputs.length)
    throw new Error(`internal: ${inputs.length} inputs for a program of ${program.inputs.length}`);
  const values = new Map<Variable, Tensor>();
  program.inputs.forEach((input, position) => values.set(input, inputs[position]!));
  const read = readerOf(values);
  for (const equation of program.equations)
    run(equation, equation.inputs.map(read)).forEach((value, position) =>
      values.set(equation.outputs[position]!, value),
    );
  return program.outputs.map(read);
};

/** The program's values by the plain evaluation rules of its primitives, whether a trace is open or not. */
export const evaluateProgram = (program: Program, inputs: readonly ConcreteTensor[]): ConcreteTensor[] =>
  runEquations(program, inputs, ({ primitive, params, outputs }, operands) =>
    primitive.evaluate(operands as readonly ConcreteTensor[], params, outputs),
  ) as ConcreteTensor[];

/** Runs a program's equations one by one through `bind`: inside a trace this inlines the program. */
export const interpret = (program: Program, inputs: readonly Tensor[]): Tensor[] =>
  current === undefined
    ? evaluateProgram(program, inputs as readonly ConcreteTensor[])
    : runEquations(program, inputs, (equation, operands) =>
        asCopyOf(equation, () => bind(equation.primitive, operands, equation.params)),
      );

/** Looks atoms up in an environment; literals stand for themselves. */
export const readerOf =
  (values: ReadonlyMap<Variable, Tensor>) =>
  (atom: Atom): Tensor => {
    if (atom.kind === "literal") return literal(atom.value, atom.dtype);
    const value = values.get(atom);
    if (value === undefined) throw new Error("internal: a variable is used before its equation");
    return value;
  };

/** Applies a program to tensors: inlined into the open trace, or run as one unit if there is none. */
export const applyProgram = (program: Program, inputs: readonly Tensor[]): Tensor[] =>
  current === undefined ? executor.program(program, concreteInputs(inputs)) : interpret(program, inputs);

/** A traced function: `captured` are the tensors to pass for the program's leading inputs. */
export interface Traced {
  readonly program: Program;
  readonly captured: readonly Tensor[];
}

/**
 * Traces `body` on stand-ins of the given types.
 *
 * @param purpose the transform that traces, for messages: `jit`.
 * @param values values of the inputs where they are known, which makes `item()` work inside.
 */
export const traceProgram = (
  purpose: string,
  types: readonly TensorType[],
  body: (inputs: Tensor[]) => readonly Tensor[],
  values?: readonly Tensor[],
): Traced => {
  const trace = new Trace(purpose, current);
  const inputs = types.map(variableLike);
  if (values !== undefined) inputs.forEach((input, position) => trace.sources.set(input, values[position]!));
  current = trace;
  try {
    const results = body(inputs.map((input) => new Tracer(trace, input)));
    const outputs = results.map((result) => trace.atomOf(result));
    return {
      program: { inputs: [...trace.captured.values(), ...inputs], equations: trace.equations, outputs },
      captured: [...trace.captured.keys()],
    };
  } finally {
    current = trace.parent;
    trace.open = false;
  }
};

/** A program written by `body`, which must use nothing but its inputs. */
export const buildProgram = (
  purpose: string,
  types: readonly TensorType[],
  body: (inputs: Tensor[]) => readonly Tensor[],
): Program => {
  const { program, captured } = traceProgram(purpose, types, body);
  if (captured.length > 0) throw new Error(`internal: ${purpose} captured ${captured.length} tensors`);
  return program;
};

/** The atom behind a tensor of the trace now open; transforms that split programs need it. */
export const atomOf = (tensor: Tensor): Atom => {
  if (current === undefined) throw new Error("internal: no trace is open");
  return current.atomOf(tensor);
};

/** The equations of the trace now open, so far. */
export const recorded = (): readonly Equation[] => current?.equations ?? [];

/**
 * The values of tensors, if all are known: of concrete ones, and inside a trace of those that the arguments' values
 * determine.
 */
export const knownValues = (tensors: readonly Tensor[], asked: string): ConcreteTensor[] | undefined => {
  try {
    return tensors.map((tensor) => tensor.concrete(asked));
  } catch (error) {
    if (error instanceof TraceError) return undefined;
    throw error;
  }
};

/** Calls `body` as if no trace were open: it must use nothing traced, and what it returns is constant in the trace. */
export const outsideOfTraces = <T>(body: () => T): T => {
  const before = current;
  current = undefined;
  try {
    return body();
  } finally {
    current = before;
  }
};

/** Whether a function is being traced. */
export const isTracing = (): boolean => current !== undefined;
