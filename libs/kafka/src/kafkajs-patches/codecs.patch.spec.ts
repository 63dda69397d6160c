import kafkajs from 'kafkajs';
import { expect, it } from 'vitest';
import { COMPRESSED_TEXT, FIXTURES } from '@test/kafka/codec-samples.js';
import { registerCodecs } from './codecs.patch.js';

const { CompressionCodecs, CompressionTypes } = kafkajs;
interface Codec {
  compress(encoder: { buffer: Buffer }): Promise<Buffer>;
  decompress(source: Buffer): Promise<Buffer>;
}
const codecOf = (name: 'GZIP' | 'Snappy' | 'LZ4' | 'ZSTD'): Codec =>
  CompressionCodecs[CompressionTypes[name]]() as Codec;

it('lets the client read what it cannot read by itself, and write gzip as before', async () => {
  registerCodecs();
  const lz4 = codecOf('LZ4');
  const gzip = codecOf('GZIP');

  expect((await lz4.decompress(Buffer.from(FIXTURES.javaLz4, 'base64'))).equals(COMPRESSED_TEXT)).toBe(true);
  const zipped = await gzip.compress({ buffer: COMPRESSED_TEXT });
  expect((await gzip.decompress(zipped)).equals(COMPRESSED_TEXT)).toBe(true);
  await expect(lz4.compress({ buffer: COMPRESSED_TEXT })).rejects.toThrow('produce with gzip');
});

it.each(['GZIP', 'Snappy', 'LZ4', 'ZSTD'] as const)(
  'tells the client not to try again when a %s batch cannot be read',
  async (name) => {
    registerCodecs();

    await expect(codecOf(name).decompress(Buffer.of(1, 2, 3))).rejects.toMatchObject({
      name: 'KafkaJSNonRetriableError',
      message: expect.stringMatching(/^A \w+ record batch cannot be read: /),
    });
  },
);
