/** What a plan for a column is made from. */

/** Of the cells that are not missing; all but `count` null when there are none. */
export interface NumberStatistics {
  readonly count: number;
  readonly mean: number | null;
  /** Population standard deviation. */
  readonly deviation: number | null;
  readonly least: number | null;
  readonly greatest: number | null;
  /** Null unless asked for: it needs all cells of the column in memory. */
  readonly median: number | null;
}

export interface CategoryStatistics {
  /** Cells that are not missing. */
  readonly count: number;
  /** Every category with its number of rows, most frequent first, equals by code point. */
  readonly levels: readonly { readonly level: string; readonly count: number }[];
}
