/** Serves the studio's page on this machine, to this machine. */
import { createReadStream } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "./files.ts";

/** Names under which this machine calls itself. Other names that lead here are tricks of other pages. */
const ownNames = new Set(["localhost", "127.0.0.1", "[::1]"]);

const isOwn = ({ host = "" }: IncomingMessage["headers"]): boolean => ownNames.has(host.replace(/:\d+$/, ""));

/** The path in the address, without what follows; undefined if it cannot be read. */
function pathOf(url: string): string | undefined {
  try {
    return decodeURIComponent(url.replace(/[?#].*$/s, ""));
  } catch {
    return undefined;
  }
}

function answer({ files, headers }: Page, request: IncomingMessage, response: ServerResponse): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  const refuse = (status: number, reason: string): void => {
    response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" });
    response.end(request.method === "HEAD" ? undefined : `${reason}\n`);
  };
  if (!isOwn(request.headers)) return refuse(403, "The studio answers to this machine only.");
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    return refuse(405, "There are only files to be read here.");
  }
  const path = pathOf(request.url ?? "/");
  const file = path === undefined ? undefined : files.get(path);
  if (file === undefined) return refuse(404, "There is no such file in the studio.");
  const stream = createReadStream(file.path);
  stream.once("error", () => refuse(500, "The file cannot be read: build the studio anew."));
  stream.once("open", () => {
    response.writeHead(200, {
      "Content-Type": file.type,
      "Cache-Control": file.isLasting ? "public, max-age=31536000, immutable" : "no-cache",
    });
    if (request.method === "HEAD") {
      response.end();
      stream.destroy();
    } else stream.pipe(response);
  });
  response.once("close", () => stream.destroy());
}

export interface Served {
  /** http://127.0.0.1:4711/ */
  readonly address: string;
  readonly close: () => Promise<void>;
}

/**
 * Begins to serve on a port of the loopback interface, which no other machine can reach.
 *
 * @throws NodeJS.ErrnoException if the port is taken (EADDRINUSE) or not allowed (EACCES).
 */
export async function servePage(page: Page, port: number): Promise<Served> {
  const server: Server = createServer((request, response) => answer(page, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${address.port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
