/**
 * Contractions with few sums over many factors. There are too few sums to divide among threads, so the factors are cut
 * into parts, always the same ones, each with sums of its own, which are added up at the end.
 */
import { strideOf } from "../program/addresses.ts";
import {
  type BufferUse,
  type Contract,
  type Index,
  type LoopIndex,
  scalarTypeOf,
  wholeOf,
} from "../program/loop.ts";
import * as s from "../program/scalar.ts";
import { partOfKernel } from "./part-of-kernel.ts";
import type { LoweredKernel } from "./schedule.ts";
import type { Storage } from "./views.ts";

/** Sums at most, and factors of each at least. */
const mostSums = 4096;
const leastDepth = 256;

/** Whether a contraction has few sums over many factors, which lie side by side in both operands. */
export const isDeep = (contract: Contract): boolean => {
  const { column, depth, inner, left, right, sum, body } = contract;
  const { rows, columns } = wholeOf(contract);
  return (
    (sum.type === "f32" || sum.type === "f64") &&
    [left, right].every(({ buffer }) => scalarTypeOf[buffer.dtype] === sum.type) &&
    body.every(
      (statement) =>
        statement.kind === "store" &&
        statement.at.terms.some(({ loop, stride }) => loop === column && stride !== 0),
    ) &&
    Math.min(rows, columns) >= 2 &&
    rows * columns <= mostSums &&
    depth >= leastDepth &&
    strideOf(left.at, inner) === 1 &&
    strideOf(right.at, inner) === 1 &&
    left.at.dynamic === undefined &&
    right.at.dynamic === undefined
  );
};

/** Multiplications that make it worth the while to cut a contraction up, parts at most, and factors in a part at least. */
const leastWork = 1_500_000;
const mostParts = 8;
const leastPart = 512;

/** The largest number of equal parts of so many factors. */
const partsOf = (depth: number): number => {
  for (let parts = mostParts; parts > 1; parts--)
    if (depth % parts === 0 && depth / parts >= leastPart) return parts;
  return 1;
};

/** The kernel in two, if it is a deep contraction: the sums of parts, and what is made of all of them; otherwise as it is. */
export const cutContraction = (lowered: LoweredKernel): LoweredKernel[] => {
  const { kernel, storages } = lowered;
  const [contract, ...more] = kernel.body;
  if (contract?.kind !== "contract" || more.length > 0 || !isDeep(contract)) return [lowered];
  const { row, rows, column, columns, inner, depth, left, right, sum, body } = contract;
  const parts = partsOf(depth);
  if (parts < 2 || rows * columns * depth < leastWork) return [lowered];
  const length = depth / parts;
  const dtype = sum.type === "f64" ? "float64" : "float32";
  const storage: Storage = { dtype, size: parts * rows * columns, name: `${sum.name} parts` };
  const buffer: BufferUse = { name: storage.name, dtype, position: -1 };
  const part: LoopIndex = { name: "part" };
  const place: Index = {
    offset: 0,
    terms: [
      { loop: part, stride: rows * columns },
      { loop: row, stride: columns },
      { loop: column, stride: 1 },
    ],
  };
  const further = (at: Index): Index => ({
    ...at,
    terms: [...at.terms, { loop: part, stride: length * strideOf(at, inner) }],
  });
  const first = s.nest(
    [[part, parts]],
    [
      {
        ...contract,
        depth: length,
        left: { ...left, at: further(left.at) },
        right: { ...right, at: further(right.at) },
        body: [
          {
            kind: "store",
            buffer,
            at: place,
            value: { kind: "accumulator", type: sum.type, accumulator: sum },
          },
        ],
      },
    ],
  );
  const second = s.nest(
    [
      [row, rows],
      [column, columns],
    ],
    [
      { kind: "declare", accumulator: sum, initial: s.constant(sum.type, 0) },
      s.nest(
        [[part, parts]],
        [
          {
            kind: "accumulate",
            accumulator: sum,
            combine: "add",
            value: { kind: "load", type: sum.type, buffer, at: place },
          },
        ],
      ),
      ...body,
    ],
    1,
  );
  const accessOf = (isFirst: boolean) => (used: BufferUse) =>
    used === buffer
      ? ([storage, isFirst ? "write" : "read"] as const)
      : ([storages[used.position]!, kernel.access[used.position]!] as const);
  return [
    { ...partOfKernel(`${kernel.name} in parts`, [first], accessOf(true)), reusable: [], isDivisible: true },
    {
      ...partOfKernel(`${kernel.name} of parts`, [second], accessOf(false)),
      reusable: [],
      isDivisible: true,
    },
  ];
};
