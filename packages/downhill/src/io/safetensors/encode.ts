/** Tensors to the bytes of a safetensors file. */
import { bytesPerElement, type DType } from "../../tensor/dtype.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { dtypeNames, lengthBytes, maxHeaderBytes, metadataKey, SafetensorsError } from "./format.ts";

export interface EncodeSafetensorsOptions {
  /** Text beside the tensors. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Widest elements first, so that each tensor begins at a multiple of its element's size; the reference's order. */
const order: readonly DType[] = ["float64", "float32", "int32", "bool"];

const refuse = (reason: string): never => {
  throw new SafetensorsError("encodeSafetensors", reason);
};

const requireMetadata = (metadata: Readonly<Record<string, unknown>>): void => {
  for (const [name, value] of Object.entries(metadata))
    if (typeof value !== "string")
      refuse(`metadata ${JSON.stringify(name)} is a ${typeof value}; the format takes text only`);
};

const sorted = (tensors: Readonly<Record<string, Tensor>>): [string, Tensor][] => {
  const entries = Object.entries(tensors);
  for (const [name, value] of entries as [string, unknown][]) {
    if (name === metadataKey) refuse(`no tensor may be called ${metadataKey}`);
    if (!(value instanceof Tensor)) refuse(`${JSON.stringify(name)} is no tensor; write tensor(…)`);
  }
  return entries.sort(
    ([a, { dtype: left }], [b, { dtype: right }]) =>
      order.indexOf(left) - order.indexOf(right) || (a < b ? -1 : 1),
  );
};

/** The header as text, padded with spaces so that the tensors begin at a multiple of 8. */
const headerOf = (entries: readonly [string, Tensor][], metadata: object | undefined): Uint8Array => {
  let offset = 0;
  const described = entries.map(([name, { dtype, shape, size }]) => {
    const begin = offset;
    offset += size * bytesPerElement(dtype);
    return [name, { dtype: dtypeNames[dtype], shape, data_offsets: [begin, offset] }] as const;
  });
  // Members one by one: an object would put names that are whole numbers first.
  const members = [...(metadata === undefined ? [] : [[metadataKey, metadata] as const]), ...described];
  const text = `{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`;
  const bytes = new TextEncoder().encode(text);
  const header = new Uint8Array(Math.ceil(bytes.length / 8) * 8).fill(0x20);
  header.set(bytes);
  if (header.length > maxHeaderBytes)
    refuse(`the header would have ${header.length} bytes; the format allows ${maxHeaderBytes}`);
  return header;
};

/**
 * The bytes of a safetensors file with these tensors: dtypes, shapes and values exactly. Equal tensors and metadata (in
 * the same order) give equal bytes, those of the format's reference implementation.
 *
 * @throws SafetensorsError if a name or the metadata are not such as the format takes.
 */
export const encodeSafetensors = (
  tensors: Readonly<Record<string, Tensor>>,
  { metadata }: EncodeSafetensorsOptions = {},
): Uint8Array => {
  if (metadata !== undefined) requireMetadata(metadata);
  const entries = sorted(tensors);
  const header = headerOf(entries, metadata);
  const parts = entries.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  let position = lengthBytes + header.length;
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, position));
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, lengthBytes);
  for (const part of parts) {
    bytes.set(part, position);
    position += part.length;
  }
  return bytes;
};
