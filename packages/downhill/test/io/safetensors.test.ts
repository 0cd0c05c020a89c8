/** Bytes of safetensors files that are as they should be. */
import { type DType, type Tensor, tensor } from "downhill";
import { decodeSafetensors, encodeSafetensors, SafetensorsError } from "downhill/learn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fileOf, headerOf, littleEndian } from "./files.ts";

const ascii = (text: string): number[] => [...text].map((character) => character.charCodeAt(0));

const bytesOf = ({ data }: Tensor): Uint8Array =>
  Uint8Array.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));

/** Dtype, shape and every bit. */
const expectSame = (actual: Tensor | undefined, expected: Tensor): void => {
  expect(actual?.dtype).toBe(expected.dtype);
  expect(actual!.shape).toEqual(expected.shape);
  expect(bytesOf(actual!)).toEqual(bytesOf(expected));
};

const roundTrip = (value: Tensor): void => {
  const { tensors } = decodeSafetensors(encodeSafetensors({ value }));
  expect(Object.keys(tensors)).toEqual(["value"]);
  expectSame(tensors["value"], value);
};

describe("encoding", () => {
  test("a file without tensors", () => {
    expect([...encodeSafetensors({})]).toEqual([8, 0, 0, 0, 0, 0, 0, 0, ...ascii("{}      ")]);
  });

  test("a vector of float32, byte for byte", () => {
    const header = '{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}';
    const padding = " ".repeat(56 - header.length);
    // 1 is 0x3f800000, -2 is 0xc0000000, 0.5 is 0x3f000000.
    const data = [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 0, 0, 0, 0x3f];
    expect([...encodeSafetensors({ w: tensor([1, -2, 0.5]) })]).toEqual([
      ...[56, 0, 0, 0, 0, 0, 0, 0],
      ...ascii(header + padding),
      ...data,
    ]);
  });

  test("wide elements first, then names in order; metadata before all", () => {
    const bytes = encodeSafetensors(
      {
        flag: tensor([true, false, true]),
        b: tensor([1], { dtype: "float32" }),
        count: tensor(-2, { dtype: "int32" }),
        a: tensor([2, 3], { dtype: "float32" }),
        exact: tensor(1, { dtype: "float64" }),
      },
      { metadata: { made: "by hand" } },
    );
    const header =
      '{"__metadata__":{"made":"by hand"},' +
      '"exact":{"dtype":"F64","shape":[],"data_offsets":[0,8]},' +
      '"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]},' +
      '"b":{"dtype":"F32","shape":[1],"data_offsets":[16,20]},' +
      '"count":{"dtype":"I32","shape":[],"data_offsets":[20,24]},' +
      '"flag":{"dtype":"BOOL","shape":[3],"data_offsets":[24,27]}}';
    const length = Math.ceil(header.length / 8) * 8;
    expect(bytes).toEqual(
      Uint8Array.from([
        ...littleEndian(BigInt(length)),
        ...ascii(header.padEnd(length)),
        ...[0, 0, 0, 0, 0, 0, 0xf0, 0x3f],
        ...[0, 0, 0, 0x40, 0, 0, 0x40, 0x40],
        ...[0, 0, 0x80, 0x3f],
        ...[0xfe, 0xff, 0xff, 0xff],
        ...[1, 0, 1],
      ]),
    );
  });

  test("names that are whole numbers do not come first", () => {
    const { header } = headerOf(
      encodeSafetensors({
        7: tensor([true]),
        b: tensor(1),
        "10": tensor(2),
        a: tensor(3, { dtype: "float64" }),
      }),
    );
    const byOffset = Object.entries(header).sort((x, y) => x[1].data_offsets[0] - y[1].data_offsets[0]);
    expect(byOffset.map(([name]) => name)).toEqual(["a", "10", "b", "7"]);
  });

  test("what the format does not take is refused", () => {
    const refused = (encode: () => unknown, reason: RegExp): void => {
      expect(encode).toThrow(SafetensorsError);
      expect(encode).toThrow(reason);
    };
    refused(() => encodeSafetensors({ __metadata__: tensor(1) }), /no tensor may be called __metadata__/);
    refused(() => encodeSafetensors({ w: 3 as never }), /"w" is no tensor/);
    refused(() => encodeSafetensors({}, { metadata: { epochs: 3 as never } }), /"epochs" is a number/);
  });
});

