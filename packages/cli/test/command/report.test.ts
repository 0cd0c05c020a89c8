/** The report that `train` writes beside a model, and what becomes of the model where there is none. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import pc from "picocolors";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { train } from "../../src/commands/train.ts";
import { exampleTable } from "../data/tables.ts";
import { argumentsFor } from "../training/prepared.ts";
import { commandFolder } from "./process.ts";

const parts = ["history.csv", "model.json", "model.safetensors"];

describe("report.html", () => {
  const folder = commandFolder();
  const args = ["train", exampleTable("iris.csv"), "--target", "species", "--model", "logistic"];

  it("is written, named, and replaced with the model", async () => {
    const { stdout, stderr } = await folder.succeed([...args, "--out", "again"]);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^Report {4}again\/report\.html/m);
    const first = folder.read("again/report.html");
    expect(first).toContain("<title>species from iris.csv</title>");
    await folder.succeed([...args, "--validation", "0.3", "--out", "again"]);
    expect(folder.list("again")).toEqual([...parts, "report.html"]);
    expect(folder.read("again/report.html")).not.toBe(first);
    expect(folder.list()).toEqual(["again"]);
    const { stdout: evaluated } = await folder.succeed(["evaluate", "again", exampleTable("iris.csv")]);
    expect(evaluated).toContain("accuracy");
  });

  it("is left out with --no-report", async () => {
    const { stdout } = await folder.succeed([...args, "--no-report", "--out", "without"]);
    expect(folder.list("without")).toEqual(parts);
    expect(stdout).not.toContain("Report");
  });

  it("tells the command that makes the same model again", async () => {
    await folder.succeed([...args, "--seed", "3", "--out", "a model"]);
    const page = folder.read("a model/report.html");
    expect(page).toContain(`--target species --model logistic --seed 3 --out 'a model'</pre>`);
  });

  it("is written of models without a path, without rows held out, and of those that ran away", async () => {
    await folder.succeed([
      ...["train", exampleTable("diabetes.csv"), "--target", "progression", "--validation", "0"],
      ...["--out", "solved"],
    ]);
    expect(folder.read("solved/report.html")).toContain("There is no path");
    const { code, stderr } = await folder.downhill([
      ...["train", exampleTable("diabetes.csv"), "--target", "progression", "--optimizer", "sgd"],
      ...["--rate", "0.6", "--out", "away"],
    ]);
    expect(code).not.toBe(0);
    expect(stderr).not.toContain("report could not be written");
    if (folder.list().includes("away"))
      expect(folder.read("away/report.html")).toContain("The training ran away");
  });
});

describe("a report that fails", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "downhill-report-"));
    vi.doMock("../../src/page/write.ts", () => ({
      writeReport: () => Promise.reject(new Error("no room on the disk")),
    }));
  });
  afterEach(() => {
    vi.doUnmock("../../src/page/write.ts");
    rmSync(folder, { recursive: true });
  });

  it("is a warning: the model is whole", async () => {
    let [printed, warned] = ["", ""];
    const stream = (take: (text: string) => void): Writable =>
      new Writable({
        write: (chunk: Buffer, _, done) => {
          take(chunk.toString());
          done();
        },
      });
    const colours = pc.createColors(false);
    const out = join(folder, "model");
    const code = await train(exampleTable("iris.csv"), argumentsFor("species", { model: "logistic", out }), {
      stdout: stream((text) => (printed += text)),
      stderr: stream((text) => (warned += text)),
      width: 100,
      colours,
      errorColours: colours,
      isInteractive: false,
    });
    expect(code).toBe(0);
    expect(warned).toBe(
      `warning: the report could not be written: no room on the disk\n  the model is whole, in ${out}; write --no-report to do without\n`,
    );
    expect(printed).not.toContain("Report");
    expect(readdirSync(out).sort()).toEqual(parts);
  });
});
