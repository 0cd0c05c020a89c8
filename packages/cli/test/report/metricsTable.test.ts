import pc from "picocolors";
import { describe, expect, it } from "vitest";
import { metricsTable } from "../../src/report/metricsTable.ts";

const colours = pc.createColors(false);
const classes = [
  { title: "training", metrics: { accuracy: 0.989, logLoss: 0.0505, f1: 0.988 } },
  { title: "always benign", metrics: { accuracy: 0.632, logLoss: 0.658, f1: null } },
];
const numbers = [{ title: "model", metrics: { r2: -0.02441, rmse: 82.6, mae: 12_345.6 } }];

describe("metrics", () => {
  it("stand side by side, with what they mean", () => {
    expect(metricsTable(classes, "diagnosis", { colours, width: 80 })).toEqual([
      "          training  always benign",
      "accuracy    98.9 %         63.2 %  rows whose class was found",
      "log loss    0.0505          0.658  surprise at the true class, best 0",
      "F1           0.988              –  mean over the classes, best 1",
    ]);
    expect(metricsTable(numbers, "progression", { colours, width: 80 })).toEqual([
      "        model",
      "R²    −0.0244  share of the variance explained, best 1",
      "RMSE     82.6  typical error, in units of progression",
      "MAE    12,346  mean error, in units of progression",
    ]);
  });

  it("do without it where there is no room", () => {
    const narrow = metricsTable(classes, "diagnosis", { colours, width: 60 });
    expect(narrow[2]).toBe("log loss    0.0505          0.658  surprise at the true cla…");
    expect(metricsTable(classes, "diagnosis", { colours, width: 50 })[2]).toBe(
      "log loss    0.0505          0.658",
    );
  });
});
