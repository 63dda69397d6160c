/**
 * What LZ4 and Snappy are unpacked into. Refuses to grow past its limit: a few compressed kilobytes must not become
 * gigabytes of memory.
 */
export class GrowingOutput {
  private buffer: Buffer;
  length = 0;

  constructor(
    expectedBytes: number,
    private readonly limitBytes: number,
  ) {
    this.buffer = Buffer.allocUnsafe(Math.min(Math.max(expectedBytes, 1_024), limitBytes));
  }

  /** Makes room for `bytes` more and returns the buffer to write into, from `length` on. */
  reserve(bytes: number): Buffer {
    const needed = this.length + bytes;
    if (needed > this.limitBytes) {
      throw new Error(`the batch is larger than ${this.limitBytes} bytes when decompressed`);
    }
    if (needed > this.buffer.length) {
      const larger = Buffer.allocUnsafe(Math.min(Math.max(needed, this.buffer.length * 2), this.limitBytes));
      this.buffer.copy(larger, 0, 0, this.length);
      this.buffer = larger;
    }
    return this.buffer;
  }

  /** Appends `length` bytes that stand `distance` bytes back; they may overlap what is being written (a run). */
  copyBack(distance: number, length: number): void {
    const buffer = this.reserve(length);
    const to = this.length;
    if (distance >= length) {
      buffer.copyWithin(to, to - distance, to - distance + length);
    } else if (distance === 1) {
      buffer.fill(buffer[to - 1] ?? 0, to, to + length);
    } else {
      for (let i = to; i < to + length; i += 1) buffer[i] = buffer[i - distance] ?? 0;
    }
    this.length = to + length;
  }

  append(source: Buffer, start: number, end: number): void {
    const buffer = this.reserve(end - start);
    source.copy(buffer, this.length, start, end);
    this.length += end - start;
  }

  finish(): Buffer {
    return this.buffer.subarray(0, this.length);
  }
}
