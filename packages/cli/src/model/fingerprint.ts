/** What tells the contents of a file from any other. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

export interface Fingerprint {
  readonly bytes: number;
  readonly sha256: string;
}

export function fingerprintOf(contents: Uint8Array): Fingerprint {
  return { bytes: contents.length, sha256: createHash("sha256").update(contents).digest("hex") };
}

/** The same of a file, however large. */
export async function fingerprintOfFile(path: string): Promise<Fingerprint> {
  const hash = createHash("sha256");
  // Pieces of the usual size would take three times as long.
  const file = createReadStream(path, { highWaterMark: 2 ** 20 });
  for await (const bytes of file) hash.update(bytes as Uint8Array);
  return { bytes: file.bytesRead, sha256: hash.digest("hex") };
}
