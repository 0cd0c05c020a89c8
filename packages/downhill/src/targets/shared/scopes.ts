/**
 * Places where code can be put. Every loop has two: its body, and the place ahead of it, which runs once before the first
 * iteration.
 */
import type { Scalar } from "../../program/loop.ts";
import { type Cause, disjoint } from "./facts.ts";

/** What is the same in the scopes of all targets. */
interface ScopeAmong<Scope> {
  readonly parent: Scope | undefined;
  /** The loop whose body this is; undefined ahead of a loop and at the root. */
  readonly loop: { readonly changes: ReadonlySet<Cause>; readonly ahead: Scope } | undefined;
}

/** The outermost place, from `at` outwards, where a value with these dependencies is the same as at `at`. */
export const homeOf = <Scope extends ScopeAmong<Scope>>(
  at: Scope,
  dependencies: ReadonlySet<Cause>,
): Scope => {
  let home = at;
  for (let scope: Scope | undefined = at; scope; scope = scope.parent) {
    if (scope.loop === undefined) continue;
    if (!disjoint(dependencies, scope.loop.changes)) break;
    home = scope.loop.ahead;
    scope = home;
  }
  return home;
};

/** What holds the value, by the tables of the scopes around `at`. */
export const findHolder = <Scope extends ScopeAmong<Scope>, Holder>(
  at: Scope,
  node: Scalar,
  tableOf: (scope: Scope) => ReadonlyMap<Scalar, Holder> | undefined,
): Holder | undefined => {
  for (let scope: Scope | undefined = at; scope; scope = scope.parent) {
    const holder = tableOf(scope)?.get(node);
    if (holder !== undefined) return holder;
  }
  return undefined;
};
