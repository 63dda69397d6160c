import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { SignatureForm, Verification } from '@chargelog/domain';

/** What the sender feeds into the HMAC: the body alone, or joined with the text of `X-Timestamp`. */
export type SignedForm = 'body' | 'timestamp+body' | 'timestamp.body' | 'body+timestamp';
export type SignatureEncoding = 'hex' | 'base64';

export interface SigningSecret {
  readonly name: string;
  /** The AMPECO API token that created the subscription; it is the HMAC key as it stands, in UTF-8. */
  readonly key: KeyObject;
}

export function signingSecret(name: string, value: string): SigningSecret {
  return { name, key: createSecretKey(Buffer.from(value, 'utf8')) };
}

export interface SignatureRules {
  readonly secrets: readonly SigningSecret[];
  readonly encodings: readonly SignatureEncoding[];
  readonly signed: readonly SignedForm[];
  /** How far a signed `X-Timestamp` may be from the arrival, in ms; undefined: any age is taken. */
  readonly maxAgeMs?: number | undefined;
}

const DIGEST_BYTES = 32;
const HEX = /^[0-9a-f]{64}$/i;
const BASE64 = /^[A-Za-z0-9+/]{43}=?$/;

/**
 * Verifies `X-Signature` (HMAC-SHA256, AMPECO "Notifications" guide) over the raw bytes, before anything looks at the
 * body. Every secret of the source is tried with every configured form; comparison is in constant time.
 *
 * @returns which secret and form matched, or undefined. The two candidates hex and base64 cannot be confused: their
 *   lengths differ.
 */
export function verifySignature(
  body: Buffer,
  signature: string | undefined,
  timestamp: string | undefined,
  rules: SignatureRules,
): Verification | undefined {
  const claimed = signature === undefined ? undefined : decode(signature.trim(), rules.encodings);
  if (claimed === undefined) return undefined;
  for (const signed of rules.signed) {
    if (signed !== 'body' && timestamp === undefined) continue;
    for (const secret of rules.secrets) {
      if (timingSafeEqual(digest(secret.key, signed, body, timestamp ?? ''), claimed.bytes)) {
        return { secret: secret.name, form: `${signed}:${claimed.encoding}` satisfies SignatureForm };
      }
    }
  }
  return undefined;
}

/** HMAC-SHA256 of the body in one of the candidate forms. */
export function digest(key: KeyObject, signed: SignedForm, body: Buffer, timestamp: string): Buffer {
  const hmac = createHmac('sha256', key);
  switch (signed) {
    case 'body':
      return hmac.update(body).digest();
    case 'timestamp+body':
      return hmac.update(timestamp).update(body).digest();
    case 'timestamp.body':
      return hmac.update(timestamp).update('.').update(body).digest();
    case 'body+timestamp':
      return hmac.update(body).update(timestamp).digest();
  }
}

function decode(
  text: string,
  encodings: readonly SignatureEncoding[],
): { bytes: Buffer; encoding: SignatureEncoding } | undefined {
  const bare = text.slice(0, 7).toLowerCase() === 'sha256=' ? text.slice(7) : text;
  const encoding = HEX.test(bare) ? 'hex' : BASE64.test(bare) ? 'base64' : undefined;
  if (encoding === undefined || !encodings.includes(encoding)) return undefined;
  const bytes = Buffer.from(bare, encoding);
  return bytes.length === DIGEST_BYTES ? { bytes, encoding } : undefined;
}
