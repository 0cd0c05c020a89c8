import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import type * as Zlib from "node:zlib";

/** What unpacks gzip; few tables are packed. */
const unpacking = (): Promise<typeof Zlib> => import("node:zlib");

/** Encodings that DuckDB reads, by its names for them. */
export type Encoding = "utf-8" | "utf-16" | "latin-1";

const decoderLabels = { "utf-8": "utf-8", "utf-16": "utf-16le", "latin-1": "windows-1252" } as const;

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** At once, without turns that wait behind modules that load. */
function readBytes(path: string, length: number): Uint8Array {
  const file = openSync(path, "r");
  try {
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, readSync(file, bytes, 0, length, 0));
  } finally {
    closeSync(file);
  }
}

/** The beginning of a file. */
export interface Head {
  readonly bytes: Uint8Array;
  /** Whether that is all of it. */
  readonly isWhole: boolean;
  readonly isPacked: boolean;
}

async function unpackedHead(packed: Uint8Array): Promise<Uint8Array> {
  const { gunzipSync, constants } = await unpacking();
  // The head of a gzip stream ends in the middle of a block, which is no fault here.
  return gunzipSync(packed, { finishFlush: constants.Z_SYNC_FLUSH });
}

/** What the first `length` bytes of the file hold, unpacked if packed with gzip. */
export async function readHead(path: string, length: number): Promise<Head> {
  const read = readBytes(path, length);
  const isPacked = isGzip(read);
  const bytes = isPacked ? await unpackedHead(read) : read;
  return { bytes, isWhole: read.length < length, isPacked };
}

/** Text of `bytes`; a character cut off at the end is left out, invalid bytes become U+FFFD. */
export function decodeHead(bytes: Uint8Array, encoding: Encoding): string {
  return new TextDecoder(decoderLabels[encoding]).decode(bytes, { stream: true });
}

/** The text of the file, piece by piece. */
export async function* readText(path: string, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(decoderLabels[encoding]);
  const isPacked = isGzip(readBytes(path, 2));
  const file = createReadStream(path);
  const stream = isPacked ? file.pipe((await unpacking()).createGunzip()) : file;
  for await (const bytes of stream) {
    yield decoder.decode(bytes as Uint8Array, { stream: true });
  }
  yield decoder.decode();
}
