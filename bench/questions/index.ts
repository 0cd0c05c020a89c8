/** All questions, in the order of the table. */
import type { Question } from "../harness/question.ts";
import { elementwiseGradient } from "./elementwise-gradient.ts";
import { firstCall } from "./first-call.ts";
import { librarySize } from "./library-size.ts";
import { linearFit } from "./linear-fit.ts";
import { linearStep } from "./linear-step.ts";
import { logisticFit } from "./logistic-fit.ts";
import { matmul } from "./matmul.ts";
import { mlpStep } from "./mlp-step.ts";
import { programSize } from "./program-size.ts";
import { softmaxStep } from "./softmax-step.ts";
import { tinyStep } from "./tiny-step.ts";
import { trainCommand } from "./train-command.ts";

export const questions: readonly Question[] = [
  tinyStep,
  mlpStep,
  softmaxStep,
  linearStep,
  linearFit,
  logisticFit,
  firstCall,
  matmul,
  elementwiseGradient,
  trainCommand,
  librarySize,
  programSize,
];
