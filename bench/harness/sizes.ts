/** Bundles, minifies and compresses, as a web page would get the code. */
import { builtinModules } from "node:module";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import type { SizeQuestion } from "./question.ts";
import type { Result, Row } from "./result.ts";

export async function measureSizes(
  question: SizeQuestion,
  isPresent: (peer: string) => boolean,
): Promise<Omit<Result, "verdicts">> {
  const rows: Row[] = [];
  const failures: { name: string; reason: string }[] = [];
  for (const [name, { peer, source }] of Object.entries(question.modules)) {
    if (!isPresent(peer)) continue;
    try {
      const code = await bundle(source);
      const gzip = code.reduce((sum, chunk) => sum + gzipSync(chunk, { level: 9 }).length, 0);
      const brotli = code.reduce((sum, chunk) => sum + brotliCompressSync(chunk).length, 0);
      const minified = code.reduce((sum, chunk) => sum + Buffer.byteLength(chunk), 0);
      const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
      rows.push({
        name,
        samples: [gzip],
        note: `minified ${kilobytes(minified)}, brotli ${kilobytes(brotli)}`,
      });
    } catch (error) {
      failures.push({ name, reason: (error as Error).message });
    }
  }
  return { question: question.name, title: question.title, unit: "bytes", rows, failures, disagreements: [] };
}

/** The minified chunks of everything that `source` exports, for a browser. */
async function bundle(source: string): Promise<string[]> {
  const entry = "\0entry";
  const build = await rolldown({
    input: entry,
    platform: "browser",
    external: [/^node:/, ...builtinModules],
    logLevel: "silent",
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === entry ? entry : undefined),
        load: (id) => (id === entry ? source : undefined),
      },
    ],
  });
  try {
    const { output } = await build.generate({ format: "esm", minify: true });
    return output.flatMap((file) => (file.type === "chunk" ? [file.code] : []));
  } finally {
    await build.close();
  }
}
