/** What the address says about the row that a model is asked about. */
import type { NumberPlan, Plan } from "downhill-model/plan";
import type { Params } from "../../app/address.ts";
import { numberIn } from "../../app/params.ts";
import { shown } from "../../ui/numbers.ts";

export type Cells = Readonly<Record<string, string | number>>;

/** In the address, names of columns have this before them: they may be called anything. */
export const cellParam = (name: string): string => `in.${name}`;

/** Three deviations to either side hold nearly all rows. */
export const rangeOf = ({ mean, deviation }: Pick<NumberPlan, "mean" | "deviation">): [number, number] => {
  const tidy = (value: number): number => Number(value.toPrecision(3));
  return [tidy(mean - 3 * deviation), tidy(mean + 3 * deviation)];
};

/** The row: where the address says nothing, what missing cells are filled with, and the most frequent category. */
export const cellsIn = (params: Params, { columns }: Plan): Cells =>
  Object.fromEntries(
    columns.map((column): [string, string | number] => {
      const at = cellParam(column.name);
      if (column.encoding === "number")
        return [column.name, numberIn(params, at, Number(column.fill.toPrecision(4)))];
      const wanted = params[at] ?? "";
      const known = [...column.levels, ...column.others];
      return [column.name, known.includes(wanted) ? wanted : known[0]!];
    }),
  );

/** A probability as it is read. */
export const percent = (share: number): string =>
  share > 0 && share < 0.001 ? "< 0.1 %" : `${shown(100 * share, 3)} %`;
