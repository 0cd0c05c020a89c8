/** Reports of real trainings, opened in a real browser: whole, quiet, readable by everyone, and with the model's own numbers. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { decodeSafetensors } from "downhill/learn";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { Card, ClassificationMetrics, RegressionMetrics } from "downhill-model/card";
import { describeInBrowser, openPage } from "../../../../test/browser.ts";
import { formatNumber, formatShare, formatSigned } from "../../src/terminal/numbers.ts";
import { commandFolder } from "../command/process.ts";
import { exampleTable, vegaTable } from "../data/tables.ts";

const folder = commandFolder();
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const trainings = [
  ["linear", [exampleTable("diabetes.csv"), "--target", "progression"]],
  [
    "logistic",
    [
      exampleTable("breast_cancer.csv"),
      "--target",
      "diagnosis",
      "--model",
      "logistic",
      "--optimizer",
      "momentum",
    ],
  ],
  ["multinomial", [exampleTable("iris.csv"), "--target", "species", "--model", "logistic"]],
  ["network", [exampleTable("digits.csv"), "--target", "digit", "--hidden", "24", "--epochs", "12"]],
  ["penguins", [vegaTable("penguins.json"), "--target", "Species", "--hidden", "8,4", "--epochs", "20"]],
] as const;

type Name = (typeof trainings)[number][0];

const card = (name: Name): Card => JSON.parse(folder.read(`${name}/model.json`)) as Card;

/** What stands in each column of the table under a caption that begins so. */
async function cells(page: Page, caption: string): Promise<string[][]> {
  return page.evaluate((start) => {
    const table = [...document.querySelectorAll("table")].find(({ caption }) =>
      caption?.textContent.startsWith(start),
    );
    return [...(table?.tBodies[0]?.rows ?? [])].map((row) =>
      [...row.cells].map(({ textContent }) => textContent),
    );
  }, caption);
}

