/** Code as a web page gets it: bundled, minified, compressed. */
import { builtinModules, SourceMap } from "node:module";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { type OutputChunk, type Plugin, rolldown } from "rolldown";

export interface BundleOptions {
  /** Export conditions that come before the usual ones. */
  readonly conditions?: readonly string[];
  /** The folder from which `source` imports; this one if left out. */
  readonly folder?: string;
  /** What else is done to the modules. */
  readonly plugins?: readonly Plugin[];
}

/** The minified chunks of a module whose text is `source`, for a browser. */
export async function bundle(
  source: string,
  { conditions = [], folder = import.meta.dirname, plugins = [] }: BundleOptions = {},
): Promise<OutputChunk[]> {
  const entry: Plugin = {
    name: "entry",
    resolveId: (id) => (id === "entry" ? id : undefined),
    load: (id) => (id === "entry" ? source : undefined),
  };
  const build = await rolldown({
    input: "entry",
    platform: "browser",
    external: [/^node:/, ...builtinModules],
    logLevel: "silent",
    cwd: folder,
    resolve: { conditionNames: [...conditions, "import", "browser", "default"] },
    plugins: [entry, ...plugins],
  });
  try {
    const { output } = await build.generate({ dir: folder, format: "esm", minify: true, sourcemap: true });
    return output.filter((file) => file.type === "chunk");
  } finally {
    await build.close();
  }
}

export interface Sizes {
  readonly minified: number;
  readonly gzip: number;
  readonly brotli: number;
}

/** Bytes of chunks, each compressed by itself. */
export function sizesOf(chunks: readonly OutputChunk[]): Sizes {
  const sum = (bytes: (code: string) => number): number =>
    chunks.reduce((total, { code }) => total + bytes(code), 0);
  return {
    minified: sum((code) => Buffer.byteLength(code)),
    gzip: sum((code) => gzipSync(code, { level: 9 }).length),
    brotli: sum((code) => brotliCompressSync(code).length),
  };
}

/** Minified bytes of each module in the chunks, by its path from the folder of the bundle, the largest first. */
export function sharesOf(chunks: readonly OutputChunk[]): [module: string, bytes: number][] {
  const shares = new Map<string, number>();
  for (const { code, map } of chunks) {
    const origins = new SourceMap({ sourceRoot: "", ...map! });
    code.split("\n").forEach((text, line) => {
      for (let column = 0; column < text.length; column++) {
        const entry = origins.findEntry(line, column);
        const module = "originalSource" in entry ? entry.originalSource : "";
        shares.set(module, (shares.get(module) ?? 0) + 1);
      }
    });
  }
  return [...shares].sort(([, a], [, b]) => b - a);
}
