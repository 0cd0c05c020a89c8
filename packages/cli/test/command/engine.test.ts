import { spawnSync } from "node:child_process";
import { decodeSafetensors } from "downhill/learn";
import { expect, it } from "vitest";
import { exampleTable } from "../data/tables.ts";
import { commandFolder } from "./process.ts";

const folder = commandFolder();
const hasCompiler = ["cc", "gcc", "clang"].some((name) => spawnSync(name, ["--version"]).status === 0);

const train = (engine: string): string[] => [
  ...[
    "train",
    exampleTable("iris.csv"),
    "--target",
    "species",
    "--model",
    "mlp",
    "--hidden",
    "8",
    "--no-report",
  ],
  ...["--rate", "0.01", "--epochs", "2", "--engine", engine, "--out", engine],
];

/** All numbers of a model. */
const weights = (engine: string): number[] =>
  Object.values(decodeSafetensors(folder.bytes(`${engine}/model.safetensors`)).tensors).flatMap(
    ({ data }) => [...data],
  );

it("--engine native without a C compiler says how to get one", async () => {
  const { code, stderr } = await folder.downhill(train("native"), { env: { CC: "/no/such/compiler" } });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: --engine native needs a C compiler, and there is no[^]*apt install gcc/);
});

it.runIf(hasCompiler)("--engine native trains the same model, by programs of the C compiler", async () => {
  const env = { XDG_CACHE_HOME: folder.path("cache") };
  await Promise.all(["wasm", "native"].map((engine) => folder.succeed(train(engine), { env })));
  const compiled = folder.list("cache/downhill/native");
  expect(compiled.length).toBeGreaterThan(1);
  const [wasm, native] = [weights("wasm"), weights("native")];
  // 4 columns, 8 units, 3 classes.
  expect(wasm.length).toBeGreaterThanOrEqual(4 * 8 + 8 + 8 * 3 + 3);
  expect(native).toHaveLength(wasm.length);
  // Two epochs of float32 steps from the same start. Sums in lanes of another number round otherwise, by some 2⁻²⁴ of
  // values of about 1 in each of less than 30 steps; Adam divides by roots of squares, which makes no more of it where
  // slopes are not near 0. That is 2e-6; a step of another kind changes weights by the rate, 0.01.
  wasm.forEach((weight, i) => expect(Math.abs(native[i]! - weight)).toBeLessThan(1e-4));
});
