/** The files of the studio's page, as its build made them. */
import { createRequire } from "node:module";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, extname, join, relative, sep } from "node:path";

export interface PageFile {
  readonly path: string;
  readonly type: string;
  /** Whether its name changes with its content, so that it never has to be asked for again. */
  readonly isLasting: boolean;
}

export interface Page {
  /** By the path in the address: there is nothing else to be had. */
  readonly files: ReadonlyMap<string, PageFile>;
  /** What is sent with each of them. */
  readonly headers: Readonly<Record<string, string>>;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
  ".json": "application/json; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
  ".md": "text/plain; charset=utf-8",
};

/** @throws Error if the page has not been built. */
export function studioPage(): Page {
  const root = dirname(createRequire(import.meta.url).resolve("downhill-studio/package.json"));
  const folder = join(root, "dist");
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) =>
    entry.isFile(),
  );
  const files = entries.map((entry): [string, PageFile] => {
    const path = join(entry.parentPath, entry.name);
    const name = `/${relative(folder, path).split(sep).join("/")}`;
    const type = types[extname(name)] ?? "application/octet-stream";
    return [name, { path, type, isLasting: name.startsWith("/assets/") }];
  });
  const byName = new Map(files);
  const index = byName.get("/index.html");
  if (index === undefined) throw new Error("the studio has no index.html: npm run build");
  byName.set("/", index);
  const headers = JSON.parse(readFileSync(join(root, "headers.json"), "utf8")) as Record<string, string>;
  return { files: byName, headers };
}
