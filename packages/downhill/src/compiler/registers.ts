/** Values at hand while a kernel is being written. */
import type { Index, Scalar } from "../program/loop.ts";
import type { Atom, Equation, Variable } from "../program/program.ts";
import * as s from "../program/scalar.ts";
import { type KernelBuilder, splatScalar } from "./kernel-builder.ts";
import type { Storage, StorageView } from "./views.ts";

/**
 * The scalars of one kernel: what it computes, and what it has loaded. Computed values are known by their storage and
 * loaded ones by their place, since a variable and its reshaped views are the same elements.
 */
export class Registers {
  private readonly builder: KernelBuilder;
  private readonly own = new Set<Storage>();
  private readonly computed = new Map<Storage, Scalar>();
  private loaded = new Map<Storage, Map<string, Scalar>>();

  constructor(builder: KernelBuilder, equations: readonly Equation[]) {
    this.builder = builder;
    for (const { outputs } of equations) for (const output of outputs) this.own.add(this.storageOf(output));
  }

  private storageOf(variable: Variable): Storage {
    const view = this.builder.viewOf(variable);
    if (view.kind === "splat") throw new Error("internal: a result that is one number is not computed");
    return view.storage;
  }

  /** Whether the kernel itself computes this operand. */
  computes(atom: Atom): boolean {
    const view = this.builder.viewOf(atom);
    return view.kind === "view" && this.own.has(view.storage);
  }

  set(variable: Variable, value: Scalar): void {
    this.computed.set(this.storageOf(variable), value);
  }

  get(variable: Variable): Scalar {
    const value = this.computed.get(this.storageOf(variable));
    if (value === undefined) throw new Error("internal: a value is used before the kernel has computed it");
    return value;
  }

  /** An operand: computed by this kernel, or loaded (once) from where `indexOf` says. */
  read(atom: Atom, indexOf: (view: StorageView) => Index): Scalar {
    const view = this.builder.viewOf(atom);
    if (view.kind === "splat") return splatScalar(view);
    if (this.own.has(view.storage)) return this.get(atom as Variable);
    const at = indexOf(view);
    const place = `${at.offset} ${at.terms.map(({ loop, stride }) => `${loop.name} ${stride}`).join(" ")}`;
    const loads = this.loaded.get(view.storage) ?? new Map<string, Scalar>();
    this.loaded.set(view.storage, loads);
    const known = loads.get(place);
    if (known !== undefined) return known;
    const { storage } = view;
    const buffer = this.builder.buffer(storage, "read");
    const load: Scalar = { kind: "load", type: s.scalarOf(storage.dtype), buffer, at };
    loads.set(place, load);
    return load;
  }

  /** Leaves the loops in which values were loaded: they are others from here on. */
  forgetLoads(): void {
    this.loaded = new Map();
  }
}
