import { IsNull, type DataSource, type EntityManager, type Repository } from 'typeorm';
import { GatewayError, type Source } from '@chargelog/domain';
import { askDatabase, databaseNow, inTransaction } from '@chargelog/event-log';
import { recordAct } from '@chargelog/features/audit';
import type { Sealed } from '@chargelog/features/sealing';
import { SourceEntity, SourceSecretEntity, toSource, type SecretOrigin } from './source.entity.js';

export interface NewSourceSecret {
  /** UUIDv7. */
  readonly id: string;
  readonly sourceId: number;
  readonly name: string;
  /** 12 hex digits that tell secrets apart and give none away. */
  readonly fingerprint: string;
  readonly sealed: Sealed;
}

export interface SourceSecret extends NewSourceSecret {
  readonly origin: SecretOrigin;
  /** Instants in ms since 1970 UTC. */
  readonly createdAt: number;
  readonly lastSignedAt: number | undefined;
}

const LIVE = { retiredAt: IsNull() };

/**
 * Secrets of webhook sources, sealed. Every change is written to the audit log in the same transaction. A retired secret
 * leaves its name and fingerprint behind; its ciphertext is erased.
 *
 * Throws GatewayError `store-away`, `overloaded` or `query-timeout`.
 */
export class SourceSecretStore {
  private readonly secrets: Repository<SourceSecretEntity>;

  constructor(private readonly dataSource: DataSource) {
    this.secrets = dataSource.getRepository(SourceSecretEntity);
  }

  /** By name, Kafka sources too. */
  listSources(): Promise<readonly Source[]> {
    return askDatabase(async () => {
      const sources = await this.dataSource.manager.find(SourceEntity, { order: { name: 'asc' } });
      return sources.map(toSource);
    });
  }

  /** Every secret that is not retired, oldest first. */
  listLive(): Promise<readonly SourceSecret[]> {
    return askDatabase(async () => {
      const rows = await this.secrets.find({ where: LIVE, order: { createdAt: 'asc', id: 'asc' } });
      return rows.map(toSecret);
    });
  }

  /** @throws GatewayError `conflict` when a live secret of the source has the name or is the same. */
  add(secret: NewSourceSecret, by: string): Promise<SourceSecret> {
    return inTransaction(this.dataSource, async (manager) => {
      const live = await lockLive(manager, secret.sourceId);
      const sameName = live.find(({ name }) => name === secret.name);
      if (sameName !== undefined)
        throw new GatewayError(
          'conflict',
          `The source has a secret named "${secret.name}". Choose another name.`,
        );
      const same = live.find(({ fingerprint }) => fingerprint === secret.fingerprint);
      if (same !== undefined)
        throw new GatewayError(
          'conflict',
          `The source has this very secret already, under the name "${same.name}".`,
        );
      await insert(manager, secret, 'api', by);
      return toSecret(await manager.findOneByOrFail(SourceSecretEntity, { id: secret.id }));
    });
  }

  /** Retires a secret that was added by the API. False when there is none of this name. */
  retire(sourceId: number, name: string, by: string): Promise<boolean> {
    return inTransaction(this.dataSource, async (manager) => {
      const live = await lockLive(manager, sourceId);
      const secret = live.find((row) => row.name === name && row.origin === 'api');
      if (secret !== undefined) await retire(manager, secret, by);
      return secret !== undefined;
    });
  }

  /**
   * Makes the source's secrets of origin `configuration` exactly these (by name and fingerprint): adds what is missing,
   * retires what is no longer there. Instances that start together take turns.
   */
  copyIn(sourceId: number, configured: readonly NewSourceSecret[]): Promise<void> {
    return inTransaction(this.dataSource, async (manager) => {
      const stored = (await lockLive(manager, sourceId)).filter(({ origin }) => origin === 'configuration');
      const isSame = (row: SourceSecretEntity, secret: NewSourceSecret): boolean =>
        row.name === secret.name && row.fingerprint === secret.fingerprint;
      for (const row of stored) {
        if (!configured.some((secret) => isSame(row, secret))) await retire(manager, row, 'system');
      }
      for (const secret of configured) {
        if (!stored.some((row) => isSame(row, secret)))
          await insert(manager, secret, 'configuration', 'system');
      }
    });
  }

  /** Never moves backwards. */
  async noteSigned(id: string, at: number): Promise<void> {
    await askDatabase(() =>
      this.secrets
        .createQueryBuilder()
        .update({ lastSignedAt: () => 'greatest(last_signed_at, :at)' })
        .where({ id })
        .setParameter('at', new Date(at))
        .execute(),
    );
  }

  /** Replaces a ciphertext, unless somebody else did since it was read. */
  async reseal(id: string, former: Sealed, { keyId, bytes }: Sealed): Promise<void> {
    await askDatabase(() =>
      this.secrets
        .createQueryBuilder()
        .update({ keyId, ciphertext: bytes })
        .where({ id })
        .andWhere('ciphertext = :former', { former: former.bytes })
        .execute(),
    );
  }
}

/** The source's live secrets; others who change them wait. Reading goes on, so no delivery waits. */
async function lockLive(manager: EntityManager, sourceId: number): Promise<readonly SourceSecretEntity[]> {
  await manager.query('lock table source_secret in share row exclusive mode');
  return manager.findBy(SourceSecretEntity, { ...LIVE, sourceId });
}

async function insert(
  manager: EntityManager,
  { id, sourceId, name, fingerprint, sealed }: NewSourceSecret,
  origin: SecretOrigin,
  by: string,
): Promise<void> {
  const { keyId, bytes: ciphertext } = sealed;
  await manager.insert(SourceSecretEntity, { id, sourceId, name, origin, fingerprint, keyId, ciphertext });
  await recordSecret(manager, 'secret.add', by, { sourceId, name, fingerprint, origin });
}

async function retire(manager: EntityManager, secret: SourceSecretEntity, by: string): Promise<void> {
  const erased = { retiredAt: databaseNow, ciphertext: null, keyId: null };
  await manager.update(SourceSecretEntity, { id: secret.id }, erased);
  await recordSecret(manager, 'secret.retire', by, secret);
}

async function recordSecret(
  manager: EntityManager,
  action: string,
  actor: string,
  { sourceId, name, fingerprint, origin }: Omit<NewSourceSecret, 'id' | 'sealed'> & { origin: SecretOrigin },
): Promise<void> {
  const source = await manager.findOneByOrFail(SourceEntity, { id: sourceId });
  await recordAct(manager, {
    actor,
    action,
    subject: `${source.name}/${name}`,
    detail: { fingerprint, origin },
  });
}

/** Of a live one: those that are retired have no ciphertext. */
function toSecret(row: SourceSecretEntity): SourceSecret {
  return {
    id: row.id,
    sourceId: row.sourceId,
    name: row.name,
    origin: row.origin,
    fingerprint: row.fingerprint,
    sealed: { keyId: row.keyId ?? '', bytes: row.ciphertext ?? Buffer.alloc(0) },
    createdAt: row.createdAt.getTime(),
    lastSignedAt: row.lastSignedAt?.getTime(),
  };
}
