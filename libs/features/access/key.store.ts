import { In, IsNull, type DataSource, type EntityManager, type Repository } from 'typeorm';
import { GatewayError } from '@chargelog/domain';
import { askDatabase, databaseNow, inTransaction } from '@chargelog/event-log';
import { recordAct } from '@chargelog/features/audit';
import { TenantEntity } from '@chargelog/features/sources';
import type { Scope } from '@chargelog/http';
import { ApiKeyEntity } from './key.entity.js';

export interface ApiKey {
  /** UUIDv7. */
  readonly id: string;
  /** For people; unique among the keys that are not revoked. */
  readonly name: string;
  /** The first characters of the key: enough to recognize it, too few to guess it. */
  readonly prefix: string;
  readonly scopes: readonly Scope[];
  /** The only tenants whose events the key sees; undefined for all. */
  readonly tenants: readonly string[] | undefined;
  /** Instants in ms since 1970 UTC. */
  readonly createdAt: number;
  readonly expiresAt: number | undefined;
  readonly revokedAt: number | undefined;
  /** To the minute. */
  readonly lastUsedAt: number | undefined;
}

export interface NewApiKey extends Pick<
  ApiKey,
  'id' | 'name' | 'prefix' | 'scopes' | 'tenants' | 'expiresAt'
> {
  /** SHA-256 of the key's text; the text itself is stored nowhere. */
  readonly hash: Buffer;
}

export interface ActiveKey extends ApiKey {
  readonly hash: Buffer;
}

/** Every instance holds all live keys in memory; that many is a fault of a script, not a need. */
const MAX_LIVE_KEYS = 1_000;
const MAX_LISTED = 2_000;

const LIVE = { revokedAt: IsNull() };

/**
 * API keys as rows. Creating and revoking are written to the audit log in the same transaction.
 *
 * Throws GatewayError `store-away`, `overloaded` or `query-timeout`.
 */
export class KeyStore {
  private readonly keys: Repository<ApiKeyEntity>;

  constructor(private readonly dataSource: DataSource) {
    this.keys = dataSource.getRepository(ApiKeyEntity);
  }

  /**
   * @param by the actor for the audit log
   * @throws GatewayError `conflict` for a name in use or too many keys, `invalid-body` for a tenant nobody knows.
   */
  create(key: NewApiKey, by: string): Promise<ApiKey> {
    return inTransaction(this.dataSource, async (manager) => {
      // One creation at a time, so that the name and the number of keys are what was looked at.
      await manager.query('lock table api_key in share row exclusive mode');
      await refuseUnknownTenants(manager, key.tenants ?? []);
      if (await manager.existsBy(ApiKeyEntity, { ...LIVE, name: key.name }))
        throw new GatewayError(
          'conflict',
          `A key named "${key.name}" exists. Choose another name, or revoke that one first.`,
        );
      if ((await manager.countBy(ApiKeyEntity, LIVE)) >= MAX_LIVE_KEYS)
        throw new GatewayError(
          'conflict',
          `There are ${MAX_LIVE_KEYS} keys already. Revoke those that are no longer used.`,
        );
      const { id, name, hash, prefix } = key;
      const scopes = [...key.scopes];
      const tenants = key.tenants === undefined ? null : [...key.tenants];
      const expiresAt = key.expiresAt === undefined ? null : new Date(key.expiresAt);
      await manager.insert(ApiKeyEntity, { id, name, hash, prefix, scopes, tenants, expiresAt });
      await recordAct(manager, {
        actor: by,
        action: 'key.create',
        subject: id,
        detail: { name, prefix, scopes, tenants, expiresAt: expiresAt?.toISOString() ?? null },
      });
      return toApiKey(await manager.findOneByOrFail(ApiKeyEntity, { id }));
    });
  }

  /** Live ones first, then revoked ones, each newest first; up to 2,000 in all. */
  list(): Promise<readonly ApiKey[]> {
    return askDatabase(async () => {
      const rows = await this.keys
        .createQueryBuilder('key')
        .orderBy('key.revokedAt is not null')
        .addOrderBy('key.createdAt', 'DESC')
        .addOrderBy('key.id', 'DESC')
        .limit(MAX_LISTED)
        .getMany();
      return rows.map(toApiKey);
    });
  }

  /** Returns the key as it is then; a revoked one stays as it was. Undefined when unknown. */
  revoke(id: string, by: string): Promise<ApiKey | undefined> {
    return inTransaction(this.dataSource, async (manager) => {
      const { affected } = await manager.update(ApiKeyEntity, { id, ...LIVE }, { revokedAt: databaseNow });
      const key = await manager.findOneBy(ApiKeyEntity, { id });
      if (key === null) return undefined;
      if (affected === 1) {
        const { name, prefix } = key;
        await recordAct(manager, { actor: by, action: 'key.revoke', subject: id, detail: { name, prefix } });
      }
      return toApiKey(key);
    });
  }

  /** Every key that is neither revoked nor expired. */
  listActive(): Promise<readonly ActiveKey[]> {
    return askDatabase(async () => {
      const rows = await this.keys
        .createQueryBuilder('key')
        .where(LIVE)
        .andWhere('(key.expiresAt is null or key.expiresAt > clock_timestamp())')
        .getMany();
      return rows.map((row) => ({ ...toApiKey(row), hash: row.hash }));
    });
  }

  /** Notes that a key was used now; written at most once a minute, whatever the number of instances. */
  async touch(id: string): Promise<void> {
    await askDatabase(() =>
      this.keys
        .createQueryBuilder()
        .update({ lastUsedAt: databaseNow })
        .where({ id })
        .andWhere(`(last_used_at is null or last_used_at < clock_timestamp() - interval '1 minute')`)
        .execute(),
    );
  }
}

async function refuseUnknownTenants(manager: EntityManager, wanted: readonly string[]): Promise<void> {
  const rows = await manager.findBy(TenantEntity, { name: In(wanted) });
  const known = new Set(rows.map(({ name }) => name));
  const unknown = wanted.filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  const reason = `${unknown.map((name) => `"${name}"`).join(', ')}: no source of this gateway belongs to such a tenant`;
  throw new GatewayError('invalid-body', `tenants: ${reason}`, {
    errors: [{ in: 'body', name: 'tenants', reason }],
  });
}

function toApiKey(row: ApiKeyEntity): ApiKey {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes,
    tenants: row.tenants ?? undefined,
    createdAt: row.createdAt.getTime(),
    expiresAt: row.expiresAt?.getTime(),
    revokedAt: row.revokedAt?.getTime(),
    lastUsedAt: row.lastUsedAt?.getTime(),
  };
}
