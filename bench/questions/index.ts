/** All questions, in the order of the table. */
import type { Question } from "../harness/question.ts";
import { bandwidth } from "./bandwidth.ts";
import { elementwiseGradient } from "./elementwise-gradient.ts";
import { firstCall } from "./first-call.ts";
import { gradSize } from "./grad-size.ts";
import { lenetSteps } from "./lenet-step.ts";
import { librarySize } from "./library-size.ts";
import { linearFit } from "./linear-fit.ts";
import { linearStep } from "./linear-step.ts";
import { logisticFit } from "./logistic-fit.ts";
import { logisticOptimum } from "./logistic-optimum.ts";
import { matmul } from "./matmul.ts";
import { mlpHvp } from "./mlp-hvp.ts";
import { mlpStep } from "./mlp-step.ts";
import { perExampleGradients } from "./per-example-gradients.ts";
import { programSize } from "./program-size.ts";
import { softmaxStep } from "./softmax-step.ts";
import { startUp } from "./start-up.ts";
import { tinyStep } from "./tiny-step.ts";
import { trainCommand } from "./train-command.ts";

export const questions: readonly Question[] = [
  tinyStep,
  mlpStep,
  mlpHvp,
  perExampleGradients,
  ...lenetSteps,
  softmaxStep,
  linearStep,
  linearFit,
  logisticFit,
  logisticOptimum,
  firstCall,
  matmul,
  elementwiseGradient,
  ...bandwidth,
  trainCommand,
  startUp,
  gradSize,
  librarySize,
  programSize,
];
