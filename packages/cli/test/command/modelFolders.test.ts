import { cpSync, rmSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { exampleTable } from "../data/tables.ts";
import { commandFolder } from "./process.ts";

const folder = commandFolder();
const iris = exampleTable("iris.csv");

beforeAll(async () => {
  await Promise.all(
    ["model", "other"].map((name, seed) =>
      folder.succeed([
        "train",
        iris,
        "-t",
        "species",
        "--model",
        "logistic",
        "--seed",
        String(seed),
        "--out",
        name,
      ]),
    ),
  );
});

const retrain = "train it again: downhill train DATA --target COLUMN";

/** Changes one file of a copy of the model, and asks for predictions. */
async function predictAfter(change: (path: (name: string) => string) => void): Promise<string> {
  rmSync(folder.path("copy"), { recursive: true, force: true });
  cpSync(folder.path("model"), folder.path("copy"), { recursive: true });
  change((name) => folder.path(`copy/${name}`));
  const { code, stdout, stderr } = await folder.downhill(["predict", "copy", iris]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  return stderr;
}

function edit(text: string, from: string | RegExp, to: string): string {
  const edited = text.replace(from, to);
  expect(edited).not.toBe(text);
  return edited;
}

const editCard =
  (from: string | RegExp, to: string) =>
  (path: (name: string) => string): void =>
    writeFileSync(path("model.json"), edit(folder.read("model/model.json"), from, to));

describe("a model folder", () => {
  it.each([
    ["no card", (path: (name: string) => string) => rmSync(path("model.json")), "copy: lacks model.json\n"],
    [
      "no weights",
      (path: (name: string) => string) => rmSync(path("model.safetensors")),
      "copy: lacks model.safetensors\n",
    ],
    [
      "weights cut short",
      (path: (name: string) => string) =>
        writeFileSync(path("model.safetensors"), folder.bytes("model/model.safetensors").subarray(0, -8)),
      "copy: model.safetensors is damaged: ",
    ],
    [
      "a number of the weights changed",
      (path: (name: string) => string) => {
        const bytes = folder.bytes("model/model.safetensors");
        bytes.writeUInt8(bytes.readUInt8(bytes.length - 3) ^ 1, bytes.length - 3);
        writeFileSync(path("model.safetensors"), bytes);
      },
      `copy: model.safetensors is damaged, or of another model than model.json\n  ${retrain}\n`,
    ],
    [
      "the weights of another model",
      (path: (name: string) => string) =>
        writeFileSync(path("model.safetensors"), folder.bytes("other/model.safetensors")),
      `copy: model.safetensors is damaged, or of another model than model.json\n  ${retrain}\n`,
    ],
    [
      "a card cut short",
      (path: (name: string) => string) =>
        writeFileSync(path("model.json"), folder.read("model/model.json").slice(0, 700)),
      "copy: model.json is damaged: ",
    ],
    [
      "a card that says something impossible",
      editCard(/"deviation": [\d.]+/, '"deviation": 0'),
      `copy: model.json is damaged at preprocessing.columns.0.deviation: Too small: expected number to be >0\n  ${retrain}\n`,
    ],
    [
      "a card that does not go with the weights",
      editCard(/"nFeatures": 4/, '"nFeatures": 5'),
      "copy: the model is damaged: ",
    ],
    [
      "a newer version",
      editCard('"version": 1', '"version": 2'),
      "copy: is a model of format version 2; this downhill reads version 1\n  use a newer downhill\n",
    ],
    [
      "the card of another program",
      editCard('"downhill model"', '"uphill model"'),
      "copy: model.json is not the card of a downhill model\n  name a folder that `downhill train` wrote\n",
    ],
  ])("with %s", async (_, change, message) => {
    const stderr = await predictAfter(change);
    expect(stderr.startsWith(`error: ${message}`), stderr).toBe(true);
    expect(stderr.trimEnd().split("\n")).toHaveLength(2);
  });

  it.each([
    [
      ["predict", "nowhere", iris],
      "nowhere: no such model folder\n  a model is the folder that `downhill train` wrote",
    ],
    [
      ["evaluate", iris, "model"],
      `${iris}: is a file, not a model folder\n  name the model first, then the data`,
    ],
    [
      ["predict", "model/model.json", iris],
      "model/model.json: is a file, not a model folder\n  name the folder that it is in",
    ],
  ])("is no other thing: %j", async (args, message) => {
    const { code, stderr } = await folder.downhill(args);
    expect({ code, stderr }).toEqual({ code: 1, stderr: `error: ${message}\n` });
  });

  it("of something else is not written over", async () => {
    cpSync(folder.path("model"), folder.path("mine"), { recursive: true });
    folder.write("mine/thesis.tex", "years of work");
    const { code, stderr } = await folder.downhill(["train", iris, "-t", "species", "--out", "mine"]);
    expect(stderr).toBe(
      "error: mine: the folder holds thesis.tex, which is no part of a model; it is left as it is\n  choose another --out, or empty the folder\n",
    );
    expect(code).toBe(1);
    expect(folder.read("mine/thesis.tex")).toBe("years of work");
  });
});
