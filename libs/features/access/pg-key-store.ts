import type pg from 'pg';
import { GatewayError } from '@chargelog/domain';
import { toReadError, inTransaction } from '@chargelog/event-log';
import { insertAuditEntry } from '@chargelog/features/audit';
import type { ActiveKey, ApiKey, KeyStore, NewApiKey } from './key-store.js';
import type { Scope } from '@chargelog/http';

/** Every instance holds all live keys in memory; that many is a fault of a script, not a need. */
const MAX_LIVE_KEYS = 1_000;
const MAX_LISTED = 2_000;

const COLUMNS = `id, name, prefix, scopes, tenants, hash,
  (extract(epoch from created_at) * 1000)::float8 as created_at, (extract(epoch from expires_at) * 1000)::float8 as expires_at,
  (extract(epoch from revoked_at) * 1000)::float8 as revoked_at, (extract(epoch from last_used_at) * 1000)::float8 as last_used_at`;

interface Row {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly Scope[];
  readonly tenants: readonly string[] | null;
  readonly hash: Buffer;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly revoked_at: number | null;
  readonly last_used_at: number | null;
}

export class PgKeyStore implements KeyStore {
  constructor(private readonly pool: pg.Pool) {}

  create(key: NewApiKey, by: string): Promise<ApiKey> {
    return inTransaction(this.pool, async (client) => {
      // One creation at a time, so that the name and the number of keys are what was looked at.
      await client.query('lock table api_key in share row exclusive mode');
      await refuseUnknownTenants(client, key.tenants ?? []);
      const { rows: live } = await client.query<{ total: number; same_name: number }>(
        `select count(*)::int as total, count(*) filter (where name = $1)::int as same_name
           from api_key where revoked_at is null`,
        [key.name],
      );
      if ((live[0]?.same_name ?? 0) > 0)
        throw new GatewayError(
          'conflict',
          `A key named "${key.name}" exists. Choose another name, or revoke that one first.`,
        );
      if ((live[0]?.total ?? 0) >= MAX_LIVE_KEYS)
        throw new GatewayError(
          'conflict',
          `There are ${MAX_LIVE_KEYS} keys already. Revoke those that are no longer used.`,
        );
      const { rows } = await client.query<Row>(
        `insert into api_key (id, name, hash, prefix, scopes, tenants, expires_at)
         values ($1, $2, $3, $4, $5, $6, to_timestamp($7::float8 / 1000)) returning ${COLUMNS}`,
        [key.id, key.name, key.hash, key.prefix, key.scopes, key.tenants ?? null, key.expiresAt ?? null],
      );
      const made = rows.map(toApiKey)[0];
      if (made === undefined) throw new Error('api_key did not return the row it was given');
      await insertAuditEntry(client, {
        actor: by,
        action: 'key.create',
        subject: key.id,
        detail: {
          name: key.name,
          prefix: key.prefix,
          scopes: key.scopes,
          tenants: key.tenants ?? null,
          expiresAt: key.expiresAt === undefined ? null : new Date(key.expiresAt).toISOString(),
        },
      });
      return made;
    });
  }

  async list(): Promise<readonly ApiKey[]> {
    const rows = await this.read(
      `select ${COLUMNS} from api_key
        order by revoked_at is not null, api_key.created_at desc, id desc limit ${MAX_LISTED}`,
    );
    return rows.map(toApiKey);
  }

  revoke(id: string, by: string): Promise<ApiKey | undefined> {
    return inTransaction(this.pool, async (client) => {
      const { rowCount } = await client.query(
        'update api_key set revoked_at = clock_timestamp() where id = $1 and revoked_at is null',
        [id],
      );
      const { rows } = await client.query<Row>(`select ${COLUMNS} from api_key where id = $1`, [id]);
      const key = rows.map(toApiKey)[0];
      if (key !== undefined && rowCount === 1) {
        await insertAuditEntry(client, {
          actor: by,
          action: 'key.revoke',
          subject: id,
          detail: { name: key.name, prefix: key.prefix },
        });
      }
      return key;
    });
  }

  async listActive(): Promise<readonly ActiveKey[]> {
    const rows = await this.read(
      `select ${COLUMNS} from api_key
        where revoked_at is null and (api_key.expires_at is null or api_key.expires_at > clock_timestamp())`,
    );
    return rows.map((row) => ({ ...toApiKey(row), hash: row.hash }));
  }

  async touch(id: string): Promise<void> {
    try {
      await this.pool.query(
        `update api_key set last_used_at = clock_timestamp()
          where id = $1 and (last_used_at is null or last_used_at < clock_timestamp() - interval '1 minute')`,
        [id],
      );
    } catch (error) {
      throw toReadError(error);
    }
  }

  private async read(text: string): Promise<readonly Row[]> {
    try {
      return (await this.pool.query<Row>(text)).rows;
    } catch (error) {
      throw toReadError(error);
    }
  }
}

async function refuseUnknownTenants(client: pg.ClientBase, wanted: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ name: string }>('select name from tenant where name = any ($1)', [
    wanted,
  ]);
  const known = new Set(rows.map(({ name }) => name));
  const unknown = wanted.filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  const reason = `${unknown.map((name) => `"${name}"`).join(', ')}: no source of this gateway belongs to such a tenant`;
  throw new GatewayError('invalid-body', `tenants: ${reason}`, {
    errors: [{ in: 'body', name: 'tenants', reason }],
  });
}

function toApiKey(row: Row): ApiKey {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes,
    tenants: row.tenants ?? undefined,
    createdAt: Math.round(row.created_at),
    expiresAt: instant(row.expires_at),
    revokedAt: instant(row.revoked_at),
    lastUsedAt: instant(row.last_used_at),
  };
}

function instant(ms: number | null): number | undefined {
  return ms === null ? undefined : Math.round(ms);
}
