import { GrowingOutput } from './growing-output.js';

/**
 * Reads Snappy as Kafka producers write it: one raw block (librdkafka), or blocks in the framing of snappy-java, xerial's,
 * which is not the framing that Snappy itself describes.
 *
 *     framed    magic 82 "SNAPPY" 00, version (4 bytes), oldest version that can read it (4 bytes), then
 *               length (4 bytes, big-endian) and block, until the end
 *     block     length when decompressed (varint: groups of seven bits, the lowest first, not zigzag), elements
 *               ("Snappy compressed format description", format_description.txt of the snappy project)
 *     element   tag (its low 2 bits are the kind), little-endian numbers, [literal]
 *       00      literal: length − 1 in the tag's high 6 bits; 60 … 63 stand for 1 … 4 bytes that hold it
 *       01      copy: length − 4 in bits 2–4, distance in 11 bits: bits 5–7, then 1 byte
 *       10      copy: length − 1 in the high 6 bits, distance in 2 bytes
 *       11      copy: length − 1 in the high 6 bits, distance in 4 bytes
 *
 * @throws Error for anything malformed, and when the result would exceed `limitBytes`.
 */
export function decompressSnappy(source: Buffer, limitBytes: number): Buffer {
  const output = new GrowingOutput(source.length * 3, limitBytes);
  if (!source.subarray(0, FRAMING_MAGIC.length).equals(FRAMING_MAGIC)) {
    readBlock(source, 0, source.length, output);
    return output.finish();
  }
  let at = FRAMING_HEADER_BYTES;
  while (at < source.length) {
    if (at + 4 > source.length) throw new Error('Snappy stream is cut off');
    const end = at + 4 + source.readUInt32BE(at);
    if (end > source.length) throw new Error('Snappy stream is cut off');
    readBlock(source, at + 4, end, output);
    at = end;
  }
  return output.finish();
}

const FRAMING_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const FRAMING_HEADER_BYTES = 16;

function readBlock(source: Buffer, start: number, end: number, output: GrowingOutput): void {
  const preamble = readVarint(source, start, end);
  const blockStart = output.length;
  const blockEnd = blockStart + preamble.value;
  output.reserve(preamble.value);
  let at = preamble.next;
  while (at < end) {
    const tag = source[at++] ?? 0;
    const kind = tag & 3;
    if (kind === 0) {
      let length = (tag >> 2) + 1;
      if (length > 60) {
        const extra = length - 60;
        if (at + extra > end) throw new Error('Snappy block is cut off');
        length = source.readUIntLE(at, extra) + 1;
        at += extra;
      }
      if (at + length > end || output.length + length > blockEnd) throw new Error('Snappy block is cut off');
      output.append(source, at, at + length);
      at += length;
      continue;
    }
    const offsetBytes = kind === 1 ? 1 : kind === 2 ? 2 : 4;
    if (at + offsetBytes > end) throw new Error('Snappy block is cut off');
    const length = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    const distance = source.readUIntLE(at, offsetBytes) + (kind === 1 ? (tag >> 5) << 8 : 0);
    at += offsetBytes;
    if (distance === 0 || distance > output.length - blockStart) {
      throw new Error('Snappy block points before its start');
    }
    if (output.length + length > blockEnd) throw new Error('Snappy block is longer than it says');
    output.copyBack(distance, length);
  }
  if (output.length !== blockEnd) throw new Error('Snappy block is shorter than it says');
}

function readVarint(source: Buffer, start: number, end: number): { value: number; next: number } {
  let value = 0;
  for (let at = start, factor = 1; at < end && at < start + 5; at += 1, factor *= 128) {
    const byte = source[at] ?? 0;
    value += (byte & 127) * factor;
    if (byte < 128) return { value, next: at + 1 };
  }
  throw new Error('Snappy block has no length');
}
