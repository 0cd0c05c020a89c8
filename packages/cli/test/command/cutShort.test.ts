import { describe, expect, it } from "vitest";
import type { Card } from "downhill-model/card";
import { cardSchema } from "downhill-model/cardSchema";
import { exampleTable, vegaTable } from "../data/tables.ts";
import { commandFolder } from "./process.ts";

const folder = commandFolder();

const card = (model: string): Card => cardSchema.parse(JSON.parse(folder.read(`${model}/model.json`)));
const flat = (text: string): string => text.replace(/\s+/g, " ");

describe("Ctrl-C", () => {
  it("during a training keeps the best model so far", async () => {
    // So slow that it takes some two thousand epochs, two seconds of a quick machine, to come to rest.
    const { code, stdout, stderr } = await folder.downhill(
      [
        ...["train", exampleTable("digits.csv"), "-t", "digit", "--model", "mlp", "--validation", "0"],
        ...["--optimizer", "sgd", "--rate", "0.0001", "--epochs", "1000000", "--out", "stopped"],
      ],
      { signal: { name: "SIGINT", after: "Model ", milliseconds: 700 } },
    );
    expect(code).toBe(130);
    expect(stderr).toMatch(
      /^interrupted in epoch \d+\n {2}the best model so far was kept: it is in stopped\n$/,
    );
    expect(flat(stdout)).toMatch(/Training interrupted after \d+ epochs/);
    const { training, metrics } = card("stopped");
    expect(training.stopReason).toBe("interrupted");
    expect(training.epochs).toBeGreaterThan(0);
    expect(folder.read("stopped/history.csv").trimEnd().split("\n")).toHaveLength(training.epochs + 1);
    // What was kept is a whole model, and does what its card says.
    const { stdout: report } = await folder.succeed(["evaluate", "stopped", exampleTable("digits.csv")]);
    const { accuracy } = metrics.train as { accuracy: number };
    expect(flat(report)).toContain(`accuracy ${(accuracy * 100).toFixed(1)} %`);
    // And its training goes on.
    const { epochs } = training;
    expect(flat(stdout)).toContain("--resume stopped (goes on from the last whole epoch)");
    await folder.succeed([
      ...[
        "train",
        exampleTable("digits.csv"),
        "--resume",
        "stopped",
        "--epochs",
        String(epochs + 1),
        "--no-report",
      ],
    ]);
    expect(card("stopped").training).toMatchObject({ stopReason: "maxIter", epochs: epochs + 1 });
  });

  it("during the search for a learning rate ends at once and writes nothing", async () => {
    // Products of these take so long that the search does not end within the time of a test.
    const { code, stderr } = await folder.downhill(
      [
        ...["train", exampleTable("digits.csv"), "-t", "digit", "--model", "mlp", "--hidden", "6000,6000"],
        ...["--optimizer", "sgd", "--out", "sought"],
      ],
      { signal: { name: "SIGINT", after: "Model ", milliseconds: 500 } },
    );
    expect({ code, stderr }).toEqual({ code: 130, stderr: "interrupted: no model was written\n" });
    expect(folder.list()).not.toContain("sought");
  });

  it.each([
    ["descend", ["descend", "(1 - x)^2 + 100*(y - x^2)^2", "-f", "x=-1,y=1", "--steps", "100000000"]],
    ["derive", ["derive", Array.from({ length: 24 }, (_, i) => `sin(x*${i}+y)`).join("*"), "--order", "6"]],
  ])("ends %s at once", async (_, args) => {
    const { code, stdout, stderr } = await folder.downhill(args, { interruptedAfter: 1500 });
    expect({ code, stdout, stderr }).toEqual({ code: 130, stdout: "", stderr: "interrupted\n" });
  });

  it("before the training ends at once and writes nothing", async () => {
    const { code, stderr } = await folder.downhill(
      ["train", vegaTable("flights-200k.json"), "-t", "delay", "--out", "early"],
      { signal: { name: "SIGINT", after: "Data " } },
    );
    expect({ code, stderr }).toEqual({ code: 130, stderr: "interrupted: no model was written\n" });
    expect(folder.list()).not.toContain("early");
  });

  it("while predictions are written leaves no half of them", async () => {
    const few = Array.from({ length: 40 }, (_, i) => `${i},${i % 7},${(3 * i) % 11}`);
    folder.write("few.csv", `delay,distance,time\n${few.join("\n")}\n`);
    await folder.succeed(["train", "few.csv", "-t", "delay", "--model", "linear", "--no-report"]);
    const isWriting = (): boolean => folder.list().some((name) => name.endsWith(".unfinished"));
    const { code, stdout, stderr } = await folder.downhill(
      ["predict", "few-delay.model", vegaTable("flights-200k.json"), "--out", "predicted.csv"],
      { interruptedWhen: isWriting },
    );
    expect({ code, stdout, stderr }).toEqual({
      code: 130,
      stdout: "",
      stderr: "interrupted: predicted.csv was not written\n",
    });
    expect(folder.list().filter((name) => name.includes("predicted"))).toEqual([]);
  });
});

