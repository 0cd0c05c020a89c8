/** The binary format of a module: types, an imported memory and arena, functions, exports and data. */
import { ByteWriter } from "./bytes.ts";
import { type FunctionBuilder, globals, type ValueType, valueTypeCodes } from "./code.ts";

const sections = { type: 1, import: 2, function: 3, export: 7, code: 10, data: 11, dataCount: 12 } as const;

/** "\0asm" and version 1. */
const header = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);

/** The module's imports: the memory, and the addresses in it where the arena and the thread's scratch memory begin. */
export interface Imports {
  readonly downhill: {
    readonly memory: WebAssembly.Memory;
    readonly arena: number;
    readonly scratch: number;
  };
}

/** What 32-bit addresses reach, in pages. */
export const mostPages = 65_536;

const importModule = "downhill" satisfies keyof Imports;
type ImportName = keyof Imports[typeof importModule];

const writeTypes = (bytes: ByteWriter, types: readonly ValueType[]): void => {
  bytes.unsigned(types.length);
  for (const type of types) bytes.byte(valueTypeCodes[type]);
};

/** A module under construction. */
export class ModuleBuilder {
  readonly #isShared: boolean;
  readonly #types: string[] = [];
  readonly #typeBytes = new ByteWriter();
  readonly #functions: { readonly type: number; readonly fn: FunctionBuilder }[] = [];
  readonly #exports: { readonly name: string; readonly index: number }[] = [];
  readonly #segments: Uint8Array[] = [];
  readonly #shared = new Map<unknown, number>();

  /** @param isShared whether the memory is one that threads share */
  constructor(isShared = false) {
    this.#isShared = isShared;
  }

  /** Adds a function and returns its number; its code may be completed later. */
  add(fn: FunctionBuilder): number {
    this.#functions.push({ type: this.#typeOf(fn.parameters, fn.results), fn });
    return this.#functions.length - 1;
  }

  /** The number of the function known under `key`, built at the first call. */
  shared(key: unknown, build: () => FunctionBuilder): number {
    const known = this.#shared.get(key);
    if (known !== undefined) return known;
    const index = this.add(build());
    this.#shared.set(key, index);
    return index;
  }

  export(name: string, index: number): void {
    this.#exports.push({ name, index });
  }

  /** Adds a passive data segment and returns its number. */
  segment(content: Uint8Array): number {
    this.#segments.push(content);
    return this.#segments.length - 1;
  }

  encode(): Uint8Array<ArrayBuffer> {
    const bytes = new ByteWriter().write(header);
    const section = (id: number, fill: (content: ByteWriter) => void): void => {
      const content = new ByteWriter();
      fill(content);
      bytes.byte(id).unsigned(content.length).append(content);
    };
    section(sections.type, (content) => {
      content.unsigned(this.#types.length).append(this.#typeBytes);
    });
    section(sections.import, (content) => {
      content.unsigned(1 + Object.keys(globals).length);
      content
        .name(importModule)
        .name("memory" satisfies ImportName)
        .byte(0x02);
      // At least 0 pages; one that is shared must state the most it may have.
      if (this.#isShared) content.byte(0x03).unsigned(0).unsigned(mostPages);
      else content.byte(0x00).unsigned(0);
      // Immutable globals, in the order of their numbers.
      for (const name of Object.keys(globals) as (keyof typeof globals & ImportName)[])
        content.name(importModule).name(name).byte(0x03).byte(valueTypeCodes.i32).byte(0x00);
    });
    section(sections.function, (content) => {
      content.unsigned(this.#functions.length);
      for (const { type } of this.#functions) content.unsigned(type);
    });
    section(sections.export, (content) => {
      content.unsigned(this.#exports.length);
      for (const { name, index } of this.#exports) content.name(name).byte(0x00).unsigned(index);
    });
    if (this.#segments.length > 0)
      section(sections.dataCount, (content) => {
        content.unsigned(this.#segments.length);
      });
    section(sections.code, (content) => {
      content.unsigned(this.#functions.length);
      for (const { fn } of this.#functions) fn.encodeInto(content);
    });
    if (this.#segments.length > 0)
      section(sections.data, (content) => {
        content.unsigned(this.#segments.length);
        for (const segment of this.#segments) content.byte(0x01).unsigned(segment.length).write(segment);
      });
    return bytes.content();
  }

  #typeOf(parameters: readonly ValueType[], results: readonly ValueType[]): number {
    const key = `${parameters.join()}>${results.join()}`;
    const known = this.#types.indexOf(key);
    if (known >= 0) return known;
    this.#typeBytes.byte(0x60);
    writeTypes(this.#typeBytes, parameters);
    writeTypes(this.#typeBytes, results);
    return this.#types.push(key) - 1;
  }
}
