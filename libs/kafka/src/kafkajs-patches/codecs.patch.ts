import kafkajs from 'kafkajs';
import { decompress, type CodecName } from '../wire/decompress.js';

let registered = false;

/**
 * Teaches kafkajs all four codecs of Kafka, for reading, and limits the memory of the one it brings. This is kafkajs' own
 * way of adding codecs, no change of its insides. Our reader of fetch answers does without; the client's own, which reads
 * formats from before Kafka 0.11 and everything where `fetch-response.patch.ts` does not fit, needs them.
 *
 * Can be removed with kafkajs.
 */
export function registerCodecs(): void {
  if (registered) return;
  registered = true;
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  const gzip = CompressionCodecs[CompressionTypes.GZIP]();
  CompressionCodecs[CompressionTypes.GZIP] = () => ({
    compress: (encoder: { buffer: Buffer }) => gzip.compress(encoder) as Promise<Buffer>,
    decompress: (source: Buffer) => decompressForClient('gzip', source),
  });
  CompressionCodecs[CompressionTypes.Snappy] = readOnly('snappy');
  CompressionCodecs[CompressionTypes.LZ4] = readOnly('lz4');
  CompressionCodecs[CompressionTypes.ZSTD] = readOnly('zstd');
}

function readOnly(codec: CodecName) {
  return () => ({
    compress: () => Promise.reject(new Error(`${codec} is only read here; produce with gzip`)),
    decompress: (source: Buffer) => decompressForClient(codec, source),
  });
}

async function decompressForClient(codec: CodecName, source: Buffer): Promise<Buffer> {
  try {
    return await decompress(codec, source);
  } catch (error) {
    // Not retriable: the same bytes would come again. The partition waits, the reason stands in the source's health, and
    // nothing is skipped.
    throw new kafkajs.KafkaJSNonRetriableError(error instanceof Error ? error.message : String(error));
  }
}
