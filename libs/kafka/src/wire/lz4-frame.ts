import { GrowingOutput } from './growing-output.js';

/**
 * Reads LZ4 frames as Kafka producers write them: independent or linked blocks, with or without content size and
 * checksums. Checksums are stepped over, not verified: TCP and the record batch's CRC have guarded the bytes. Our own
 * because the JavaScript packages read frames with block checksums wrongly, without an error.
 *
 * The source is frames one after the other ("LZ4 Frame Format Description" 1.6 and "LZ4 Block Format Description" of the
 * lz4 project; numbers little-endian):
 *
 *     frame            magic 0x184D2204, flags, block size (1 byte, not needed here), [content size 8], header checksum
 *                      (1 byte), blocks, a size of 0, [content checksum 4]
 *     flags            bits 7–6 version 01, 4 block checksums, 3 content size, 2 content checksum, 0 dictionary
 *     skippable frame  magic 0x184D2A50 … 0x184D2A5F, size (4 bytes), as many bytes that are for nobody
 *     block            size (4 bytes; top bit: not compressed), data, [checksum 4]
 *     data             sequences: token (high 4 bits literals, low 4 bits match length − 4), [more literals], literals,
 *                      distance (2 bytes), [more match length]; the last sequence ends after its literals
 *     more             where the 4 bits are 15: bytes to be added, up to and including the first that is not 255
 *
 * @throws Error for anything that is not a whole frame, and when the result would exceed `limitBytes`.
 */
export function decompressLz4(source: Buffer, limitBytes: number): Buffer {
  const output = new GrowingOutput(source.length * 4, limitBytes);
  let at = 0;
  while (at < source.length) at = readFrame(source, at, output);
  return output.finish();
}

const MAGIC = 0x184d2204;
const SKIPPABLE_MAGIC = 0x184d2a50;
const UNCOMPRESSED = 0x80000000;
const MIN_MATCH = 4;

function readFrame(source: Buffer, start: number, output: GrowingOutput): number {
  const magic = readUInt32(source, start);
  if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) return start + 8 + readUInt32(source, start + 4);
  if (magic !== MAGIC) throw new Error('not an LZ4 frame');

  const flags = source[start + 4] ?? 0;
  if (flags >> 6 !== 1) throw new Error(`LZ4 frame version ${flags >> 6} is not known`);
  const blockChecksumBytes = flags & 0x10 ? 4 : 0;
  const contentSizeBytes = flags & 0x08 ? 8 : 0;
  const contentChecksumBytes = flags & 0x04 ? 4 : 0;
  if (flags & 0x01) throw new Error('LZ4 frames with a dictionary are not supported');

  let at = start + 7 + contentSizeBytes; // magic 4, flags 1, block size 1, header checksum 1
  const frameStart = output.length;
  for (;;) {
    const header = readUInt32(source, at);
    at += 4;
    if (header === 0) return at + contentChecksumBytes;
    const size = header & ~UNCOMPRESSED;
    const end = at + size;
    if (end > source.length) throw new Error('LZ4 frame is cut off');
    if (header & UNCOMPRESSED) output.append(source, at, end);
    else readBlock(source, at, end, output, frameStart);
    at = end + blockChecksumBytes;
  }
}

/** A match may reach back into the blocks before it, as far as the start of the frame. */
function readBlock(
  source: Buffer,
  start: number,
  end: number,
  output: GrowingOutput,
  frameStart: number,
): void {
  let at = start;
  while (at < end) {
    const token = source[at++] ?? 0;

    let literals = token >> 4;
    if (literals === 15) {
      let more: number;
      do {
        more = source[at++] ?? 0;
        literals += more;
      } while (more === 255);
    }
    if (at + literals > end) throw new Error('LZ4 block is cut off');
    output.append(source, at, at + literals);
    at += literals;
    if (at === end) return;

    const distance = (source[at] ?? 0) | ((source[at + 1] ?? 0) << 8);
    at += 2;
    let length = (token & 15) + MIN_MATCH;
    if (length === 15 + MIN_MATCH) {
      let more: number;
      do {
        more = source[at++] ?? 0;
        length += more;
      } while (more === 255);
    }
    if (at > end) throw new Error('LZ4 block is cut off');
    if (distance === 0 || distance > output.length - frameStart)
      throw new Error('LZ4 block points before its start');
    output.copyBack(distance, length);
  }
}

function readUInt32(source: Buffer, at: number): number {
  if (at + 4 > source.length) throw new Error('LZ4 frame is cut off');
  return source.readUInt32LE(at);
}
