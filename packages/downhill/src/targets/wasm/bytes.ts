/** Bytes in the making. */

/** Appends numbers in the encodings of WebAssembly; the methods may be chained. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacity = 64) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
  }

  /** What has been written; it changes when more is. */
  content(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  byte(value: number): this {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = value;
    return this;
  }

  write(bytes: Uint8Array): this {
    if (this.#length + bytes.length > this.#bytes.length) this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** An unsigned number below 2^53 in LEB128. */
  unsigned(value: number): this {
    let rest = value;
    while (rest > 0x7f) {
      this.byte((rest % 128) | 0x80);
      rest = Math.floor(rest / 128);
    }
    return this.byte(rest);
  }

  /** A signed 32-bit number in LEB128; values up to 2^32 − 1 are taken modulo 2^32. */
  signed(value: number): this {
    let rest = value | 0;
    while (rest < -64 || rest > 63) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    return this.byte(rest & 0x7f);
  }

  signedLong(value: bigint): this {
    let rest = BigInt.asIntN(64, value);
    while (rest < -64n || rest > 63n) {
      this.byte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    return this.byte(Number(rest & 0x7fn));
  }

  float(type: "f32" | "f64", value: number): this {
    const size = type === "f32" ? 4 : 8;
    if (this.#length + size > this.#bytes.length) this.#grow(size);
    if (type === "f32") this.#view.setFloat32(this.#length, value, true);
    else this.#view.setFloat64(this.#length, value, true);
    this.#length += size;
    return this;
  }

  /** A text in UTF-8 after its length. */
  name(text: string): this {
    const bytes = new TextEncoder().encode(text);
    return this.unsigned(bytes.length).write(bytes);
  }

  #grow(more: number): void {
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + more));
    larger.set(this.content());
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
