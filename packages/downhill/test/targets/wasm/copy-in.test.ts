/** Values copied into shared memory: all of them, and nothing beside them. */
import { expect, it } from "vitest";
import { copyIn } from "../../../src/targets/wasm/copy-in.ts";
import type { TypedArray } from "../../../src/tensor/dtype.ts";

const ends = 16;

const kinds: readonly [string, (buffer: ArrayBufferLike, at: number, length: number) => TypedArray][] = [
  ["float32", (buffer, at, length) => new Float32Array(buffer, at, length)],
  ["float64", (buffer, at, length) => new Float64Array(buffer, at, length)],
  ["int32", (buffer, at, length) => new Int32Array(buffer, at, length)],
  ["bool", (buffer, at, length) => new Uint8Array(buffer, at, length)],
];

it.each(kinds)("%s", (_, viewOf) => {
  for (const length of [0, 1, 100, 20_000]) {
    const bytes = length * viewOf(new ArrayBuffer(8), 0, 0).BYTES_PER_ELEMENT;
    // From within a larger array, as slices of tensors are.
    const source = new ArrayBuffer(bytes + 2 * ends);
    new Uint8Array(source).forEach((__, i, all) => (all[i] = i % 251));
    const given = viewOf(source, ends, length);
    const results = [ArrayBuffer, SharedArrayBuffer].map((Buffer) => {
      const target = new Buffer(bytes + 2 * ends);
      new Uint8Array(target).fill(7);
      copyIn(viewOf(target, ends, length), given);
      return Uint8Array.from(new Uint8Array(target));
    });
    const expected = new Uint8Array(bytes + 2 * ends).fill(7);
    expected.set(new Uint8Array(source, ends, bytes), ends);
    expect(results).toEqual([expected, expected]);
  }
});
