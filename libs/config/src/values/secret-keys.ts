const KEY_BYTES = 32;
const HEX = /^[0-9a-f]{64}$/i;
const BASE64 = /^[A-Za-z0-9+/_-]{43}=?$/;

export type SecretKeys =
  | { readonly ok: true; readonly keys: readonly Buffer[] }
  /** Says what is wrong and where, never what stands there. */
  | { readonly ok: false; readonly why: string };

/**
 * Keys that seal what the database must not hold in the clear, one per line (or separated by commas), each 32 bytes in
 * hex or base64; `#` begins a remark. The first seals, all open: two are the state in the middle of a rotation.
 */
export function parseSecretKeys(text: string): SecretKeys {
  const lines = text.split(/[\n,]/).map((line) => line.trim());
  const keys: Buffer[] = [];
  for (const [index, line] of lines.entries()) {
    if (line === '' || line.startsWith('#')) continue;
    const key = decode(line);
    if (key === undefined) {
      return {
        ok: false,
        why: `line ${index + 1} is not a key of 32 bytes in hex or base64; make one with: openssl rand -base64 32`,
      };
    }
    keys.push(key);
  }
  if (keys.length === 0) return { ok: false, why: 'holds no key; make one with: openssl rand -base64 32' };
  return { ok: true, keys };
}

/** What is wrong with such a text; undefined where nothing is. */
export function secretKeysProblem(text: string): string | undefined {
  const read = parseSecretKeys(text);
  return read.ok ? undefined : read.why;
}

function decode(text: string): Buffer | undefined {
  const encoding = HEX.test(text) ? 'hex' : BASE64.test(text) ? 'base64' : undefined;
  const key = encoding && Buffer.from(text, encoding);
  return key?.length === KEY_BYTES ? key : undefined;
}
