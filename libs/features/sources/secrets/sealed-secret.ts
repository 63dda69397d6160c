import { newUuidV7 } from '@chargelog/domain';
import type { NewSourceSecret, SourceSecret, SourceSecretStore } from '../source-secret.store.js';
import { fingerprintOf } from './fingerprint.js';
import type { Keyring, SealedRows } from '@chargelog/features/sealing';

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

/** The stored secrets, for the rotation of the key that seals them. */
export function sealedSecrets(store: Pick<SourceSecretStore, 'listLive' | 'reseal'>): SealedRows {
  return {
    async *sealedOtherwise(keyId) {
      const rows = (await store.listLive()).filter(({ sealed }) => sealed.keyId !== keyId);
      yield rows.map(({ id, sealed, sourceId, name }) => ({ id, sealed, context: context(sourceId, name) }));
    },
    async replace(rows) {
      for (const { id, former, sealed } of rows) await store.reseal(id, former, sealed);
    },
  };
}
