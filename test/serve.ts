/** A web server for tests in a browser. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Texts by their paths, which tell their types. */
export type Site = Readonly<Record<string, string>>;

export interface Served {
  /** Where it is, without a slash at the end. */
  readonly origin: string;
  close(): Promise<void>;
}

export interface ServeOptions {
  /** Sends the headers that make pages cross-origin isolated, so that they may share memory between threads. */
  readonly isolated?: boolean;
  /** The Content-Security-Policy of pages and scripts; none if left out. */
  readonly policy?: string;
}

const types: Readonly<Record<string, string>> = {
  html: "text/html",
  js: "text/javascript",
  json: "application/json",
  svg: "image/svg+xml",
};

const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** Serves a site on a free port of this machine; `/` is `/index.html`. */
export async function serve(site: Site, { isolated = false, policy }: ServeOptions = {}): Promise<Served> {
  const server = createServer(({ url = "/" }, response) => {
    const { pathname } = new URL(url, "http://localhost");
    const path = pathname === "/" ? "/index.html" : pathname;
    const text = Object.hasOwn(site, path) ? site[path] : undefined;
    if (isolated) for (const [name, value] of Object.entries(isolation)) response.setHeader(name, value);
    if (policy !== undefined) response.setHeader("Content-Security-Policy", policy);
    if (path === "/favicon.ico") response.writeHead(204).end();
    else if (text === undefined) response.writeHead(404).end(`no ${path} here`);
    else {
      const type = types[path.slice(path.lastIndexOf(".") + 1)] ?? "text/plain";
      response.writeHead(200, { "Content-Type": `${type}; charset=utf-8` }).end(text);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
