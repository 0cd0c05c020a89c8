/** The binary format of a module: types, one imported memory, functions, exports and data. */
import { type FunctionBuilder, pushUnsigned, type ValueType, valueTypeCodes } from "./code.ts";

const sections = { type: 1, import: 2, function: 3, export: 7, code: 10, data: 11, dataCount: 12 } as const;

const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** How the memory is named among the module's imports. */
export const memoryImport = { module: "downhill", name: "memory" } as const;

const pushName = (bytes: number[], name: string): void => {
  const text = new TextEncoder().encode(name);
  pushUnsigned(bytes, text.length);
  bytes.push(...text);
};

const pushTypes = (bytes: number[], types: readonly ValueType[]): void => {
  pushUnsigned(bytes, types.length);
  for (const type of types) bytes.push(valueTypeCodes[type]);
};

/** A module under construction. */
export class ModuleBuilder {
  readonly #types: string[] = [];
  readonly #typeBytes: number[][] = [];
  readonly #functions: { readonly type: number; readonly body: () => number[] }[] = [];
  readonly #exports: { readonly name: string; readonly index: number }[] = [];
  readonly #segments: Uint8Array[] = [];
  readonly #shared = new Map<unknown, number>();

  /** Adds a function and returns its number; its code may be completed later. */
  add(fn: FunctionBuilder): number {
    this.#functions.push({ type: this.#typeOf(fn.parameters, fn.results), body: () => fn.encode() });
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

  encode(): Uint8Array {
    const bytes = [...header];
    const section = (id: number, fill: (content: number[]) => void): void => {
      const content: number[] = [];
      fill(content);
      bytes.push(id);
      pushUnsigned(bytes, content.length);
      for (const byte of content) bytes.push(byte);
    };
    section(sections.type, (content) => {
      pushUnsigned(content, this.#typeBytes.length);
      for (const type of this.#typeBytes) content.push(...type);
    });
    section(sections.import, (content) => {
      content.push(1);
      pushName(content, memoryImport.module);
      pushName(content, memoryImport.name);
      // a memory of at least 0 pages
      content.push(0x02, 0x00, 0x00);
    });
    section(sections.function, (content) => {
      pushUnsigned(content, this.#functions.length);
      for (const { type } of this.#functions) pushUnsigned(content, type);
    });
    section(sections.export, (content) => {
      pushUnsigned(content, this.#exports.length);
      for (const { name, index } of this.#exports) {
        pushName(content, name);
        content.push(0x00);
        pushUnsigned(content, index);
      }
    });
    if (this.#segments.length > 0)
      section(sections.dataCount, (content) => {
        pushUnsigned(content, this.#segments.length);
      });
    section(sections.code, (content) => {
      pushUnsigned(content, this.#functions.length);
      for (const { body } of this.#functions) {
        const code = body();
        pushUnsigned(content, code.length);
        for (const byte of code) content.push(byte);
      }
    });
    if (this.#segments.length > 0)
      section(sections.data, (content) => {
        pushUnsigned(content, this.#segments.length);
        for (const segment of this.#segments) {
          content.push(0x01);
          pushUnsigned(content, segment.length);
          for (const byte of segment) content.push(byte);
        }
      });
    return new Uint8Array(bytes);
  }

  #typeOf(parameters: readonly ValueType[], results: readonly ValueType[]): number {
    const key = `${parameters.join()}>${results.join()}`;
    const known = this.#types.indexOf(key);
    if (known >= 0) return known;
    const bytes = [0x60];
    pushTypes(bytes, parameters);
    pushTypes(bytes, results);
    this.#typeBytes.push(bytes);
    return this.#types.push(key) - 1;
  }
}
