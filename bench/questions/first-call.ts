/** How long does a user wait for the first step of a compiled network: trace, differentiate, compile, run? */
import { relativeDisagreements } from "../harness/agreement.ts";
import { programQuestion } from "../harness/question.ts";
import { mlpData, mlpPrograms } from "./mlp-step.ts";

export const firstCall = programQuestion({
  name: "first-call",
  label: "First call of the MLP step",
  title: "first call of the jitted MLP step, in a new process",
  data: mlpData,
  programs: { downhill: mlpPrograms.downhill ?? {}, "jax-js": mlpPrograms["jax-js"] ?? {} },
  firstCall: true,
  agreeAfter: 1,
  disagreements: (reports) =>
    relativeDisagreements(reports, { "last loss": 1e-4, "|change of parameters|²": 1e-4 }),
  limit: 0.02,
  goals: { "JAX jit": 25, "jax-js": 7 },
});
