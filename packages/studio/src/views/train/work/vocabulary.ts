/** How a diagnosis names things on this page: columns and rows of the table, and the controls that change them. */
import { featureNamesOf } from "downhill-model/plan";
import { libraryVocabulary, type Vocabulary } from "downhill/learn";
import type { Prepared } from "../data/prepare.ts";

const asItIs = { mean: 0, deviation: 1 };

export const vocabularyOf = ({ plan, task, targetScale, train, split }: Prepared): Vocabulary => {
  const scales = plan.columns.flatMap((column) =>
    featureNamesOf(column).map(() => (column.encoding === "number" && column.standardised ? column : asItIs)),
  );
  const classes = task.kind === "classification" ? task.classes : [];
  return {
    ...libraryVocabulary,
    column: (index) => `“${train.columns[index] ?? index}”`,
    row: (index) => `row ${(split.train[index] ?? index) + 1} of the table`,
    label: (label) => `“${String(classes[Number(label)] ?? label)}”`,
    target: `the target “${plan.target.column}”`,
    scale: (index) => (index < 0 ? targetScale : scales[index]) ?? asItIs,
    setRate: (rate) => `a learning rate of ${rate}`,
    setBatchSize: (rows) => `${rows} rows in a step`,
    standardise: () => "tick “standardise”",
    standardiseTarget: "tick “standardise”",
    plainDescent: "plain gradient descent (sgd)",
    freshStart: "a fresh start",
    moreEpochs: "more epochs",
    earlyStopping: "an earlier epoch, or fewer hidden units",
    balance: "add rows of the rarer classes",
    otherActivation: "relu as activation",
  };
};
