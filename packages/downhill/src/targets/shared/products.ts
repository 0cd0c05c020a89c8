/** Products computed a block of sums at a time: which contractions suit that, and what is done with their sums. */
import {
  type BufferUse,
  type Contract,
  type LoopIndex,
  type Scalar,
  scalarTypeOf,
} from "../../program/loop.ts";
import { scalarsOf, visitScalars } from "../../program/walk.ts";
import type { DType } from "../../tensor/dtype.ts";
import { type Cause, disjoint, type Facts } from "./facts.ts";
import { isWide } from "./vector-plan.ts";

export type FactorType = "f32" | "f64" | "i32";

export const factorBytes: Readonly<Record<FactorType, 4 | 8>> = { f32: 4, f64: 8, i32: 4 };

const factorDType: Readonly<Record<FactorType, DType>> = { f32: "float32", f64: "float64", i32: "int32" };

/** Whether factors lie in memory as they are multiplied, and nothing is done with the sums but store results by columns. */
export const hasPlainFactors = ({ column, left, right, sum, body }: Contract): boolean => {
  if (sum.type !== "f32" && sum.type !== "f64" && sum.type !== "i32") return false;
  const dtype = factorDType[sum.type];
  if (left.buffer.dtype !== dtype || right.buffer.dtype !== dtype || left.at.dynamic || right.at.dynamic)
    return false;
  return body.every(
    (statement) =>
      statement.kind === "store" &&
      statement.at.terms.some(({ loop, stride }) => loop === column && stride !== 0),
  );
};

/** `total` in the fewest parts of at most `most`, as equal as can be; the last one may be shorter. */
export const evenly = (total: number, most: number): number => Math.ceil(total / Math.ceil(total / most));

/** What is to be done with a block of sums, column by column in lanes, and in each row by row. */
export interface BodyPlan {
  /** The sum, as it is read from the block. */
  readonly load: Scalar;
  /** The row and the column within the block. */
  readonly blockRow: LoopIndex;
  readonly blockColumn: LoopIndex;
  /** Whether the value may differ from lane to lane. */
  readonly varies: (node: Scalar) => boolean;
  /** What the loop over columns changes, and what that over rows does. */
  readonly changes: ReadonlySet<Cause>;
  readonly rowChanges: ReadonlySet<Cause>;
  /** Values to be computed, those counted more than once that take long. */
  readonly cost: number;
  /** Whether values of 64 bits are among those in lanes. */
  readonly wide: boolean;
}

/** @param sums where the block lies in scratch memory, and how long its rows are */
export const planBody = (
  { row, column, sum, body }: Contract,
  facts: Facts,
  sums: { readonly address: number; readonly width: number },
): BodyPlan => {
  const block: BufferUse = { name: "sums", dtype: factorDType[sum.type as FactorType], position: -1 };
  facts.addScratch(block, sums.address);
  const blockRow: LoopIndex = { name: "row of the block" };
  const blockColumn: LoopIndex = { name: "column of the block" };
  const perLane = new Set<Cause>([column, blockColumn, sum]);
  const varies = (node: Scalar): boolean => !disjoint(facts.dependencies(node), perLane);
  let cost = 0;
  let wide = isWide(sum.type);
  visitScalars(body, (node) => {
    cost += node.kind === "rare" || node.kind === "table" ? 10 : 1;
    wide ||= isWide(node.type) && varies(node);
  });
  for (const statement of body) wide ||= scalarsOf(statement).some(({ type }) => isWide(type));
  const rowChanges = new Set<Cause>([row, blockRow, sum]);
  for (const statement of body) for (const cause of facts.changes(statement)) rowChanges.add(cause);
  return {
    load: {
      kind: "load",
      type: scalarTypeOf[block.dtype],
      buffer: block,
      at: {
        offset: 0,
        terms: [
          { loop: blockRow, stride: sums.width },
          { loop: blockColumn, stride: 1 },
        ],
      },
    },
    blockRow,
    blockColumn,
    varies,
    changes: new Set([...rowChanges, column, blockColumn]),
    rowChanges,
    cost,
    wide,
  };
};