describe("a rate that is too large", () => {
  const args = ["train", exampleTable("diabetes.csv"), "-t", "progression", "--model", "linear"];
  const ranAway =
    /^error: the training ran away: the loss kept rising, to [\d.e,]+ at step (\d+) \(epoch (\d+)\), with rate ([\d.]+) (.*?) cause: the learning rate .* is [\d.e]+ times the border of stable steps, 2\/λmax = ([\d.]+), since the sharpest curvature is λmax = [\d.]+; such steps multiply the loss by [\d.e]+, the last one did so by [\d.e]+ → --rate ([\d.]+), or --rate auto \(tried: .*\) $/;

  it("stops the training, keeps the best, names the step and suggests a smaller rate", async () => {
    // Just beyond the border: the first steps still lead down.
    const { code, stdout, stderr } = await folder.downhill([...args, "--rate", "0.26", "--out", "fast"]);
    expect(code).toBe(1);
    expect(flat(stderr)).toMatch(ranAway);
    const [, step, epoch, rate, fate, border, suggested] = ranAway.exec(flat(stderr)) ?? [];
    expect({ rate, fate, isFullBatch: step === epoch }).toEqual({
      rate: "0.2600",
      fate: "the best model so far was kept: it is in fast",
      isFullBatch: true,
    });
    expect(flat(stdout)).toContain(`Training ran away in epoch ${epoch}; kept epoch`);
    const { training, metrics } = card("fast");
    expect(training).toMatchObject({ stopReason: "diverged", learningRate: 0.26 });
    expect(training.bestEpoch).toBeGreaterThan(0);
    // Better than the mean, which is where it began.
    expect((metrics.validation as { r2: number }).r2).toBeGreaterThan(0.1);
    await folder.succeed(["predict", "fast", exampleTable("diabetes.csv")]);

    // The advice is good: the border lies below the rate that did not converge, and the rate suggested does.
    expect(Number(border)).toBeLessThan(0.26);
    expect(Number(suggested)).toBeLessThan(Number(border));
    const again = await folder.succeed([...args, "--rate", String(suggested), "--out", "slow"]);
    expect(flat(again.stdout)).toMatch(/Training (converged|stopped) after/);
    // 0.5061 is the least squares fit on these rows; gradient descent gets close along all but the flattest directions.
    expect((card("slow").metrics.train as { r2: number }).r2).toBeGreaterThan(0.49);
  });

  it("writes nothing when nothing was learnt", async () => {
    const { code, stdout, stderr } = await folder.downhill([...args, "--rate", "50", "--out", "nothing"]);
    expect(code).toBe(1);
    expect(ranAway.exec(flat(stderr))?.[4]).toBe("nothing was learnt before that: no model was written");
    expect(stdout).toMatch(/\nModel +not written\n$/);
    // Numbers of a model that is not there would mislead.
    expect(stdout).not.toContain("What matters most");
    expect(stdout).not.toContain("RMSE");
    expect(folder.list()).not.toContain("nothing");
  });

  it("leaves a model that was there before as it is", async () => {
    await folder.succeed([...args, "--out", "kept"]);
    const before = folder.bytes("kept/model.safetensors");
    const { code, stderr } = await folder.downhill([...args, "--rate", "0.26", "--out", "kept"]);
    expect(code).toBe(1);
    expect(ranAway.exec(flat(stderr))?.[4]).toBe("the model that was in kept before was left as it is");
    expect(folder.bytes("kept/model.safetensors").equals(before)).toBe(true);
  });

  it("points to a column that was left on its own scale", async () => {
    const { code, stderr } = await folder.downhill([
      ...args,
      "--rate",
      "0.1",
      "--unscaled",
      "s1",
      "--out",
      "unscaled",
    ]);
    expect(code).toBe(1);
    // Of the whole table it is 34.6.
    expect(flat(stderr)).toMatch(
      / cause: column "s1" is not scaled, its mean 1\d\d\.\d, its standard deviation 3\d\.\d\d: .* → let "s1" be standardised: leave out --unscaled "s1" \(tried: /,
    );
  });
});
