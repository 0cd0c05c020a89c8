/** How long does the command take on a small table, beside the start of what it cannot do without: Node and DuckDB? */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { benchFolder } from "../harness/participants.ts";
import type { CommandQuestion } from "../harness/question.ts";

const table = join(benchFolder, "..", "examples", "data", "iris.csv");
const card = (folder: string): string => join(folder, "model-iris", "model.json");

const startOfDuckDB = `
  import { DuckDBInstance } from "@duckdb/node-api";
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.runAndReadAll("SELECT 1");
`;

export const startUp: CommandQuestion = {
  kind: "command",
  name: "start-up",
  label: "Start of the command",
  title: "`downhill train examples/data/iris.csv`, from the start of the process to the model written",
  prepare() {
    // The table is an example's.
  },
  commands: {
    Downhill: {
      participant: "downhill",
      command(folder, { node, downhill }) {
        if (!existsSync(downhill)) return undefined;
        const train = [
          node,
          downhill,
          "train",
          table,
          "--target",
          "species",
          "--out",
          join(folder, "model-iris"),
        ];
        return { timed: [...train, "--no-report"], check: train };
      },
    },
    "Node and DuckDB alone": {
      participant: "downhill",
      command(_, { node }) {
        const start = [node, "--input-type=module", "--eval", startOfDuckDB];
        return { timed: start, check: start };
      },
    },
  },
  disagreements(folder) {
    const { model } = JSON.parse(readFileSync(card(folder), "utf8")) as { model: string };
    return model === "logistic" ? [] : [`the model chosen is ${model}, not a logistic regression`];
  },
  goals: { "Node and DuckDB alone": 0.5 },
};
