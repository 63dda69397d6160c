import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { decompressLz4 } from './lz4-frame.js';
import { decompressSnappy } from './snappy.js';

/**
 * Largest decompressed record batch that is read. Producers fill batches to about a megabyte before compression and
 * brokers refuse more than that after it, so this is far above anything regular and well below what would hurt.
 */
export const MAX_DECOMPRESSED_BYTES = 64 * 1_024 * 1_024;

export type CodecName = 'gzip' | 'snappy' | 'lz4' | 'zstd';

const unzip = promisify(zlib.unzip);

/**
 * Decompresses the records of one batch.
 *
 * @throws Error when they are malformed or larger than `limitBytes` when decompressed; the text names the codec.
 */
export async function decompress(
  codec: CodecName,
  source: Buffer,
  limitBytes = MAX_DECOMPRESSED_BYTES,
): Promise<Buffer> {
  try {
    // `await` keeps the errors of a promise in here.
    return await DECOMPRESSORS[codec](source, limitBytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`A ${codec} record batch cannot be read: ${reason}`, { cause: error });
  }
}

const DECOMPRESSORS: Record<CodecName, (source: Buffer, limitBytes: number) => Buffer | Promise<Buffer>> = {
  // Off the main thread: the only codec that costs more than a copy.
  gzip: (source, limitBytes) => unzip(source, { maxOutputLength: limitBytes }),
  snappy: decompressSnappy,
  lz4: decompressLz4,
  zstd: decompressZstd,
};

function decompressZstd(source: Buffer, limitBytes: number): Buffer {
  if (typeof zlib.zstdDecompressSync !== 'function') {
    throw new Error(
      `Node ${process.versions.node} has no zstd. Run Node 22.15 or newer, or let producers use gzip, snappy or lz4`,
    );
  }
  return zlib.zstdDecompressSync(source, { maxOutputLength: limitBytes });
}
