import type { z } from "zod";
// Types only: `train` writes plans and need not load the validator.
import { dayText } from "./dates.ts";
import type { planSchema } from "./planSchema.ts";

/** How the columns of a table become features and target of a model. Plain JSON. */
export type Plan = z.infer<typeof planSchema>;
export type ColumnPlan = Plan["columns"][number];
export type NumberPlan = Extract<ColumnPlan, { encoding: "number" }>;
export type OneHotPlan = Extract<ColumnPlan, { encoding: "one-hot" }>;

/** Features that a column gives: `mass`, or `island=Biscoe`, `island=(other)`, `island=(missing)`. */
export function featureNamesOf(column: ColumnPlan): string[] {
  if (column.encoding === "number") return [column.name];
  const states = [...column.levels];
  if (column.others.length > 0) states.push("(other)");
  if (column.missing > 0) states.push("(missing)");
  return states.map((state) => `${column.name}=${state}`);
}

/** Names of all features, in the order of the matrix's columns. */
export function featureNames(plan: Plan): string[] {
  return plan.columns.flatMap(featureNamesOf);
}

function round(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function describeNumber(column: NumberPlan): string {
  const { holds, mean, deviation, missing, fill, fillRule, standardised } = column;
  const unit = holds === "date" ? " days" : "";
  const centre = holds === "date" ? dayText(mean) : round(mean);
  const scaling = standardised
    ? `standardised (mean ${centre}, standard deviation ${round(deviation)}${unit})`
    : "as it is";
  const filled = holds === "date" ? dayText(fill) : round(fill);
  const filling = missing === 0 ? "" : `; ${missing} missing filled with ${filled} (${fillRule})`;
  return `${holds === "date" ? "days since 1970" : "number"}, ${scaling}${filling}`;
}

function describeOneHot(column: OneHotPlan): string {
  const { levels, others, missing } = column;
  const shown = levels.slice(0, 6).join(", ") + (levels.length > 6 ? ", …" : "");
  const rare = others.length === 0 ? "" : `; ${others.length} rarer as (other)`;
  const gaps = missing === 0 ? "" : `; ${missing} missing as (missing)`;
  return `${levels.length === 1 ? "1 category" : `${levels.length} categories`}, one-hot: ${shown}${rare}${gaps}`;
}

/** One line for each column: what becomes of it, and why. */
export function describePlan(plan: Plan): string[] {
  const used = plan.columns.map((column) => {
    const treatment = column.encoding === "number" ? describeNumber(column) : describeOneHot(column);
    return `${column.name}: ${treatment}`;
  });
  return [...used, ...plan.dropped.map(({ name, reason }) => `${name}: left out: ${reason}`)];
}

function describeFill({ fill, fillRule }: NumberPlan): string {
  return fillRule === "given" ? String(fill) : `the ${fillRule}`;
}

/** The same in a few lines: columns with the same treatment together. */
export function summarisePlan(plan: Plan): string[] {
  const groups = new Map<string, string[]>();
  const add = (treatment: string, name: string): void => {
    groups.set(treatment, [...(groups.get(treatment) ?? []), name]);
  };
  for (const column of plan.columns) {
    if (column.encoding === "one-hot")
      add("one-hot encoded", `${column.name} (${featureNamesOf(column).length})`);
    else {
      const what = column.holds === "date" ? "taken as days" : "taken as numbers";
      add(column.standardised ? `${what} and standardised` : `${what}, unscaled`, column.name);
      if (column.missing > 0)
        add(`with missing cells, filled with ${describeFill(column)}`, `${column.name} (${column.missing})`);
    }
  }
  for (const { name, reason } of plan.dropped) add(`left out: ${reason}`, name);
  return [...groups].map(([treatment, names]) => {
    const shown = names.slice(0, 8).join(", ") + (names.length > 8 ? ", …" : "");
    return `${names.length} ${names.length === 1 ? "column" : "columns"} ${treatment}: ${shown}`;
  });
}
