/** What the functions of one module share: options, routines, tables and scratch memory. */
import type { LoopIndex, Routine, Scalar, ScalarType } from "../../program/loop.ts";
import type { ModuleBuilder } from "./binary.ts";

/** Rows and columns of the block of a matrix product that is kept in registers. */
export interface Tile {
  readonly rows: number;
  readonly columns: number;
}

export interface WasmOptions {
  /** Use 128-bit vectors; true unless said otherwise. */
  readonly simd?: boolean;
  /** Use fused multiply-add of relaxed SIMD; false unless said otherwise. */
  readonly relaxed?: boolean;
  /** Keep twelve sums of a product with few columns in vector registers at a time, not eight; as suits the engine unless said otherwise. */
  readonly manySums?: boolean;
  /** The tile for all products, its columns counted in float32; the best for each shape unless given. */
  readonly tile?: Tile;
  /** Threads to divide large kernels among; as many as there are unless said otherwise. */
  readonly threads?: number;
  /** Export each kernel as `kernel0`, `kernel1`, …, for profiling. */
  readonly exportKernels?: boolean;
}

export interface ModuleContext {
  readonly module: ModuleBuilder;
  readonly options: WasmOptions & {
    readonly simd: boolean;
    readonly relaxed: boolean;
    readonly manySums: boolean;
  };
  /** The number of the function that computes a routine. */
  readonly routine: (routine: Routine) => number;
  /** The address of a constant table. */
  readonly table: (values: readonly (number | bigint)[], type: ScalarType) => number;
  /** The address within scratch memory of `bytes` bytes that a kernel may use as it likes while it runs. */
  readonly scratch: (bytes: number) => number;
  /** Numbers to tell indices apart by in keys. */
  readonly numberOf: (index: LoopIndex) => number;
}

export type TableNode = Extract<Scalar, { kind: "table" }>;
