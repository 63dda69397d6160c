import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { reserialize, type JsonStyle } from './reserialize.js';

/** What may have happened to a body between the signing and us. */
export type BodyChange =
  | 'newline-added'
  | 'newline-removed'
  | 'crlf-to-lf'
  | 'lf-to-crlf'
  | 'bom-added'
  | 'bom-removed'
  | 'space-added'
  | 'reserialized'
  | 'charset'
  | 'compressed'
  | 'body-not-signed';

export interface BodyVariant {
  readonly change: BodyChange;
  readonly style: JsonStyle | undefined;
  /** The bytes that may have been signed. */
  readonly bytes: Buffer;
}

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const LARGEST_UNPACKED = 4 * 1024 * 1024;

/** The bytes a sender may have signed, given those that arrived; nearest first, each different from the others. */
export function* bodyVariants(body: Buffer): Generator<BodyVariant> {
  const seen = new Set([fingerprint(body)]);
  for (const variant of candidates(body)) {
    const print = fingerprint(variant.bytes);
    if (seen.has(print)) continue;
    seen.add(print);
    yield variant;
  }
}

function* candidates(body: Buffer): Generator<BodyVariant> {
  const latin = body.toString('latin1');
  yield fromLatin('newline-added', latin.replace(/\r?\n$/, ''));
  yield fromLatin('newline-removed', `${latin}\n`);
  yield fromLatin('newline-removed', `${latin}\r\n`);
  yield fromLatin('crlf-to-lf', latin.replace(/\r?\n/g, '\r\n'));
  yield fromLatin('lf-to-crlf', latin.replace(/\r\n/g, '\n'));
  if (body.subarray(0, 3).equals(BOM))
    yield { change: 'bom-added', style: undefined, bytes: body.subarray(3) };
  else yield { change: 'bom-removed', style: undefined, bytes: Buffer.concat([BOM, body]) };
  yield fromLatin('space-added', latin.trim());
  for (const [style, bytes] of reserialize(body)) yield { change: 'reserialized', style, bytes };
  if (isUtf8(body)) yield fromLatin('charset', body.toString('utf8'));
  else yield { change: 'charset', style: undefined, bytes: Buffer.from(latin, 'utf8') };
  const unpacked = unpack(body);
  if (unpacked !== undefined) yield { change: 'compressed', style: undefined, bytes: unpacked };
  yield { change: 'body-not-signed', style: undefined, bytes: Buffer.alloc(0) };
}

function fromLatin(change: BodyChange, text: string): BodyVariant {
  return { change, style: undefined, bytes: Buffer.from(text, 'latin1') };
}

function fingerprint(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64');
}

function unpack(body: Buffer): Buffer | undefined {
  if (body[0] !== 0x1f || body[1] !== 0x8b) return undefined;
  try {
    return gunzipSync(body, { maxOutputLength: LARGEST_UNPACKED });
  } catch {
    return undefined;
  }
}
