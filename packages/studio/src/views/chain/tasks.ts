/** What the worker computes for the view of chains. */
import { type DerivationGraph, derivationGraph } from "downhill/explain";
import { derive } from "downhill/formula";
import { parsed, type Values } from "../../engine/formula/parsed.ts";
import { type PlainDerivation, plainDerivation } from "../../engine/formula/derivation.ts";

export interface ChainQuestion {
  readonly text: string;
  readonly at: Values;
  /** The variables whose slopes are asked for. */
  readonly wrt: readonly string[];
}

export interface ChainAnswer {
  readonly derivation: PlainDerivation;
  readonly graph: DerivationGraph;
}

/** The derivation with its graph, with numbers put in. */
export const chain = ({ text, at, wrt }: ChainQuestion): ChainAnswer => {
  const derivation = derive(parsed(text).formula, { at, wrt });
  return { derivation: plainDerivation(derivation), graph: derivationGraph(derivation) };
};
