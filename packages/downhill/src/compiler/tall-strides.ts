/**
 * Transposed reading. Where the innermost loop steps through an operand by rows and another loop by neighbours, each cache
 * line that is fetched for one element would be gone before its next element is asked for. So the innermost loop is done a
 * stretch at a time, with the other loop around it: a line's elements are then read one soon after another.
 */
import { strideOf } from "../program/addresses.ts";
import type { LoopIndex, Statement } from "../program/loop.ts";
import { visitScalars, type Loop } from "../program/walk.ts";
import { accessIn, partOfKernel } from "./part-of-kernel.ts";
import { rewrite, shiftOf } from "./rewrite.ts";
import type { LoweredKernel } from "./schedule.ts";

/** Iterations of the innermost loop at a time: as many lines as the first cache holds at once, even on one set of it. */
const stretch = 16;

/** Strides from this many elements on lead to another cache line. */
const tallStride = 16;

/** The loops from the outermost to the innermost, if they are nested with nothing between them. */
const nestOf = (statement: Statement): Loop[] | undefined => {
  const loops: Loop[] = [];
  let inner = statement;
  while (inner.kind === "loop") {
    loops.push(inner);
    const [only, ...more] = inner.body;
    if (more.length > 0 || only?.kind !== "loop") break;
    inner = only;
  }
  return loops.at(-1)?.body.every(({ kind }) => kind === "store") === true ? loops : undefined;
};

/** The depth of the loop that steps through neighbours of what the innermost one steps through by rows. */
const depthOfNeighbours = (loops: readonly Loop[]): number | undefined => {
  const innermost = loops.at(-1)!;
  let depth: number | undefined;
  visitScalars(innermost.body, (node) => {
    if (node.kind !== "load" || Math.abs(strideOf(node.at, innermost.index)) < tallStride) return;
    const found = loops.findIndex(
      ({ index, extent }) => extent >= stretch && Math.abs(strideOf(node.at, index)) === 1,
    );
    if (found >= 0 && found < loops.length - 1) depth = Math.min(found, depth ?? found);
  });
  return depth;
};

/** The kernel with its innermost loop in stretches, what is left over as a second one; as it is where that is no use. */
export const inStretches = (lowered: LoweredKernel): LoweredKernel[] => {
  const { kernel, isDivisible = false } = lowered;
  const [statement, ...more] = kernel.body;
  if (!isDivisible || statement === undefined || more.length > 0) return [lowered];
  const loops = nestOf(statement);
  const innermost = loops?.at(-1);
  if (loops === undefined || innermost === undefined || innermost.extent < 2 * stretch) return [lowered];
  const depth = depthOfNeighbours(loops);
  if (depth === undefined) return [lowered];
  const count = Math.floor(innermost.extent / stretch);
  const part: LoopIndex = { name: `${innermost.index.name} stretch` };
  /** The loops from `depth` on, with so many iterations of the innermost one from a place on. */
  const around = (extent: number, from: number, index: LoopIndex | undefined): Statement => {
    const body = rewrite(
      innermost.body,
      shiftOf({ loop: innermost.index, from, part: index, length: stretch }),
    );
    return loops.slice(depth, -1).reduceRight<Statement>((inner, loop) => ({ ...loop, body: [inner] }), {
      ...innermost,
      extent,
      body,
    });
  };
  const outside = (inner: Statement): Statement =>
    loops.slice(0, depth).reduceRight<Statement>((body, loop) => ({ ...loop, body: [body] }), inner);
  const whole = outside({ kind: "loop", index: part, extent: count, body: [around(stretch, 0, part)] });
  const left = innermost.extent - count * stretch;
  const rest = left > 0 ? [outside(around(left, count * stretch, undefined))] : [];
  return [whole, ...rest].map((body) => ({
    ...lowered,
    ...partOfKernel(kernel.name, [body], accessIn(lowered)),
  }));
};
