/** The passes over programs, in order: named data, so that tools can show a program after each. */
import type { Program } from "../program/program.ts";
import { prune } from "../program/prune.ts";
import { verify } from "../program/verify.ts";
import { orderAxes } from "./axis-orders.ts";
import { shareCommonSubexpressions } from "./common-subexpressions.ts";
import { markFallingExponentials } from "./exponents.ts";
import { hoistSmall } from "./hoist.ts";
import { inline } from "./inline.ts";
import { workInRowBlocks } from "./row-blocks.ts";
import { simplify } from "./simplify.ts";

export interface Pass {
  readonly name: string;
  readonly run: (program: Program) => Program;
}

export const passes: readonly Pass[] = [
  { name: "inline", run: inline },
  { name: "simplify", run: simplify },
  { name: "share common subexpressions", run: shareCommonSubexpressions },
  { name: "mark falling exponentials", run: markFallingExponentials },
  { name: "prune", run: prune },
  { name: "order axes", run: orderAxes },
  { name: "hoist small computations", run: hoistSmall },
  { name: "work in blocks of rows", run: (program) => workInRowBlocks(program) },
];

/** A program as it is after a pass. */
export interface Stage {
  readonly name: string;
  readonly program: Program;
}

/** The program as traced, and after each pass; every stage is verified. */
export const stages = (program: Program): Stage[] => {
  const result: Stage[] = [{ name: "traced", program: verify(program, "tracing") }];
  for (const { name, run } of passes)
    result.push({ name, program: verify(run(result.at(-1)!.program), name) });
  return result;
};

/** The program after all passes. */
export const optimize = (program: Program): Program =>
  passes.reduce((current, pass) => pass.run(current), program);
