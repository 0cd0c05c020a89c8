/** Bytes that are no safetensors file, or no longer a whole one: each is refused with its reason. */
import { tensor } from "downhill";
import { decodeSafetensors, encodeSafetensors, SafetensorsError } from "downhill/learn";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fileOf, littleEndian } from "./files.ts";

const refusal = (file: Uint8Array): SafetensorsError => {
  try {
    decodeSafetensors(file);
  } catch (error) {
    if (error instanceof SafetensorsError) {
      expect(error.message).toBe(`decodeSafetensors: ${error.reason}`);
      return error;
    }
    throw error;
  }
  throw new Error("the file was read");
};

const f32 = (shape: unknown, begin: unknown, end: unknown) => ({
  dtype: "F32",
  shape,
  data_offsets: [begin, end],
});
const zeros = (count: number): number[] => new Array<number>(count).fill(0);

const cases: Record<string, [file: Uint8Array, reason: RegExp]> = {
  "no bytes": [new Uint8Array(0), /^0 bytes are too few/],
  "part of the length": [Uint8Array.of(8, 0, 0), /^3 bytes are too few/],
  "a header that is cut short": [
    fileOf("{}      ").subarray(0, 12),
    /should have 8 bytes, but only 4 follow/,
  ],
  "a length above the limit": [
    Uint8Array.from([...littleEndian(100_000_001n), ...zeros(8)]),
    /100000001 bytes, more than the 100000000 allowed/,
  ],
  "the longest length": [
    Uint8Array.from([...zeros(8).fill(0xff), 0x7b, 0x7d]),
    /18446744073709551615 bytes, more than/,
  ],
  "a header that is empty": [fileOf(""), /does not begin with \{/],
  "a header after a space": [fileOf(" {}"), /does not begin with \{/],
  "a header that is a list": [fileOf("[]"), /does not begin with \{/],
  "a header that is no JSON": [fileOf("{,}"), /the header is no JSON/],
  "a header that goes on after its end": [fileOf("{}{}"), /the header is no JSON/],
  "a header that is no UTF-8": [
    Uint8Array.from([...littleEndian(5n), 0x7b, 0x22, 0xff, 0x22, 0x7d]),
    /the header is no JSON/,
  ],
  "a name twice": [
    fileOf(
      '{"a":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]},"\\u0061":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]}}',
      [1],
    ),
    /has the key "a" twice/,
  ],
  "a field twice": [
    fileOf('{"a":{"dtype":"BOOL","shape":[1],"shape":[1],"data_offsets":[0,1]}}', [1]),
    /has the key "shape" twice/,
  ],
  "metadata twice": [fileOf('{"__metadata__":{},"__metadata__":{}}'), /has the key "__metadata__" twice/],
  "metadata that are a list": [fileOf({ __metadata__: ["a"] }), /__metadata__ is no object/],
  "metadata that are no text": [fileOf({ __metadata__: { a: 1 } }), /the metadata "a" is no text/],
  "a tensor that is a number": [fileOf({ a: 3 }), /tensor "a" is not described by an object/],
  "a tensor that is null": [fileOf({ a: null }), /tensor "a" is not described by an object/],
  "no dtype": [fileOf({ a: { shape: [], data_offsets: [0, 4] } }, zeros(4)), /"a" has dtype missing/],
  "an unknown dtype": [
    fileOf({ a: { dtype: "BF16", shape: [], data_offsets: [0, 2] } }, zeros(2)),
    /"a" has dtype "BF16"; those that can be read are F64, F32, I32, BOOL/,
  ],
  "a dtype in small letters": [
    fileOf({ a: { ...f32([], 0, 4), dtype: "f32" } }, zeros(4)),
    /has dtype "f32"/,
  ],
  "no shape": [fileOf({ a: { dtype: "F32", data_offsets: [0, 4] } }, zeros(4)), /"a" has shape missing/],
  "a shape that is a number": [fileOf({ a: f32(1, 0, 4) }, zeros(4)), /"a" has shape 1;/],
  "a negative length": [fileOf({ a: f32([-1, -1], 0, 4) }, zeros(4)), /has shape \[-1,-1\]/],
  "a length with a fraction": [fileOf({ a: f32([0.5, 2], 0, 4) }, zeros(4)), /has shape \[0.5,2\]/],
  "a length that is text": [fileOf({ a: f32(["1"], 0, 4) }, zeros(4)), /has shape \["1"\]/],
  "a length beyond 2^53": [
    fileOf('{"a":{"dtype":"F32","shape":[9223372036854775807,2],"data_offsets":[0,4]}}', zeros(4)),
    /has shape/,
  ],
  "no offsets": [fileOf({ a: { dtype: "F32", shape: [] } }, zeros(4)), /"a" has data_offsets missing/],
  "one offset": [
    fileOf({ a: { dtype: "F32", shape: [], data_offsets: [0] } }, zeros(4)),
    /has data_offsets \[0\]/,
  ],
  "three offsets": [
    fileOf({ a: { dtype: "F32", shape: [], data_offsets: [0, 4, 4] } }, zeros(4)),
    /has data_offsets \[0,4,4\]/,
  ],
  "a negative offset": [fileOf({ a: f32([1], -4, 0) }, zeros(4)), /has data_offsets \[-4,0\]/],
  "an end before the beginning": [fileOf({ a: f32([1], 4, 0) }, zeros(4)), /has -4 bytes .* takes 4/],
  "too few bytes for the shape": [
    fileOf({ a: f32([2, 3], 0, 20) }, zeros(20)),
    /"a" has 20 bytes \(data_offsets 0 … 20\), but F32\[2, 3\] takes 24/,
  ],
  "too many bytes for the shape": [fileOf({ a: f32([], 0, 8) }, zeros(8)), /has 8 bytes .*F32\[\] takes 4/],
  "bytes for a tensor without elements": [fileOf({ a: f32([0], 0, 4) }, zeros(4)), /F32\[0\] takes 0/],
  "tensors that share bytes": [
    fileOf({ a: f32([2], 0, 8), b: f32([2], 4, 12) }, zeros(12)),
    /"b" begins at 4, inside another one that ends at 8/,
  ],
  "the same bytes for two tensors": [
    fileOf({ a: f32([1], 0, 4), b: f32([1], 0, 4) }, zeros(4)),
    /"b" begins at 0, inside another one that ends at 4/,
  ],
  "a hole before the first tensor": [fileOf({ a: f32([1], 4, 8) }, zeros(8)), /"a" begins at 4, .* a hole/],
  "a hole between two": [
    fileOf({ b: f32([1], 8, 12), a: f32([1], 0, 4) }, zeros(12)),
    /"b" begins at 8, but the one before it ends at 4: there is a hole/,
  ],
  "too few bytes": [
    fileOf({ a: f32([2], 0, 8) }, zeros(7)),
    /the tensors take 8 bytes, but only 7 follow the header; the file is cut short/,
  ],
  "a tensor far larger than the file": [
    fileOf({ a: f32([2 ** 40], 0, 2 ** 42) }),
    /take 4398046511104 bytes, but only 0 follow/,
  ],
  "bytes after the last tensor": [fileOf({ a: f32([1], 0, 4) }, zeros(6)), /^2 bytes follow the last tensor/],
  "a truth value of 2": [
    fileOf({ a: { dtype: "BOOL", shape: [3], data_offsets: [0, 3] } }, [1, 0, 2]),
    /"a" is of BOOL, but its element 2 is 2/,
  ],
};

test.each(Object.entries(cases))("%s", (_what, [file, reason]) => {
  expect(refusal(file).reason).toMatch(reason);
});

const whole = encodeSafetensors(
  { layer: tensor([[1, 2, 3]]), flags: tensor([true, false]), n: tensor(7, { dtype: "int32" }) },
  { metadata: { kéy: 'a "quoted" {value}, [with] brackets' } },
);

test("a file cut short anywhere", () => {
  for (let length = 0; length < whole.length; length++) refusal(whole.subarray(0, length));
});

test("changed bytes are refused with a reason, or are those of another file", () => {
  const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const file = whole.slice();
      for (const [position, value] of changes) file[position] = value;
      try {
        decodeSafetensors(file);
      } catch (error) {
        expect(error).toBeInstanceOf(SafetensorsError);
      }
    }),
    { numRuns: 2000 },
  );
});

test("any bytes at all are refused with a reason, or are a file", () => {
  fc.assert(
    fc.property(fc.json(), fc.uint8Array(), (header, data) => {
      try {
        decodeSafetensors(fileOf(header, [...data]));
      } catch (error) {
        expect(error).toBeInstanceOf(SafetensorsError);
      }
    }),
  );
});
