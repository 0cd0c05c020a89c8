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

/** From where the training can go on, if it went by steps: beside the model, which does without it. */
export const trainingFile = "training.safetensors";

/** What that file says it is. */
export const trainingFormat = "downhill training";
export const trainingVersion = 1;

/** The training in pictures, for people: beside the model, and no part of it. */
export const reportFile = "report.html";
