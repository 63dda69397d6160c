import type { SignatureEncoding } from '@chargelog/webhook';

export type Digest = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** In what a signature departs from the text that is accepted (64 hex characters, or base64 of 32 bytes). */
export type Quirk =
  | 'base64url'
  | 'base64-of-hex'
  | 'hex-of-base64'
  | 'case-folded'
  | 'escaped'
  | 'inner-space'
  | 'prefixed'
  | 'quoted'
  | 'several'
  | 'truncated';

/** One reading of `X-Signature`. A text can have several: 88 base64 characters are SHA-512, or base64 of hex. */
export interface Claim {
  readonly digest: Digest;
  readonly encoding: SignatureEncoding;
  readonly quirks: readonly Quirk[];
  /** Not in constant time: only holders of the scope `admin` get here, and the answer never shows what was expected. */
  matches(digest: Buffer): boolean;
}

const BYTES = { md5: 16, sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const satisfies Record<
  Digest,
  number
>;
const HEX = /^[0-9a-f]+$/i;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const BASE64URL = /^[A-Za-z0-9_-]+={0,2}$/;
/** Shorter remains prove nothing, and a word of the English language must not be taken for one. */
const SHORTEST_REMAIN = { hex: 8, base64: 20 } as const;
/** Base64 of 32 bytes in one case. */
const FOLDED = /^([a-z0-9+/]{43}|[A-Z0-9+/]{43})=?$/;
const MAX_PARTS = 8;

/** Every reading of the header's text; none when it looks like no digest at all. */
export function readClaims(header: string): readonly Claim[] {
  const text = header.trim();
  const claims: Claim[] = [];
  const add = (candidate: string, quirks: readonly Quirk[]): void => {
    for (const claim of readOne(candidate, quirks)) claims.push(claim);
  };
  const bare = /^sha256=/i.test(text) ? text.slice(7) : text; // accepted as it is
  add(bare, []);
  if (claims.length > 0) return claims;

  const escaped = decodePercent(bare);
  if (escaped !== bare) add(escaped, ['escaped']);
  const unquoted = bare.replace(/^(["'])(.*)\1$/s, '$2');
  if (unquoted !== bare) add(unquoted, ['quoted']);
  const unprefixed = withoutPrefix(bare);
  if (unprefixed !== bare) add(unprefixed, ['prefixed']);
  if (claims.length > 0) return claims;

  add(bare.replace(/\s+/g, ''), ['inner-space']);
  const parts = bare.split(/[,;\s]+/, MAX_PARTS).filter((part) => part !== '');
  if (parts.length > 1) {
    for (const part of parts) {
      const value = withoutPrefix(part);
      add(value, value === part ? ['several'] : ['several', 'prefixed']);
    }
  }
  return claims;
}

function readOne(text: string, quirks: readonly Quirk[]): Claim[] {
  const claims: Claim[] = [];
  const exact = (bytes: Buffer, encoding: SignatureEncoding, more: readonly Quirk[] = []): void => {
    for (const digest of digestsOf(bytes.length)) {
      claims.push({
        digest,
        encoding,
        quirks: [...quirks, ...more],
        matches: (expected) => expected.equals(bytes),
      });
    }
  };
  if (HEX.test(text) && text.length % 2 === 0) {
    const bytes = Buffer.from(text, 'hex');
    exact(bytes, 'hex');
    const inner = bytes.toString('latin1');
    if (BASE64.test(inner) && inner.length >= 40)
      exact(Buffer.from(inner, 'base64'), 'base64', ['hex-of-base64']);
  } else if (BASE64.test(text)) {
    const bytes = Buffer.from(text, 'base64');
    exact(bytes, 'base64');
    const inner = bytes.toString('latin1');
    if (HEX.test(inner) && inner.length >= 32) exact(Buffer.from(inner, 'hex'), 'hex', ['base64-of-hex']);
    if (FOLDED.test(text)) claims.push(folded(text, quirks));
  } else if (BASE64URL.test(text)) exact(Buffer.from(text, 'base64url'), 'base64', ['base64url']);
  claims.push(...remain(text, quirks));
  return claims;
}

/** A proxy that folds header values to one case destroys base64; what is left can still be compared. */
function folded(text: string, quirks: readonly Quirk[]): Claim {
  const bare = text.replace(/=+$/, '').toLowerCase();
  return {
    digest: 'sha256',
    encoding: 'base64',
    quirks: [...quirks, 'case-folded'],
    matches: (expected) => expected.toString('base64').replace(/=+$/, '').toLowerCase() === bare,
  };
}

/** The beginning of a SHA-256 digest, cut off by a column or a form that was too narrow. */
function remain(text: string, quirks: readonly Quirk[]): Claim[] {
  const encoding: SignatureEncoding | undefined =
    HEX.test(text) && text.length < 64 ? 'hex' : BASE64.test(text) && text.length < 43 ? 'base64' : undefined;
  if (encoding === undefined || text.length < SHORTEST_REMAIN[encoding]) return [];
  const start = encoding === 'hex' ? text.toLowerCase() : text.replace(/=+$/, '');
  return [
    {
      digest: 'sha256',
      encoding,
      quirks: [...quirks, 'truncated'],
      matches: (expected) => expected.toString(encoding).startsWith(start),
    },
  ];
}

function digestsOf(bytes: number): Digest[] {
  return (Object.keys(BYTES) as Digest[]).filter((digest) => BYTES[digest] === bytes);
}

/** `v1=…`, `sha256:…`, `HMAC-SHA256 …`: a scheme before the value. */
function withoutPrefix(text: string): string {
  return /^[A-Za-z][A-Za-z0-9_-]{0,19}[=:\s]\s*(?=\S{8})(.+)$/s.exec(text)?.[1] ?? text;
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
