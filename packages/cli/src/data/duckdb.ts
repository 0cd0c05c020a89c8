/** DuckDB itself, apart from the JavaScript around it, which takes as long to load as DuckDB to start in its own thread. */
import duckdb from "@duckdb/node-bindings";
import type { Database } from "@duckdb/node-bindings";

function open(): Promise<Database> {
  const config = duckdb.create_config();
  // This optimizer turns each `cell IN (missing markers)` into a hash join: on 30 columns planning takes a second
  // and a half instead of milliseconds.
  duckdb.set_config(config, "disabled_optimizers", "in_clause");
  return duckdb.open(":memory:", config);
}

let ready: Promise<Database> | null = null;

/**
 * Has a database opened that will be needed; whoever asks for it is told if that fails.
 *
 * @returns when that is over: the process must not end meanwhile
 */
export function startDatabase(): Promise<unknown> {
  ready = open();
  return ready.catch(() => undefined);
}

/** A new database, empty and in memory: the one that was started, for the first who asks. */
export function openDatabase(): Promise<Database> {
  const database = ready ?? open();
  ready = null;
  return database;
}