describeInBrowser("report.html", (browser) => {
  beforeAll(async () => {
    for (const [name, args] of trainings) await folder.succeed(["train", ...args, "--out", name]);
  }, 120_000);

  async function open(
    name: Name,
    { scheme = "light", width = 1280 }: { scheme?: "light" | "dark"; width?: number } = {},
  ): Promise<{ page: Page; requests: string[] }> {
    const page = await openPage(browser());
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 900 });
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(folder.path(`${name}/report.html`)).href);
    await page.evaluate(() => document.fonts.ready);
    return { page, requests };
  }

  describe.each(trainings.map(([name]) => name))("%s", (name) => {
    it("asks for nothing but itself and the fonts in it, and fits into half a megabyte", async () => {
      const { page, requests } = await open(name);
      expect(requests.filter((url) => !url.startsWith("data:"))).toEqual([
        pathToFileURL(folder.path(`${name}/report.html`)).href,
      ]);
      expect(folder.bytes(`${name}/report.html`).length).toBeLessThan(512_000);
      // Every face that the formulas use is there.
      const missing = await page.evaluate(async () => {
        const fonts = [...document.querySelectorAll(".katex *")].flatMap((element) => {
          const { fontStyle, fontWeight, fontFamily } = getComputedStyle(element);
          const [family = ""] = fontFamily.split(",");
          return family.startsWith("KaTeX") ? [`${fontStyle} ${fontWeight} 16px ${family}`] : [];
        });
        const loaded = await Promise.all(
          [...new Set(fonts)].map(async (font) => [font, await document.fonts.load(font)] as const),
        );
        return loaded.filter(([, faces]) => faces.length === 0).map(([font]) => font);
      });
      expect(missing).toEqual([]);
      await page.close();
    });

    it.each([
      ["light", 1280],
      ["dark", 390],
    ] as const)("can be read by everyone: %s, %i pixels", async (scheme, width) => {
      const { page } = await open(name, { scheme, width });
      await page.evaluate(() => {
        for (const each of document.querySelectorAll("details")) each.open = true;
      });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      // Past the page's policy, which forbids scripts that are not its own.
      const violations = await page.evaluate(async (source) => {
        (0, eval)(source);
        interface Found {
          violations: { id: string; nodes: { html: string }[] }[];
        }
        const { axe } = globalThis as unknown as { axe: { run(): Promise<Found> } };
        const { violations } = await axe.run();
        return violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`,
        );
      }, axe);
      expect(violations).toEqual([]);
      await page.close();
    });

    it("has the metrics of the model and of the baseline", async () => {
      const { page } = await open(name);
      const { metrics, baseline } = card(name);
      const rows = await cells(page, "The model, and one that looks at no column");
      const number = (value: number | null): string => formatNumber(value ?? NaN, 3);
      const share = (value: number | null): string => formatShare(value ?? NaN);
      const columns = [metrics.train, metrics.validation!, baseline.metrics];
      const expected =
        "r2" in metrics.train
          ? (["r2", "rmse", "mae"] as const).map((key) =>
              columns.map((each) => number((each as RegressionMetrics)[key])),
            )
          : (["accuracy", "logLoss", "f1"] as const).map((key) =>
              columns.map((each) =>
                (key === "accuracy" ? share : number)((each as ClassificationMetrics)[key]),
              ),
            );
      expect(rows.map((row) => row.slice(1))).toEqual(expected);
      await page.close();
    });

    it("draws what it says it draws", async () => {
      const { page } = await open(name);
      const titles = await page.evaluate(() =>
        [...document.querySelectorAll("figure h2, figure h3")].map(({ textContent }) => textContent),
      );
      const wanted: Readonly<Record<Name, readonly string[]>> = {
        linear: ["The valley around the solution", "Predicted and actual", "Residuals", "Weights"],
        logistic: [
          "The way down",
          "Confusion",
          "Calibration",
          "ROC curve",
          "Precision and recall",
          "Loss",
          "Length of the gradient",
          "Learning rate and its border",
          "Weights",
        ],
        multinomial: ["The way down", "Confusion", "Calibration", "Loss", "Curvature", "Weights"],
        network: ["The way down", "Confusion", "Loss", "Learning rate and its border", "Hidden layer 1"],
        penguins: ["The way down", "Confusion", "Loss", "Hidden layer 1", "Hidden layer 2", "Output layer"],
      };
      for (const title of wanted[name]) expect(titles).toContain(title);
      const broken = await page.evaluate(
        () =>
          [...document.querySelectorAll("svg.chart")].filter((svg) => {
            const { width, height } = svg.getBoundingClientRect();
            return width < 100 || height < 20 || /NaN|undefined|Infinity/.test(svg.outerHTML);
          }).length,
      );
      expect(broken).toBe(0);
      expect(await page.locator(".katex-error").count()).toBe(0);
      expect(await page.locator("#calculus").innerText()).toContain("The derivation is checked");
      await page.close();
    });
  });

  it("has the coefficients of a linear regression in the columns' own units", async () => {
    const { page } = await open("linear");
    const { preprocessing, targetScale } = card("linear");
    const { tensors } = decodeSafetensors(folder.bytes("linear/model.safetensors"));
    const coef = tensors["parameters.coef"]!.data;
    const rows = await cells(page, "Change of the predicted progression");
    const shown = new Map(rows.map(([feature, , perUnit]) => [feature, perUnit]));
    let intercept = tensors["parameters.intercept"]!.data[0]! * targetScale!.deviation + targetScale!.mean;
    preprocessing.columns.forEach((column, i) => {
      if (column.encoding !== "number") throw new Error("all columns of this table are numbers");
      const perUnit = (coef[i]! * targetScale!.deviation) / column.deviation;
      intercept -= perUnit * column.mean;
      expect(shown.get(column.name)).toBe(formatSigned(perUnit, 4));
    });
    expect(shown.get("intercept")).toBe(formatSigned(intercept, 4));
    expect(rows).toHaveLength(preprocessing.columns.length + 1);
    await page.close();
  });

  it("says the numbers of what is pointed at", async () => {
    const { page } = await open("logistic");
    const bar = page.locator("#weights rect.bar").first();
    await bar.scrollIntoViewIfNeeded();
    await bar.hover();
    await expect.poll(() => page.locator("#tip").innerText()).toMatch(/: [+−][\d.]+ per standard deviation/);
    await page.close();
  });

  it("prints light, whole and without navigation", async () => {
    const { page } = await open("logistic", { scheme: "dark" });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    const [ground, nav] = await page.evaluate(() => [
      getComputedStyle(document.documentElement).getPropertyValue("--ink"),
      getComputedStyle(document.querySelector("nav")!).display,
    ]);
    expect([ground, nav]).toEqual(["#1c2430", "none"]);
    await page.close();
  });
});
