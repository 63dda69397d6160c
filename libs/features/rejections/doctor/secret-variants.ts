import { createHash } from 'node:crypto';

/** What may be wrong with a secret as it is configured. */
export type SecretChange =
  | 'secret-has-space'
  | 'secret-lacks-newline'
  | 'secret-quoted'
  | 'secret-has-bearer'
  | 'secret-lacks-bearer'
  | 'secret-after-pipe'
  | 'secret-hashed'
  | 'secret-from-base64'
  | 'secret-from-hex'
  | 'secret-empty';

export interface SecretVariant {
  readonly change: SecretChange;
  readonly key: Buffer;
}

/** The keys a sender may have signed with, given the one that is configured. */
export function secretVariants(key: Buffer): readonly SecretVariant[] {
  const text = key.toString('utf8');
  const trimmed = text.trim();
  const seen = new Set([key.toString('latin1')]);
  const variants: SecretVariant[] = [];
  const add = (change: SecretChange, variant: Buffer | string): void => {
    const bytes = Buffer.from(variant);
    if (seen.has(bytes.toString('latin1')) || (bytes.length === 0 && change !== 'secret-empty')) return;
    seen.add(bytes.toString('latin1'));
    variants.push({ change, key: bytes });
  };
  add('secret-has-space', trimmed);
  add('secret-lacks-newline', `${trimmed}\n`);
  add('secret-lacks-newline', `${trimmed}\r\n`);
  add('secret-quoted', trimmed.replace(/^(["'])(.*)\1$/s, '$2'));
  add('secret-has-bearer', trimmed.replace(/^bearer\s+/i, ''));
  add('secret-lacks-bearer', `Bearer ${trimmed}`);
  // Laravel's tokens are shown as `id|token`; only the part behind the bar is the token itself, and its hash is stored.
  add('secret-after-pipe', trimmed.slice(trimmed.indexOf('|') + 1));
  add('secret-hashed', sha256(trimmed));
  add('secret-hashed', sha256(trimmed.slice(trimmed.indexOf('|') + 1)));
  if (/^([0-9a-f]{2}){8,}$/i.test(trimmed)) add('secret-from-hex', Buffer.from(trimmed, 'hex'));
  else if (/^[A-Za-z0-9+/]{16,}={0,2}$/.test(trimmed))
    add('secret-from-base64', Buffer.from(trimmed, 'base64'));
  add('secret-empty', '');
  return variants;
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
