import { describe, expect, it } from 'vitest';
import zlib from 'node:zlib';
import { COMPRESSED_TEXT, FIXTURES } from '@test/kafka/codec-samples.js';
import { decompress, MAX_DECOMPRESSED_BYTES, type CodecName } from './decompress.js';

const fixture = (name: keyof typeof FIXTURES) => Buffer.from(FIXTURES[name], 'base64');

describe('record batches as other producers compress them', () => {
  const cases: readonly [CodecName, keyof typeof FIXTURES, bytes: number][] = [
    ['lz4', 'javaLz4', COMPRESSED_TEXT.length],
    ['lz4', 'javaLz4BlockChecksums', COMPRESSED_TEXT.length],
    ['lz4', 'lz4AllFields', COMPRESSED_TEXT.length],
    ['snappy', 'snappyFramed', 36_000],
    ['snappy', 'snappyRaw', 9_000],
    ['gzip', 'gzip', COMPRESSED_TEXT.length],
  ];
  it.each(cases)('%s: %s gives back every byte', async (codec, name, bytes) => {
    const text = await decompress(codec, fixture(name));

    expect(text.equals(COMPRESSED_TEXT.subarray(0, bytes))).toBe(true);
  });

  it.skipIf(zlib.zstdDecompressSync === undefined)('zstd: gives back every byte', async () => {
    expect((await decompress('zstd', fixture('zstd'))).equals(COMPRESSED_TEXT)).toBe(true);
  });

  it.skipIf(zlib.zstdDecompressSync !== undefined)(
    'says which Node reads zstd when this one does not',
    async () => {
      await expect(decompress('zstd', fixture('zstd'))).rejects.toThrow(
        /has no zstd\. Run Node 22\.15 or newer/,
      );
    },
  );

  it('reads an LZ4 frame with linked and uncompressed blocks', async () => {
    const frame = lz4Frame(
      storedBlock(Buffer.from('charge point 1187')),
      // One literal, then 4 + 1 bytes from 6 back, which is in the block before; at last one more literal.
      Buffer.from([0x11, 0x2c, 0x06, 0x00, 0x10, 0x21]),
    );

    expect((await decompress('lz4', frame)).toString()).toBe('charge point 1187, 1187!');
  });

  it('reads LZ4 frames that follow each other, and steps over skippable ones', async () => {
    const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2]);
    const frames = [
      lz4Frame(storedBlock(Buffer.from('a'))),
      skippable,
      lz4Frame(storedBlock(Buffer.from('b'))),
    ];

    expect((await decompress('lz4', Buffer.concat(frames))).toString()).toBe('ab');
  });
});

describe('malformed record batches', () => {
  const codecs: readonly [CodecName, keyof typeof FIXTURES][] = [
    ['lz4', 'javaLz4'],
    ['snappy', 'snappyFramed'],
    ['snappy', 'snappyRaw'],
    ['gzip', 'gzip'],
  ];
  it.each(codecs)(
    '%s (%s): a batch cut off anywhere is an error, never a shorter text',
    async (codec, name) => {
      const whole = fixture(name);
      for (let length = 1; length < whole.length; length += 7) {
        const outcome = await decompress(codec, whole.subarray(0, length)).catch((error: unknown) => error);
        // A framed stream that ends between two blocks is a whole, shorter stream.
        if (outcome instanceof Buffer) expect([name, length]).toEqual(['snappyFramed', expect.any(Number)]);
        else expect(outcome).toBeInstanceOf(Error);
      }
    },
  );

  it.each(codecs)('%s (%s): flipped bytes never make the reader leave its buffer', async (codec, name) => {
    const whole = fixture(name);
    for (let at = 0; at < whole.length; at += 3) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      const outcome = await decompress(codec, damaged, 1 << 20).catch((error: unknown) => error);
      if (outcome instanceof Buffer) expect(outcome.length).toBeLessThanOrEqual(1 << 20);
      else expect(outcome).toBeInstanceOf(Error);
    }
  });

  it('an LZ4 reference before the start of the frame is refused', async () => {
    await expect(decompress('lz4', lz4Frame(Buffer.from([0x10, 0x61, 0x02, 0x00, 0x00])))).rejects.toThrow(
      /points before its start/,
    );
  });
});

describe('record batches that grow without bound', () => {
  const zeros = Buffer.alloc(4 << 20);

  it.each<[CodecName, Buffer]>([
    ['gzip', zlib.gzipSync(zeros)],
    ['lz4', fixture('javaLz4')],
    ['snappy', fixture('snappyRaw')],
  ])('%s: is refused at the limit', async (codec, source) => {
    await expect(decompress(codec, source, 4_096)).rejects.toThrow(
      /^A (gzip|lz4|snappy) record batch cannot be read/,
    );
  });

  it('a Snappy block that claims gigabytes is refused before memory is taken', async () => {
    const claim = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0x00, 0x61]);
    const before = process.memoryUsage().arrayBuffers;

    await expect(decompress('snappy', claim)).rejects.toThrow(String(MAX_DECOMPRESSED_BYTES));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
  });
});

function lz4Frame(...blocks: readonly Buffer[]): Buffer {
  const sized = blocks.map((block) => {
    if ((block[3] ?? 0) & 0x80) return block;
    const header = Buffer.alloc(4);
    header.writeUInt32LE(block.length);
    return Buffer.concat([header, block]);
  });
  return Buffer.concat([Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x40, 0x40, 0xc0]), ...sized, Buffer.alloc(4)]);
}

function storedBlock(content: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt32LE((content.length | 0x80000000) >>> 0);
  return Buffer.concat([header, content]);
}
