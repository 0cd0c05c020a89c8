/** Bytes in the making. */

/** The bytes of a float of 4 or 8 bytes on their way. */
const float = new DataView(new ArrayBuffer(8));

/** Appends numbers in the encodings of WebAssembly; the methods may be chained. */
export class ByteWriter {
  /** What has been written, in runs. */
  readonly #runs: number[][] = [];
  /** The run that grows. What writes thousands of bytes appends to it directly. */
  protected last: number[] = [];
  /** Bytes of the runs before it. */
  #before = 0;

  constructor() {
    this.#runs.push(this.last);
  }

  get length(): number {
    return this.#before + this.last.length;
  }

  /** What has been written. */
  content(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.length);
    let position = 0;
    for (const run of this.#runs) {
      bytes.set(run, position);
      position += run.length;
    }
    return bytes;
  }

  byte(value: number): this {
    this.last.push(value);
    return this;
  }

  write(bytes: Iterable<number>): this {
    this.last.push(...bytes);
    return this;
  }

  /** Appends what another has written, and is not to write any more: nothing is copied. */
  append(other: ByteWriter): this {
    this.#before += this.last.length + other.length;
    this.last = [];
    this.#runs.push(...other.#runs, this.last);
    return this;
  }

  /** A byte and an unsigned number, as most instructions are: the number is small and takes one byte itself. */
  pair(first: number, value: number): this {
    if (value <= 0x7f) this.last.push(first, value);
    else this.byte(first).unsigned(value);
    return this;
  }

  /** An unsigned number below 2^53 in LEB128. */
  unsigned(value: number): this {
    let rest = value;
    while (rest > 0x7f) {
      this.last.push((rest % 128) | 0x80);
      rest = Math.floor(rest / 128);
    }
    this.last.push(rest);
    return this;
  }

  /** A signed 32-bit number in LEB128; values up to 2^32 − 1 are taken modulo 2^32. */
  signed(value: number): this {
    let rest = value | 0;
    while (rest < -64 || rest > 63) {
      this.last.push((rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    this.last.push(rest & 0x7f);
    return this;
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
    if (type === "f32") float.setFloat32(0, value, true);
    else float.setFloat64(0, value, true);
    const size = type === "f32" ? 4 : 8;
    for (let i = 0; i < size; i++) this.last.push(float.getUint8(i));
    return this;
  }

  /** A text in UTF-8 after its length. */
  name(text: string): this {
    const bytes = new TextEncoder().encode(text);
    return this.unsigned(bytes.length).write(bytes);
  }
}
