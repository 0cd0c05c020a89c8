/** What is free in a memory, and where new things go. */

/** Free stretches of a memory that grows at its end. */
export class FreeList {
  /** Sorted by address. */
  private stretches: { start: number; end: number }[] = [];
  private top = 0;

  /** Bytes up to the end of what was ever taken. */
  get size(): number {
    return this.top;
  }

  /** The size that `take(bytes)` would leave. */
  sizeWith(bytes: number): number {
    if (this.stretches.some(({ start, end }) => end - start >= bytes)) return this.top;
    const last = this.stretches.at(-1);
    return bytes + (last?.end === this.top ? last.start : this.top);
  }

  /** The smallest stretch that fits, or new space at the end. */
  take(bytes: number): number {
    let best = -1;
    this.stretches.forEach(({ start, end }, i) => {
      const size = end - start;
      const chosen = this.stretches[best];
      if (size >= bytes && (chosen === undefined || size < chosen.end - chosen.start)) best = i;
    });
    const found = this.stretches[best];
    if (found !== undefined) {
      const { start } = found;
      if (found.end - start === bytes) this.stretches.splice(best, 1);
      else found.start += bytes;
      return start;
    }
    const last = this.stretches.at(-1);
    const start = last?.end === this.top ? this.stretches.pop()!.start : this.top;
    this.top = start + bytes;
    return start;
  }

  /** Takes a stretch back. */
  give(start: number, bytes: number): void {
    let at = this.stretches.findIndex((stretch) => stretch.start > start);
    if (at < 0) at = this.stretches.length;
    this.stretches.splice(at, 0, { start, end: start + bytes });
    for (const i of [at, at - 1]) {
      const [here, next] = [this.stretches[i], this.stretches[i + 1]];
      if (here !== undefined && next !== undefined && here.end === next.start) {
        here.end = next.end;
        this.stretches.splice(i + 1, 1);
      }
    }
  }
}
