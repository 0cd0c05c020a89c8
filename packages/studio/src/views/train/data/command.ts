/** The command's own rules for tables: what is done here is what `downhill train` does. */
export type { ColumnPlan, Plan } from "../../../../../cli/src/data/plan.ts";
export { featureNamesOf } from "../../../../../cli/src/data/plan.ts";
export {
  type ColumnChoice,
  type Dropped,
  planNumber,
  planOneHot,
} from "../../../../../cli/src/data/planColumn.ts";
export { type Split, splitRows } from "../../../../../cli/src/data/splitRows.ts";
export type { ColumnKind } from "../../../../../cli/src/data/table.ts";
