import { newUuidV7 } from '@chargelog/domain';
import type { NewSourceSecret, SourceSecret } from '@chargelog/pipeline';
import { fingerprintOf } from './fingerprint.js';
import type { Keyring } from './keyring.js';

/** What a sealed secret is bound to. Part of what is stored: never to be changed. */
export function context(sourceId: number, name: string): string {
  return `source-secret/${sourceId}/${name}`;
}

/** A secret as it is stored, with a key of its own. */
export function toSealedSecret(
  keyring: Keyring,
  sourceId: number,
  name: string,
  value: string,
): NewSourceSecret {
  return {
    id: newUuidV7(Date.now()),
    sourceId,
    name,
    fingerprint: fingerprintOf(value),
    sealed: keyring.seal(Buffer.from(value, 'utf8'), context(sourceId, name)),
  };
}

/** Its value; undefined where no key opens it. */
export function reveal(keyring: Keyring | undefined, row: SourceSecret): string | undefined {
  return keyring?.open(row.sealed, context(row.sourceId, row.name))?.toString('utf8');
}
