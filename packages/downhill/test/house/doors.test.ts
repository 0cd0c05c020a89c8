/** One engine behind all doors of the built library: what comes out of one goes into the others. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import type * as Explain from "downhill/explain";
import type * as Formulas from "downhill/formula";
import type * as Learn from "downhill/learn";
import type * as Main from "downhill";
import packageJson from "../../package.json" with { type: "json" };

const library = fileURLToPath(new URL("../../", import.meta.url));

const newest = (folder: string): number =>
  Math.max(
    ...readdirSync(join(library, folder), { recursive: true, encoding: "utf8" }).map(
      (name) => statSync(join(library, folder, name)).mtimeMs,
    ),
  );

/** As a user of the package gets it. */
const door = async <Door>(name: string): Promise<Door> => {
  const file = join(library, `dist/${name}.js`);
  if (!existsSync(file) || statSync(file).mtimeMs < newest("src"))
    throw new Error("packages/downhill/dist is older than its sources: npm run build");
  return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Door;
};

test("each door is in the exports of the package and in its dist", () => {
  const doors = Object.values(packageJson.exports).filter((target) => typeof target === "object");
  expect(doors.map(({ default: file }) => file).sort()).toEqual(
    readdirSync(join(library, "src"))
      .filter((name) => name.endsWith(".ts"))
      .map((name) => `./dist/${name.replace(/\.ts$/, ".js")}`)
      .sort(),
  );
  for (const target of doors)
    for (const file of Object.values(target))
      expect(file).toSatisfy((path: string) => existsSync(join(library, path)));
});

test("what one door compiles, the others know of", async () => {
  const { LinearRegression } = await door<typeof Learn>("learn");
  const { setThreads } = await door<typeof Main>("index");
  new LinearRegression().fit([[1], [2], [3]], [3, 5, 7]);
  expect(() => setThreads(2)).toThrow("before the first compiled call");
});

test("a tensor from one door works behind the others", async () => {
  const { grad, Tensor, tensor } = await door<typeof Main>("index");
  const { LinearRegression } = await door<typeof Learn>("learn");
  const { sharpness } = await door<typeof Explain>("explain");
  const { parseFormula } = await door<typeof Formulas>("formula");

  const model = new LinearRegression().fit(tensor([[1], [2], [3]]), tensor([3, 5, 7]));
  expect(model.coef).toBeInstanceOf(Tensor);
  expect(model.coef.mul(tensor(2)).toArray()).toEqual([expect.closeTo(4, 5)]);
  // The Hessian of 3·Σw² is 6 times the identity.
  expect(sharpness((w: Main.Tensor) => w.square().sum().mul(3), tensor([1, 2]))).toBeCloseTo(6, 4);

  const cube = parseFormula("x^3");
  expect(grad((x: Main.Tensor) => cube({ x }))(tensor(2)).item()).toBeCloseTo(12, 5);
});
