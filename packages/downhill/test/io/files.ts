/** Safetensors files put together by hand, after the format's description. */

/** The number as 8 bytes, the lowest first. */
export const littleEndian = (value: bigint): number[] =>
  Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));

/** Header length, header, data. A header that is not text is written as JSON. */
export const fileOf = (header: unknown, data: readonly number[] = []): Uint8Array => {
  const text = typeof header === "string" ? header : JSON.stringify(header);
  const bytes = [...new TextEncoder().encode(text)];
  return Uint8Array.from([...littleEndian(BigInt(bytes.length)), ...bytes, ...data]);
};

/** What the header of a file says, and where the data begins. */
export const headerOf = (
  file: Uint8Array,
): {
  readonly header: Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;
  readonly dataStart: number;
} => {
  const dataStart = 8 + Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const text = new TextDecoder().decode(file.subarray(8, dataStart));
  return { header: JSON.parse(text) as ReturnType<typeof headerOf>["header"], dataStart };
};
