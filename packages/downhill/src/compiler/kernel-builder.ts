/** What the lowerings of all forms of groups share. */
import type { BufferUse, Scalar, Statement } from "../program/loop.ts";
import type { Atom, Variable } from "../program/program.ts";
import * as s from "../program/scalar.ts";
import type { FusedProgram } from "./groups.ts";
import type { LoweredKernel } from "./schedule.ts";
import type { Storage, StorageView, View } from "./views.ts";

/** Builds one kernel: keeps its buffers, and the scalars that stand for variables. */
export class KernelBuilder {
  readonly fused: FusedProgram;
  private readonly buffers = new Map<Storage, BufferUse>();
  private readonly access = new Map<Storage, "read" | "write" | "readwrite">();

  constructor(fused: FusedProgram) {
    this.fused = fused;
  }

  viewOf(atom: Atom): View {
    if (atom.kind === "literal") return { kind: "splat", dtype: atom.dtype, value: atom.value, shape: [] };
    const view = this.fused.views.get(atom);
    if (view === undefined) throw new Error("internal: a variable has no view");
    return view;
  }

  /** The storage that an equation's result would be written to, if anyone needs it in memory. */
  storedView(variable: Variable): StorageView | undefined {
    const view = this.viewOf(variable);
    return view.kind === "view" && this.fused.stored.has(view.storage) ? view : undefined;
  }

  buffer(storage: Storage, access: "read" | "write" | "readwrite"): BufferUse {
    let buffer = this.buffers.get(storage);
    if (buffer === undefined) {
      buffer = { name: storage.name, dtype: storage.dtype, position: this.buffers.size };
      this.buffers.set(storage, buffer);
      this.access.set(storage, access);
    } else if (this.access.get(storage) !== access) this.access.set(storage, "readwrite");
    return buffer;
  }

  storageAt(position: number): Storage {
    const storage = [...this.buffers.keys()][position];
    if (storage === undefined) throw new Error(`internal: no buffer ${String(position)}`);
    return storage;
  }

  finish(name: string, body: readonly Statement[], reusable: LoweredKernel["reusable"] = []): LoweredKernel {
    return {
      kernel: { name, buffers: [...this.buffers.values()], access: [...this.access.values()], body },
      storages: [...this.buffers.keys()],
      reusable,
    };
  }
}

/** A splat as loop code. */
export const splatScalar = (view: View & { kind: "splat" }): Scalar =>
  s.constant(s.scalarOf(view.dtype), view.value);
