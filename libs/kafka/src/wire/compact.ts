import { ByteReader } from './byte-reader.js';

/** No list in an answer is longer; a count above is not what it claims to be. */
const MAX_COUNT = 100_000;

/**
 * Reads the flexible encoding of newer calls (KIP-482): lengths and counts are UNSIGNED_VARINT plus one, 0 for null, and
 * every structure ends with tagged fields.
 */
export class CompactReader extends ByteReader {
  /** A null reads as "". */
  text(): string {
    const length = this.unsignedVarint();
    return length === 0 ? '' : (this.bytes(length - 1)?.toString() ?? '');
  }

  list<T>(item: () => T): T[] {
    const count = this.unsignedVarint() - 1;
    if (count > MAX_COUNT) throw new Error('a list is longer than the answer can hold');
    const items: T[] = [];
    for (let index = 0; index < count; index += 1) items.push(item());
    return items;
  }

  tags(): void {
    for (let count = this.unsignedVarint(); count > 0; count -= 1) {
      this.unsignedVarint();
      this.bytes(this.unsignedVarint());
    }
  }
}

export function unsignedVarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 0x80);
  return Buffer.of(...bytes, rest);
}
