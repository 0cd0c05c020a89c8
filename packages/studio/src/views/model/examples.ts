/** Models to look at without one of one's own: trained in this page when they are asked for. */
import { tables } from "../train/data/tables.ts";
import type { HomeQuestion } from "../train/home/tasks.ts";

export interface Example {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly training: HomeQuestion;
}

export const examples: readonly Example[] = (
  [
    ["iris", "logistic", 100],
    ["breast_cancer", "logistic", 100],
    ["diabetes", "linear", 60],
  ] as const
).map(([id, model, epoch]): Example => {
  const { title, target, about } = tables.find((table) => table.id === id)!;
  return {
    id,
    title,
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
