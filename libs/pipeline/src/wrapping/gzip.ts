import { gunzipSync } from 'node:zlib';

/** Largest body that is unpacked, in bytes; a notification of AMPECO has some hundred to some ten thousand. */
export const MAX_UNPACKED_BYTES = 4 * 1_024 * 1_024;

/** RFC 1952 §2.3.1: magic number, and method 8 (deflate), the only one there is. */
export function isGzip(body: Buffer): boolean {
  return body.length >= 18 && body[0] === 0x1f && body[1] === 0x8b && body[2] === 0x08;
}

/**
 * What the body says it unpacks to, in bytes (ISIZE, RFC 1952 §2.3.1), 0 where it is not gzip. Unpacking never gives
 * more, so that the memory of a batch is known before any of it is unpacked.
 */
export function declaredUnpackedBytes(body: Buffer | null | undefined): number {
  if (body === null || body === undefined || !isGzip(body)) return 0;
  const declared = body.readUInt32LE(body.length - 4);
  return declared > MAX_UNPACKED_BYTES ? 0 : declared;
}

export type Unpacked =
  | { readonly ok: true; readonly content: Buffer }
  | { readonly ok: false; readonly reason: 'too-large' | 'gzip'; readonly detail: string };

/** Bounded: by MAX_UNPACKED_BYTES and by what the body itself declares. */
export function unpackGzip(body: Buffer): Unpacked {
  const declared = body.readUInt32LE(body.length - 4);
  if (declared > MAX_UNPACKED_BYTES)
    return {
      ok: false,
      reason: 'too-large',
      detail: `The body is compressed with gzip and says that it unpacks to ${declared} bytes; at most ${MAX_UNPACKED_BYTES} are unpacked. It may also be damaged or cut off.`,
    };
  try {
    const content = gunzipSync(body, { maxOutputLength: Math.max(declared, 1) });
    return { ok: true, content };
  } catch {
    return {
      ok: false,
      reason: 'gzip',
      detail: 'The body is compressed with gzip, but cannot be unpacked: it is damaged or cut off.',
    };
  }
}
