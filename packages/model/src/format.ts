/** What `model.json` says it is. */
export const cardFormat = "downhill model";

/** Raised whenever older versions of the command could not read the folder any more. */
export const cardVersion = 1;

/** The files of a model folder. */
export const modelFiles = {
  card: "model.json",
  weights: "model.safetensors",
  history: "history.csv",
} as const;

/** The training in pictures, for people: beside the model, and no part of it. */
export const reportFile = "report.html";
