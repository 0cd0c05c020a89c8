/** A plain copy loop in WebAssembly, one thread: what reading and writing memory costs where nothing is computed. */

const vectorBytes = 16;
const perRound = 8;

const leb = (value: number): number[] => {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
};
const section = (id: number, ...content: number[]): number[] => [id, ...leb(content.length), ...content];
const text = (name: string): number[] => [name.length, ...Buffer.from(name)];

const i32 = 0x7f;
const get = (local: number): number[] => [0x20, local];
/** The second byte keeps the number positive: the encoding is that with a sign. */
const add = (value: number): number[] => [0x41, (value & 0x7f) | 0x80, value >> 7, 0x6a];

/** copy(from, to, end): 128 bytes a round until `from` is `end`. */
function moduleBytes(pages: number): Uint8Array<ArrayBuffer> {
  const [from, to, end] = [0, 1, 2];
  const align = 4;
  const moves = Array.from({ length: perRound }, (_, i) => [
    ...get(to),
    ...[...get(from), 0xfd, 0x00, align, ...leb(i * vectorBytes)], // v128.load
    ...[0xfd, 0x0b, align, ...leb(i * vectorBytes)], // v128.store
  ]).flat();
  const round = perRound * vectorBytes;
  const body = [
    0, // no locals but the parameters
    ...[0x03, 0x40], // loop
    ...moves,
    ...[...get(to), ...add(round), 0x21, to],
    ...[...get(from), ...add(round), 0x22, from],
    ...[...get(end), 0x49, 0x0d, 0], // i32.lt_u, br_if
    ...[0x0b, 0x0b],
  ];
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, 1, 0x60, 3, i32, i32, i32, 0),
    ...section(3, 1, 0),
    ...section(5, 1, 0, ...leb(pages)),
    ...section(7, 2, ...text("memory"), 2, 0, ...text("copy"), 0, 0),
    ...section(10, 1, ...leb(body.length), ...body),
  ]);
}

export interface CopyLoop {
  /** Copies all of it. */
  copy(): void;
  /** What has been copied. */
  readonly copied: Float32Array;
}

/** A loop that copies `values`, whose bytes must be a multiple of 128. */
export function makeCopyLoop(values: Float32Array): CopyLoop {
  const { byteLength } = values;
  if (byteLength % (perRound * vectorBytes) !== 0) throw new Error(`internal: ${byteLength} bytes to copy`);
  const module = new WebAssembly.Module(moduleBytes(Math.ceil((2 * byteLength) / 65_536)));
  const { memory, copy } = new WebAssembly.Instance(module).exports as {
    memory: WebAssembly.Memory;
    copy: (from: number, to: number, end: number) => void;
  };
  new Float32Array(memory.buffer, 0, values.length).set(values);
  return {
    copy: () => copy(0, byteLength, byteLength),
    copied: new Float32Array(memory.buffer, byteLength, values.length),
  };
}
