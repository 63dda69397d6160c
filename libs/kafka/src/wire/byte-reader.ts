/**
 * Reads Kafka's primitive types one after the other from a buffer, and never beyond its end. Names and encodings are
 * those of the section "Protocol Primitive Types" of the Kafka protocol guide:
 *
 *     INT8, INT16, INT32, UINT32, INT64   big-endian
 *     UNSIGNED_VARINT                     groups of seven bits, the lowest first; the top bit of a byte says that another
 *                                         follows
 *     VARINT, VARLONG                     the same, zigzag-encoded: 0, −1, 1, −2 are sent as 0, 1, 2, 3
 */
export class ByteReader {
  offset = 0;

  constructor(private readonly buffer: Buffer) {}

  get remaining(): number {
    return this.buffer.length - this.offset;
  }

  int8(): number {
    return this.buffer.readInt8(this.take(1));
  }

  int16(): number {
    return this.buffer.readInt16BE(this.take(2));
  }

  int32(): number {
    return this.buffer.readInt32BE(this.take(4));
  }

  uint32(): number {
    return this.buffer.readUInt32BE(this.take(4));
  }

  int64(): bigint {
    return this.buffer.readBigInt64BE(this.take(8));
  }

  /** VARINT or VARLONG, at most ten bytes. Exact up to 2^53, which is more than any length or sound timestamp. */
  varint(): number {
    const value = this.unsignedVarint();
    // By arithmetic: bit operations would cut at 32 bits.
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** UNSIGNED_VARINT, at most ten bytes. */
  unsignedVarint(): number {
    let value = 0;
    let scale = 1;
    for (let bytes = 1; ; bytes += 1) {
      if (bytes > 10) throw new Error('a number has more than ten bytes');
      const byte = this.buffer[this.take(1)] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  }

  /** The next bytes, as a view, not a copy. Length −1 stands for null. */
  bytes(length: number): Buffer | null {
    if (length === -1) return null;
    const start = this.take(length);
    return this.buffer.subarray(start, start + length);
  }

  private take(length: number): number {
    const start = this.offset;
    if (length < 0 || length > this.buffer.length - start)
      throw new Error('it ends in the middle of a record');
    this.offset = start + length;
    return start;
  }
}
