/**
 * How near do reductions and softmax come to the speed of memory? Reductions read 64 MB, softmax reads and writes 16 MB:
 * more than caches hold. A plain copy loop in WebAssembly on one thread says what can be reached.
 */
import type { Tensor } from "downhill";
import { relativeDisagreements } from "../harness/agreement.ts";
import { float32, squaredNorm } from "../harness/arrays.ts";
import { makeCopyLoop } from "../harness/copy-loop.ts";
import { type Downhill, downhillTensor, loadDownhill } from "../harness/downhill.ts";
import {
  type AnyProgram,
  type Data,
  program,
  type ProgramQuestion,
  programQuestion,
} from "../harness/question.ts";
import { Random } from "../harness/random.ts";

const short = 64;
const long = 262_144;

interface Work {
  readonly name: string;
  readonly label: string;
  readonly title: string;
  readonly shape: readonly [rows: number, columns: number];
  /** How often the work touches each byte of the array, or one like it. */
  readonly touches: 1 | 2;
  readonly downhill: (library: Downhill) => (x: Tensor) => Tensor;
  /** The result in float64, by a loop of JavaScript over the rows of the array. */
  readonly reference: (x: Float32Array, rows: number, columns: number) => Float64Array;
}

/** What `combine` makes of each row, or of each column, one element after the other. */
const folded =
  (axis: 0 | 1, start: number, combine: (sum: number, value: number) => number): Work["reference"] =>
  (x, rows, columns) => {
    const result = new Float64Array(axis === 0 ? columns : rows).fill(start);
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const place = axis === 0 ? column : row;
        result[place] = combine(result[place]!, x[row * columns + column]!);
      }
    return result;
  };

const add = (a: number, b: number): number => a + b;
const larger = (a: number, b: number): number => (a > b ? a : b);

/** exp(x − m) / Σ exp(x − m) along rows, m their maxima. */
const softmaxOfRows: Work["reference"] = (x, rows, columns) => {
  const maxima = folded(1, -Infinity, larger)(x, rows, columns);
  const exponentials = Float64Array.from(x, (value, i) => Math.exp(value - maxima[Math.floor(i / columns)]!));
  for (let row = 0; row < rows; row++) {
    const part = exponentials.subarray(row * columns, (row + 1) * columns);
    const total = part.reduce(add, 0);
    part.forEach((value, i) => {
      part[i] = value / total;
    });
  }
  return exponentials;
};

const works: readonly Work[] = [
  {
    name: "sum-rows",
    label: "Sum of long rows",
    title: `sum of each of ${short} rows of ${long} numbers`,
    shape: [short, long],
    touches: 1,
    downhill: () => (x) => x.sum(1),
    reference: folded(1, 0, add),
  },
  {
    name: "sum-columns",
    label: "Sum of long columns",
    title: `sum of each of ${short} columns of ${long} numbers`,
    shape: [long, short],
    touches: 1,
    downhill: () => (x) => x.sum(0),
    reference: folded(0, 0, add),
  },
  {
    name: "max-rows",
    label: "Maximum of long rows",
    title: `maximum of each of ${short} rows of ${long} numbers`,
    shape: [short, long],
    touches: 1,
    downhill: () => (x) => x.max(1),
    reference: folded(1, -Infinity, larger),
  },
  {
    name: "max-columns",
    label: "Maximum of long columns",
    title: `maximum of each of ${short} columns of ${long} numbers`,
    shape: [long, short],
    touches: 1,
    downhill: () => (x) => x.max(0),
    reference: folded(0, -Infinity, larger),
  },
  {
    name: "softmax",
    label: "Softmax of rows",
    title: `softmax of ${long / 4} rows of ${short} numbers`,
    shape: [long / 4, short],
    touches: 2,
    downhill:
      ({ softmax }) =>
      (x) =>
        softmax(x),
    reference: softmaxOfRows,
  },
];

const fingerprint = (values: ArrayLike<number>): number[] => [
  squaredNorm(values),
  values[1] ?? NaN,
  values[values.length - 2] ?? NaN,
];

function question({ name, label, title, shape, touches, downhill, reference }: Work): ProgramQuestion {
  const data = (): Data<"x"> => {
    const random = new Random(10);
    return { x: float32(shape, () => 4 * random.uniform() - 1) };
  };
  const inDownhill = async (data: Data<"x">): Promise<AnyProgram> => {
    const library = await loadDownhill();
    const f = library.jit(downhill(library));
    const x = downhillTensor(library, data.x);
    return program({
      start: () => library.zeros([1]),
      step: () => f(x),
      report: (result) => fingerprint(result.data),
    });
  };
  const byCopying = ({ x }: Data<"x">): Promise<AnyProgram> => {
    const loop = makeCopyLoop(x.values as Float32Array);
    return Promise.resolve(
      program({
        start: () => undefined,
        step: () => loop.copy(),
        report: () => fingerprint(reference(loop.copied, ...shape)),
        // A copy reads every byte and writes it.
        stepsPerCall: 2 / touches,
      }),
    );
  };
  return programQuestion({
    name,
    label,
    title,
    python: "bandwidth",
    data,
    subject: "Downhill, 1 thread",
    programs: { "wasm-copy": { "wasm copy loop": byCopying }, downhill: { Downhill: inDownhill } },
    agreeAfter: 1,
    // Against float64: a sum in blocks errs by a few 2⁻²⁴ for each of its levels, an exponential by as much.
    disagreements: (reports) =>
      relativeDisagreements(reports, { "|result|²": 1e-5, second: 1e-5, last: 1e-5 }),
    rate: { unit: "GB/s", perStep: (4 * shape[0] * shape[1] * touches) / 1e9 },
    goals: { "wasm copy loop": 0.7 },
  });
}

export const bandwidth = works.map(question);