describe("decoding", () => {
  test("tensors in any order, without padding, with spaces between", () => {
    const file = fileOf(
      '{ "b" : {"shape":[2,1],"dtype":"I32","data_offsets":[1,9]},\n"a":{"data_offsets":[0,1],"shape":[],"dtype":"BOOL"}}',
      [1, 5, 0, 0, 0, 0xff, 0xff, 0xff, 0xff],
    );
    const { tensors, metadata } = decodeSafetensors(file);
    expectSame(tensors["a"], tensor(true));
    expectSame(tensors["b"], tensor([[5], [-1]], { dtype: "int32" }));
    expect(metadata).toEqual({});
  });

  test("a part of a larger buffer, at an address that is aligned to nothing", () => {
    const file = encodeSafetensors({ w: tensor([1.5, -2.5], { dtype: "float64" }) });
    for (let shift = 1; shift < 8; shift++) {
      const larger = new Uint8Array(file.length + shift + 5).fill(0xaa);
      larger.set(file, shift);
      const { tensors } = decodeSafetensors(larger.subarray(shift, shift + file.length));
      expect(tensors["w"]!.toArray()).toEqual([1.5, -2.5]);
    }
  });

  test("tensors have memory of their own, also those of a Buffer of Node", () => {
    const file = Buffer.from(encodeSafetensors({ w: tensor([1, 2]) }));
    const { tensors } = decodeSafetensors(file);
    file.fill(0xff);
    expect(tensors["w"]!.toArray()).toEqual([1, 2]);
  });

  test("memory that threads share", () => {
    const file = encodeSafetensors({ w: tensor([1, 2]) });
    const shared = new Uint8Array(new SharedArrayBuffer(file.length));
    shared.set(file);
    expect(decodeSafetensors(shared).tensors["w"]!.toArray()).toEqual([1, 2]);
  });

  test("names that objects have already", () => {
    const names = ["__proto__", "constructor", "toString", "hasOwnProperty", ""];
    const given = Object.fromEntries(names.map((name, i) => [name, tensor(i)]));
    const { tensors } = decodeSafetensors(encodeSafetensors(given));
    expect(Object.keys(tensors).sort()).toEqual([...names].sort());
    names.forEach((name, i) => expect(tensors[name]!.item()).toBe(i));
  });
});

describe("round trips", () => {
  test("extreme values of every dtype", () => {
    const floats = [
      0,
      -0,
      1,
      NaN,
      Infinity,
      -Infinity,
      5e-324,
      1e-45,
      3.4028234663852886e38,
      Number.MAX_VALUE,
    ];
    roundTrip(tensor(floats, { dtype: "float64" }));
    roundTrip(tensor(floats, { dtype: "float32" }));
    roundTrip(tensor([0, -1, 2 ** 31 - 1, -(2 ** 31)], { dtype: "int32" }));
    roundTrip(tensor([[true], [false]]));
  });

  test("scalars and tensors without elements", () => {
    for (const dtype of ["float32", "float64", "int32", "bool"] as DType[]) {
      roundTrip(tensor(1, { dtype }));
      for (const shape of [[0], [3, 0], [0, 0, 2]]) roundTrip(tensor(new Float64Array(0), { dtype, shape }));
    }
  });

  test("metadata in every script", () => {
    const metadata = {
      "": "",
      Größe: "λ = 2/λmax",
      名前: "下り坂",
      emoji: "🏔️↘︎",
      escaped: '"\\\n\t\u0000\u2028',
    };
    const decoded = decodeSafetensors(encodeSafetensors({ größe: tensor(1) }, { metadata }));
    expect(decoded.metadata).toEqual(metadata);
    expect(Object.keys(decoded.tensors)).toEqual(["größe"]);
  });

  test("any tensors, names and metadata; each tensor begins at a multiple of its element's size", () => {
    const bits = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    const anyTensor = fc
      .tuple(
        fc.constantFrom<DType>("float32", "float64", "int32", "bool"),
        fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
      )
      .chain(([dtype, shape]) => {
        const size = shape.reduce((product, length) => product * length, 1);
        // Any bits, not any numbers: NaN has many.
        return bits(8 * size).map((random) => {
          const { buffer } = random;
          if (dtype === "bool")
            return tensor(
              Uint8Array.from(random.subarray(0, size), (x) => x & 1),
              { shape },
            );
          const Values = { float32: Float32Array, float64: Float64Array, int32: Int32Array }[dtype];
          return tensor(new Values(buffer, 0, size), { shape });
        });
      });
    const name = fc.string({ unit: "binary", maxLength: 8 }).filter((text) => text !== "__metadata__");
    const text = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(fc.dictionary(name, anyTensor), fc.dictionary(text, text), (tensors, metadata) => {
        const file = encodeSafetensors(tensors, { metadata });
        const decoded = decodeSafetensors(file);
        expect({ ...decoded.metadata }).toEqual({ ...metadata });
        expect(Object.keys(decoded.tensors).sort()).toEqual(Object.keys(tensors).sort());
        for (const key of Object.keys(tensors)) expectSame(decoded.tensors[key], tensors[key]!);
        const { header, dataStart } = headerOf(file);
        expect(dataStart % 8).toBe(0);
        for (const key of Object.keys(tensors)) {
          const { data } = tensors[key]!;
          expect(header[key]!.data_offsets[0] % data.BYTES_PER_ELEMENT).toBe(0);
        }
      }),
    );
  });
});
