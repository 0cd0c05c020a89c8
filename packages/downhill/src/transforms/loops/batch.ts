/** Batches of scans. */
import { broadcastTo, transpose } from "../../primitives/index.ts";
import { buildProgram, interpret } from "../../program/trace.ts";
import { allAxes } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { batchProgram } from "../batching.ts";
import { partsOf, type RunScan, type Scan, settledFlags } from "./layout.ts";

/** Puts axis 1 first: a batch of sequences is a sequence of batches. */
const swapLeading = (x: Tensor): Tensor => transpose(x, [1, 0, ...allAxes(x.rank).slice(2)]);

export const batchScan = (
  operands: readonly Tensor[],
  batched: readonly boolean[],
  size: number,
  scan: Scan,
  run: RunScan,
): Tensor[] => {
  const { body } = scan;
  const flags = settledFlags(scan, batched, (current) => batchProgram(body, current, size).batched);
  const { program, batched: ofOutputs } = batchProgram(body, flags, size);
  const spread = (x: Tensor): Tensor => broadcastTo(x, [size, ...x.shape]);
  const settled = partsOf(scan, flags).carries;
  const full = buildProgram("vmap", program.inputs, (inputs) =>
    interpret(program, inputs).map((result, i) =>
      settled[i] === true && !ofOutputs[i] ? spread(result) : result,
    ),
  );
  const parts = partsOf(scan, operands);
  const results = run({ ...scan, body: full }, [
    ...parts.constants,
    ...parts.carries.map((carry, i) => (settled[i] && !batched[scan.constants + i] ? spread(carry) : carry)),
    ...parts.sequences.map((sequence, i) =>
      batched[scan.constants + scan.carries + i] ? swapLeading(sequence) : sequence,
    ),
  ]);
  return results.map((result, i) => {
    if (i < scan.carries) return settled[i] ? result : spread(result);
    return ofOutputs[i] ? swapLeading(result) : spread(result);
  });
};
