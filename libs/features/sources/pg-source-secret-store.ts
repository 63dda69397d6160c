import type { Sealed } from '@chargelog/features/sealing';
import type pg from 'pg';
import { GatewayError, type Source } from '@chargelog/domain';
import { toReadError, inTransaction } from '@chargelog/event-log';
import { insertAuditEntry } from '@chargelog/features/audit';
import type {
  NewSourceSecret,
  SecretOrigin,
  SourceSecret,
  SourceSecretStore,
} from './source-secret-store.js';

interface Row {
  readonly id: string;
  readonly source_id: number;
  readonly name: string;
  readonly origin: SecretOrigin;
  readonly fingerprint: string;
  readonly key_id: string;
  readonly ciphertext: Buffer;
  readonly created_at: number;
  readonly last_signed_at: number | null;
}

const LIVE = `select id, source_id, name, origin, fingerprint, key_id, ciphertext,
    (extract(epoch from created_at) * 1000)::float8 as created_at,
    (extract(epoch from last_signed_at) * 1000)::float8 as last_signed_at
  from source_secret where retired_at is null`;

/** Retiring erases the ciphertext: what is not there cannot leak. */
const RETIRE = `update source_secret set retired_at = clock_timestamp(), ciphertext = null, key_id = null`;

export class PgSourceSecretStore implements SourceSecretStore {
  constructor(private readonly pool: pg.Pool) {}

  async listSources(): Promise<readonly Source[]> {
    return this.read<Source>(
      `select s.id, s.name, s.kind, t.name as tenant, s.tenant_id as "tenantId"
         from source s join tenant t on t.id = s.tenant_id order by s.name`,
    );
  }

  async listLive(): Promise<readonly SourceSecret[]> {
    return (await this.read<Row>(`${LIVE} order by source_secret.created_at, id`)).map(toSecret);
  }

  add(secret: NewSourceSecret, by: string): Promise<SourceSecret> {
    return inTransaction(this.pool, async (client) => {
      const live = await lockLive(client, secret.sourceId);
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
      await insert(client, secret, 'api', by);
      const { rows } = await client.query<Row>(`${LIVE} and id = $1`, [secret.id]);
      const added = rows.map(toSecret)[0];
      if (added === undefined) throw new Error('source_secret lost the row it was given');
      return added;
    });
  }

  retire(sourceId: number, name: string, by: string): Promise<boolean> {
    return inTransaction(this.pool, async (client) => {
      const live = await lockLive(client, sourceId);
      const secret = live.find((row) => row.name === name && row.origin === 'api');
      if (secret !== undefined) await retire(client, secret, by);
      return secret !== undefined;
    });
  }

  copyIn(sourceId: number, configured: readonly NewSourceSecret[]): Promise<void> {
    return inTransaction(this.pool, async (client) => {
      const stored = (await lockLive(client, sourceId)).filter(({ origin }) => origin === 'configuration');
      const isSame = (row: SourceSecret, secret: NewSourceSecret): boolean =>
        row.name === secret.name && row.fingerprint === secret.fingerprint;
      for (const row of stored) {
        if (!configured.some((secret) => isSame(row, secret))) await retire(client, row, 'system');
      }
      for (const secret of configured) {
        if (!stored.some((row) => isSame(row, secret)))
          await insert(client, secret, 'configuration', 'system');
      }
    });
  }

  async noteSigned(id: string, at: number): Promise<void> {
    await this.read(
      `update source_secret set last_signed_at = greatest(last_signed_at, to_timestamp($2::float8 / 1000))
        where id = $1`,
      [id, at],
    );
  }

  async reseal(id: string, former: Sealed, sealed: Sealed): Promise<void> {
    await this.read(
      'update source_secret set key_id = $3, ciphertext = $4 where id = $1 and ciphertext = $2',
      [id, former.bytes, sealed.keyId, sealed.bytes],
    );
  }

  private async read<R extends object>(text: string, values: unknown[] = []): Promise<readonly R[]> {
    try {
      return (await this.pool.query<R>(text, values)).rows;
    } catch (error) {
      throw toReadError(error);
    }
  }
}

/** The source's live secrets; others who change them wait. Reading goes on, so no delivery waits. */
async function lockLive(client: pg.ClientBase, sourceId: number): Promise<readonly SourceSecret[]> {
  await client.query('lock table source_secret in share row exclusive mode');
  const { rows } = await client.query<Row>(`${LIVE} and source_id = $1`, [sourceId]);
  return rows.map(toSecret);
}

async function insert(
  client: pg.ClientBase,
  { id, sourceId, name, fingerprint, sealed }: NewSourceSecret,
  origin: SecretOrigin,
  by: string,
): Promise<void> {
  await client.query(
    `insert into source_secret (id, source_id, name, origin, fingerprint, key_id, ciphertext)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, sourceId, name, origin, fingerprint, sealed.keyId, sealed.bytes],
  );
  await recordAct(client, 'secret.add', by, { sourceId, name, fingerprint, origin });
}

async function retire(client: pg.ClientBase, secret: SourceSecret, by: string): Promise<void> {
  await client.query(`${RETIRE} where id = $1`, [secret.id]);
  await recordAct(client, 'secret.retire', by, secret);
}

async function recordAct(
  client: pg.ClientBase,
  action: string,
  actor: string,
  secret: Pick<SourceSecret, 'sourceId' | 'name' | 'fingerprint' | 'origin'>,
): Promise<void> {
  const { rows } = await client.query<{ name: string }>('select name from source where id = $1', [
    secret.sourceId,
  ]);
  await insertAuditEntry(client, {
    actor,
    action,
    subject: `${rows[0]?.name}/${secret.name}`,
    detail: { fingerprint: secret.fingerprint, origin: secret.origin },
  });
}

function toSecret(row: Row): SourceSecret {
  return {
    id: row.id,
    sourceId: row.source_id,
    name: row.name,
    origin: row.origin,
    fingerprint: row.fingerprint,
    sealed: { keyId: row.key_id, bytes: row.ciphertext },
    createdAt: Math.round(row.created_at),
    lastSignedAt: row.last_signed_at === null ? undefined : Math.round(row.last_signed_at),
  };
}
