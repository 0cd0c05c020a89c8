import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Card } from "downhill-model/card";
import { exampleTable } from "../data/tables.ts";
import { commandFolder } from "./process.ts";

const folder = commandFolder();
const table = exampleTable("diabetes.csv");
/** Of a network with Adam, an automatic rate and rows held out: all that a training has to remember. */
const options = [
  "-t",
  "progression",
  "--model",
  "mlp",
  "--hidden",
  "4",
  "--no-report",
  "--seed",
  "3",
  "--batch",
  "64",
];

const card = (model: string): Card => JSON.parse(folder.read(`${model}/model.json`)) as Card;
/** All but the seconds. */
const course = (model: string): string[] =>
  folder
    .read(`${model}/history.csv`)
    .split("\n")
    .map((line) => line.replace(/,[^,]*$/, ""));

describe("--resume", () => {
  it("says in the report from where the path goes on", async () => {
    const iris = exampleTable("iris.csv");
    await folder.succeed([
      "train",
      iris,
      "-t",
      "species",
      "--model",
      "mlp",
      "--epochs",
      "4",
      "--out",
      "drawn",
    ]);
    expect(folder.read("drawn/report.html")).toContain(">start</text>");
    await folder.succeed(["train", iris, "--resume", "drawn", "--epochs", "8"]);
    const report = folder.read("drawn/report.html");
    expect(report).toContain("The training's path since epoch 4, where it was resumed,");
    expect(report).toContain(">resumed</text>");
  });

  it("goes on to where an uninterrupted training ends, bit for bit", async () => {
    await folder.succeed(["train", table, ...options, "--epochs", "7", "--out", "whole"]);
    await folder.succeed(["train", table, ...options, "--epochs", "3", "--out", "part"]);
    const { stdout } = await folder.succeed([
      "train",
      table,
      "--resume",
      "part",
      "--epochs",
      "7",
      "--out",
      "more",
    ]);
    expect(stdout).toMatch(/\nResumed {3}after epoch 3 of the training in part, with its rate 0\.\d+/);
    const weights = folder.bytes("more/model.safetensors");
    expect(weights.equals(folder.bytes("whole/model.safetensors"))).toBe(true);
    expect(weights.equals(folder.bytes("part/model.safetensors"))).toBe(false);
    expect(course("more")).toEqual(course("whole"));
    const told = ({ created: _, training: { seconds: __, ...training }, ...rest }: Card): unknown => ({
      ...rest,
      training,
    });
    expect(told(card("more"))).toEqual(told(card("whole")));
    expect(card("part").training.epochs).toBe(3);
    expect(folder.list("more")).toEqual([
      "history.csv",
      "model.json",
      "model.safetensors",
      "training.safetensors",
    ]);
  });

  it("is refused where it would lead elsewhere", async () => {
    const refuse = async (args: readonly string[], code: number, message: RegExp): Promise<void> => {
      const run = await folder.downhill(["train", ...args]);
      expect({ code: run.code, stderr: run.stderr }).toEqual({
        code,
        stderr: expect.stringMatching(message) as string,
      });
    };
    folder.write("changed.csv", `${readFileSync(table, "utf8")}\n`);
    await folder.succeed([
      "train",
      table,
      "-t",
      "progression",
      "--model",
      "linear",
      "--no-report",
      "--out",
      "solved",
    ]);
    await refuse(
      [table, "--resume", "part"],
      2,
      /has done 3 epochs, and at most 3 are wanted\n {2}write --epochs with more than 3\n/,
    );
    await refuse(
      [table, "--resume", "part", "--hidden", "5,5"],
      2,
      /^error: --hidden 5,5 does not fit the training in part, which was begun with 4\n/,
    );
    await refuse(
      [table, "--resume", "part", "--drop", "s1"],
      2,
      /^error: --drop s1 does not fit the training in part, which was begun without\n/,
    );
    await refuse(
      ["changed.csv", "--resume", "part", "--epochs", "9"],
      1,
      /^error: changed\.csv: is not the table of the training in part: that was /,
    );
    await refuse(
      [table, "--resume", "solved"],
      1,
      /^error: solved: lacks training\.safetensors, the memory of a training: a linear regression by newton /,
    );
  });
});
