/** What derivations cost those who do not ask for them: nothing. */
import { fileURLToPath } from "node:url";
import { type Plugin, rolldown, type RolldownOutput } from "rolldown";
import { expect, test } from "vitest";
import { collectLicenses } from "../../scripts/licenses.ts";

const source = fileURLToPath(new URL("../../src/", import.meta.url));

/** A bundle of `code`. */
const bundle = async (code: string, ...plugins: Plugin[]): Promise<RolldownOutput["output"]> => {
  const entry: Plugin = {
    name: "entry",
    resolveId: (id) => (id === "entry" ? id : undefined),
    load: (id) => (id === "entry" ? code : undefined),
  };
  const build = await rolldown({
    input: "entry",
    resolve: { conditionNames: ["downhill-source", "import", "default"] },
    plugins: [entry, ...plugins],
    cwd: source,
    onLog: () => undefined,
  });
  const { output } = await build.generate({ format: "esm" });
  await build.close();
  return output;
};

/** The modules of the library of which something is left in a bundle of `code`. */
const modulesIn = async (code: string): Promise<string[]> =>
  (await bundle(code))
    .flatMap((chunk) => (chunk.type === "chunk" ? Object.entries(chunk.modules) : []))
    .filter(([, { renderedLength }]) => renderedLength > 0)
    .map(([path]) => path.replace(source, ""));

const derivations = /^(explain\/(algebra|derivation|notation|tensors|derive)|formula)\b/;

test("a program that differentiates holds nothing of derivations", async () => {
  const modules = await modulesIn(`import { grad } from "downhill"; globalThis.f = grad;`);
  expect(modules).toContain("transforms/grad.ts");
  expect(modules.filter((path) => derivations.test(path))).toEqual([]);
});

test("a program that derives functions holds no parser", async () => {
  const modules = await modulesIn(`import { derive } from "downhill/explain"; globalThis.f = derive;`);
  expect(modules).toContain("explain/derive.ts");
  expect(modules.filter((path) => /^formula\/|mathjs/.test(path))).toEqual([]);
});

test("the licences of what is built in go along", async () => {
  const output = await bundle(`export { derive } from "downhill/formula";`, collectLicenses("LICENSES.txt"));
  const licenses = output.find(({ fileName }) => fileName === "LICENSES.txt");
  expect(licenses?.type === "asset" && licenses.source).toMatch(
    /\n@babel\/runtime [^]*\nmathjs [\d.]+ \(Apache-2\.0\)\n/,
  );
});
