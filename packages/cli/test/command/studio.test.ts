import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { commandFolder } from "./process.ts";

const bin = fileURLToPath(new URL("../../bin/downhill.js", import.meta.url));
const folder = commandFolder();

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});

/** Starts the studio on a free port: its process, and the port. */
async function start(args: readonly string[] = ["--port", "0"]) {
  const child = spawn(process.execPath, [bin, "studio", ...args], { stdio: ["ignore", "pipe", "inherit"] });
  running.push(child);
  let output = "";
  for await (const text of child.stdout.setEncoding("utf8") as AsyncIterable<string>) {
    output += text;
    if (output.includes("Ctrl-C")) break;
  }
  const [, port] = /http:\/\/127\.0\.0\.1:(\d+)\//.exec(output) ?? [];
  return { child, output, port: Number(port) };
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Asks as it stands: `fetch` would tidy the path. */
const ask = (port: number, path: string, options: { method?: string; host?: string } = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { method = "GET", host = `127.0.0.1:${port}` } = options;
    request({ port, host: "127.0.0.1", path, method, headers: { host } }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.on("end", () => resolve({ status: response.statusCode!, headers: response.headers, body }));
    })
      .on("error", reject)
      .end();
  });

test("serves the page with the headers that threads and safety need", async () => {
  const { port, output } = await start();
  expect(output).toContain(`The studio is at http://127.0.0.1:${port}/`);
  const page = await ask(port, "/");
  expect(page.status).toBe(200);
  expect(page.headers).toMatchObject({
    "content-type": "text/html; charset=utf-8",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "x-content-type-options": "nosniff",
  });
  const policy = String(page.headers["content-security-policy"]);
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/);
  const [, script] = /src="\.(\/assets\/[^"]+\.js)"/.exec(page.body)!;
  const asset = await ask(port, `${script!}?v=1`);
  expect(asset.headers["content-type"]).toBe("text/javascript; charset=utf-8");
  expect((await ask(port, "/", { method: "HEAD" })).body).toBe("");
});

test.each([
  "/../package.json",
  "/assets/../../package.json",
  "/%2e%2e/package.json",
  "/..%2fpackage.json",
  "/..\\package.json",
  "//etc/passwd",
  "/assets",
  "/%",
  "/index.html%00.js",
])("has nothing but the files of the page: %s", async (path) => {
  const { port } = await start();
  expect((await ask(port, path)).status).toBe(404);
});

test("answers to this machine only, and only to reading", async () => {
  const { port } = await start();
  expect((await ask(port, "/", { host: "example.com" })).status).toBe(403);
  expect((await ask(port, "/", { host: `localhost:${port}` })).status).toBe(200);
  const post = await ask(port, "/", { method: "POST" });
  expect([post.status, post.headers["allow"]]).toEqual([405, "GET, HEAD"]);
});

test.each(["SIGINT", "SIGTERM"] as const)("ends on %s as it should", async (signal) => {
  const { child, port } = await start();
  await ask(port, "/");
  child.kill(signal);
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("a port that is taken is said to be", async () => {
  const { port } = await start();
  const { code, stderr } = await folder.downhill(["studio", "--port", String(port)]);
  expect(code).toBe(2);
  expect(stderr).toContain(`--port: ${port} is taken by another program`);
});

test.each(["abc", "-1", "70000"])("--port %s is refused", async (port) => {
  const { code, stderr } = await folder.downhill(["studio", `--port=${port}`]);
  expect(code).toBe(2);
  expect(stderr).toContain("Write a port from 1 to 65535, or 0 for any that is free.");
});
