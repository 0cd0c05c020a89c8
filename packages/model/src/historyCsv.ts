import type { History } from "downhill/learn";

/** `history.csv`: a line for each epoch or iteration; columns that a training does not have are left out. */
export function historyCsv(history: History): string {
  const columns = [
    ["epoch", history.epoch],
    ["loss", history.loss],
    ["validation_loss", history.validationLoss],
    ["validation_score", history.validationScore],
    ["learning_rate", history.learningRate],
    ["seconds", history.seconds.map((seconds) => Number(seconds.toFixed(6)))],
  ] as const;
  const present = columns.filter(([, values]) => values.length > 0);
  const lines = history.epoch.map((_, i) => present.map(([, values]) => String(values[i] ?? "")).join(","));
  return `${[present.map(([name]) => name).join(","), ...lines].join("\n")}\n`;
}
