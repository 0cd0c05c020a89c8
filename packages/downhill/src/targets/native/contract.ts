/** Contractions: which of the ways to compute one suits it. */
import { contractionLoops } from "../../compiler/contraction-loops.ts";
import { isDeep } from "../../compiler/deep-contractions.ts";
import { inBlocks } from "../../compiler/long-reductions.ts";
import type { Contract } from "../../program/loop.ts";
import { emitInnerContract } from "./inner-contract.ts";
import { emitPackedContract, isPackable } from "./packed-contract.ts";
import type { Emitter, Scope } from "./scope.ts";

export const emitContract = (e: Emitter, at: Scope, contract: Contract): void => {
  if (contract.rows === 0 || contract.columns === 0) return;
  if (isDeep(contract)) emitInnerContract(e, at, contract);
  else if (isPackable(contract)) emitPackedContract(e, at, contract);
  else e.emit(e, at, inBlocks([contractionLoops(contract)]));
};
