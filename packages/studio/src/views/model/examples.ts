/** Models to look at without one of one's own: trained in this page when they are asked for. */
import { tables } from "../train/data/tables.ts";
import type { HomeQuestion } from "../train/home/tasks.ts";

export interface Example {
  readonly id: string;
  readonly title: string;
  /** What it answers. */
  readonly question: string;
  /** What it has learnt from. */
  readonly data: string;
  readonly about: string;
  readonly training: HomeQuestion;
}

export const examples: readonly Example[] = (
  [
    ["iris", "logistic", 100, "Which of three species is this flower?"],
    ["breast_cancer", "logistic", 100, "Are these cells benign or malignant?"],
    ["diabetes", "linear", 60, "How far will the disease have come in a year?"],
  ] as const
).map(([id, model, epoch, question]): Example => {
  const { title, target, about } = tables.find((table) => table.id === id)!;
  return {
    id,
    title,
    question,
    data: about,
    about: `${about} The model is a ${model} regression, trained just now for ${epoch} epochs.`,
    training: {
      ground: {
        data: {
          source: { kind: "builtin", id },
          target,
          inputs: null,
          standardise: true,
          validation: 0.2,
          seed: 0,
        },
        model: { model, hidden: [8], activation: "tanh" },
      },
      course: { before: [], last: { optimizer: "sgd", rate: "auto", batch: null } },
      epoch,
    },
  };
});
