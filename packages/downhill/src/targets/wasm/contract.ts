/** Contractions: which of the ways to compute one suits it. */
import { contractionLoops } from "../../compiler/contraction-loops.ts";
import { isDeep } from "../../compiler/deep-contractions.ts";
import { inBlocks } from "../../compiler/long-reductions.ts";
import type { Contract } from "../../program/loop.ts";
import { emitInnerContract } from "./inner-contract.ts";
import { emitPackedContract, isPackable, wastesColumns } from "./packed-contract.ts";
import type { Emitter, Scope } from "./scope.ts";
import { emitThinContract, thinFormOf } from "./thin-contract.ts";

export const emitContract = (e: Emitter, at: Scope, contract: Contract): void => {
  if (contract.rows === 0 || contract.columns === 0) return;
  if (e.context.options.simd && e.lanes === undefined && isDeep(contract)) emitInnerContract(e, at, contract);
  else if (isPackable(e, contract)) {
    const form = wastesColumns(e, contract) ? thinFormOf(contract) : undefined;
    if (form === undefined) emitPackedContract(e, at, contract);
    else emitThinContract(e, at, contract, form);
  } else e.emit(e, at, inBlocks([contractionLoops(contract)]));
};
