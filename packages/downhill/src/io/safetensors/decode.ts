/** The bytes of a safetensors file to tensors. */
import { wrap } from "../../tensor/create.ts";
import { allocate, bytesPerElement, type DType } from "../../tensor/dtype.ts";
import { formatShape, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { dtypeNames, lengthBytes, maxHeaderBytes, metadataKey, SafetensorsError } from "./format.ts";
import { repeatedKey } from "./repeated-key.ts";

/** What a safetensors file holds. */
export interface Safetensors {
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** Text beside the tensors; empty if there is none. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** What the header says of a tensor. Offsets count from the end of the header. */
interface Entry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

const refuse = (reason: string, cause?: unknown): never => {
  throw new SafetensorsError("decodeSafetensors", reason, cause === undefined ? undefined : { cause });
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);

const dtypes = new Map(Object.entries(dtypeNames).map(([dtype, name]) => [name, dtype as DType]));

/** How many bytes the header has. */
const headerLength = (bytes: Uint8Array): number => {
  if (bytes.length < lengthBytes)
    refuse(
      `${bytes.length} bytes are too few: a file begins with ${lengthBytes} that give its header's length`,
    );
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(maxHeaderBytes))
    refuse(
      `the header would have ${length} bytes, more than the ${maxHeaderBytes} allowed; this is no safetensors file`,
    );
  if (length > BigInt(bytes.length - lengthBytes))
    refuse(
      `the header should have ${length} bytes, but only ${bytes.length - lengthBytes} follow; the file is cut short`,
    );
  return Number(length);
};

const parseHeader = (bytes: Uint8Array): Record<string, unknown> => {
  if (bytes[0] !== 0x7b) refuse("the header does not begin with {; this is no safetensors file");
  let header: unknown;
  let text = "";
  try {
    // A copy: browsers do not decode shared memory.
    text = new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(bytes));
    header = JSON.parse(text);
  } catch (cause) {
    refuse(`the header is no JSON: ${(cause as Error).message}`, cause);
  }
  const twice = repeatedKey(text);
  if (twice !== undefined) refuse(`the header has the key ${JSON.stringify(twice)} twice`);
  // It begins with {.
  return header as Record<string, unknown>;
};

const metadataOf = (value: unknown): Record<string, string> => {
  if (value === undefined) return {};
  if (!isRecord(value)) return refuse(`${metadataKey} is no object`);
  const odd = Object.keys(value).find((name) => typeof value[name] !== "string");
  if (odd !== undefined) refuse(`the metadata ${JSON.stringify(odd)} is no text`);
  return value as Record<string, string>;
};

const entryOf = (name: string, value: unknown): Entry => {
  const shown = `tensor ${JSON.stringify(name)}`;
  if (!isRecord(value)) return refuse(`${shown} is not described by an object`);
  const { dtype: dtypeName, shape, data_offsets: offsets } = value;
  const dtype = dtypes.get(dtypeName as string);
  if (dtype === undefined)
    return refuse(
      `${shown} has dtype ${JSON.stringify(dtypeName) ?? "missing"}; ` +
        `those that can be read are ${[...dtypes.keys()].join(", ")}`,
    );
  if (!isCounts(shape))
    return refuse(`${shown} has shape ${JSON.stringify(shape) ?? "missing"}; a shape is a list of counts`);
  if (!isCounts(offsets) || offsets.length !== 2)
    return refuse(
      `${shown} has data_offsets ${JSON.stringify(offsets) ?? "missing"}; they are two counts, begin and end`,
    );
  const [begin, end] = offsets as [number, number];
  const needed = sizeOf(shape) * bytesPerElement(dtype);
  if (end - begin !== needed)
    refuse(
      `${shown} has ${end - begin} bytes (data_offsets ${begin} … ${end}), ` +
        `but ${String(dtypeName)}${formatShape(shape)} takes ${needed}`,
    );
  return { name, dtype, shape, begin, end };
};

/** The tensors must fill the rest of the file one after another, without holes and without sharing bytes. */
const requireTiling = (entries: readonly Entry[], available: number): void => {
  let position = 0;
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== position)
      refuse(
        `tensor ${JSON.stringify(name)} begins at ${begin}, ` +
          (begin < position
            ? `inside another one that ends at ${position}`
            : `but the one before it ends at ${position}: there is a hole`),
      );
    position = end;
  }
  if (position > available)
    refuse(
      `the tensors take ${position} bytes, but only ${available} follow the header; the file is cut short`,
    );
  if (position < available) refuse(`${available - position} bytes follow the last tensor`);
};

/** The values of an entry in memory of their own: in the file they need not be aligned. */
const valuesOf = (data: Uint8Array, { name, dtype, shape, begin, end }: Entry): Tensor => {
  const values = allocate(dtype, sizeOf(shape));
  new Uint8Array(values.buffer).set(data.subarray(begin, end));
  if (dtype === "bool") {
    const position = values.findIndex((value) => value > 1);
    if (position >= 0)
      refuse(
        `tensor ${JSON.stringify(name)} is of BOOL, but its element ${position} is ${values[position]!}, not 0 or 1`,
      );
  }
  return wrap(values, shape, dtype);
};

/**
 * The tensors and the metadata of a safetensors file. Tensors have memory of their own.
 *
 * @throws SafetensorsError if the bytes are not such a file as the format describes, whole and without anything that two
 *   readers could understand differently; or if a dtype is none of F64, F32, I32 and BOOL.
 */
export const decodeSafetensors = (bytes: Uint8Array): Safetensors => {
  const dataStart = lengthBytes + headerLength(bytes);
  const header = parseHeader(bytes.subarray(lengthBytes, dataStart));
  const metadata = metadataOf(Object.hasOwn(header, metadataKey) ? header[metadataKey] : undefined);
  const entries = Object.entries(header)
    .filter(([name]) => name !== metadataKey)
    .map(([name, value]) => entryOf(name, value));
  const data = bytes.subarray(dataStart);
  requireTiling(entries, data.length);
  return {
    tensors: Object.fromEntries(entries.map((entry) => [entry.name, valuesOf(data, entry)])),
    metadata,
  };
};
