/** Which bytes a model was trained on. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";

export interface Fingerprint {
  readonly bytes: number;
  readonly sha256: string;
}

export async function fingerprintOf(path: string): Promise<Fingerprint> {
  const hash = createHash("sha256");
  const file = createReadStream(path);
  await pipeline(file, hash);
  return { bytes: file.bytesRead, sha256: hash.digest("hex") };
}
