import type pg from 'pg';
import { toReadError, inTransaction } from '@chargelog/event-log';
import type {
  KeptRejection,
  NewRejection,
  Rejection,
  RejectionCount,
  RejectionQuery,
  RejectionReason,
  RejectionStore,
  RejectionTally,
} from './rejection-store.js';

interface KeptRow extends Rejection {
  readonly key_id: string;
  readonly ciphertext: Buffer;
}

/** Rows and bytes of one page of ciphertexts. */
const PAGE_ROWS = 500;
const PAGE_BYTES = 8 * 1024 * 1024;

const METADATA = `r.id, s.name as source, (extract(epoch from r.received_at) * 1000)::float8 as "receivedAt", r.reason,
  r.bytes`;
const KEPT = `${METADATA}, r.key_id, r.ciphertext`;

const INSERT = `
  insert into rejection (id, source_id, received_at, reason, bytes, key_id, ciphertext)
  select u.id, u.source_id, to_timestamp(u.received_at / 1000), u.reason, u.bytes, u.key_id, u.ciphertext
    from unnest($1::uuid[], $2::smallint[], $3::float8[], $4::text[], $5::integer[], $6::text[], $7::bytea[])
      as u(id, source_id, received_at, reason, bytes, key_id, ciphertext)
  on conflict (id) do nothing`;

// In one order for every writer, so that two instances cannot wait for each other in a circle.
const COUNT = `
  insert into rejection_count as held (source_id, hour, reason, rejected, kept)
  select u.source_id, date_trunc('hour', clock_timestamp()), u.reason, u.rejected, u.kept
    from unnest($1::smallint[], $2::text[], $3::bigint[], $4::bigint[]) as u(source_id, reason, rejected, kept)
   order by u.source_id, u.reason
  on conflict (source_id, hour, reason) do update
     set rejected = held.rejected + excluded.rejected, kept = held.kept + excluded.kept`;

const RESEAL = `
  update rejection r set key_id = u.key_id, ciphertext = u.ciphertext
    from unnest($1::uuid[], $2::text[], $3::bytea[]) as u(id, key_id, ciphertext)
   where r.id = u.id`;

const TRIM = `
  delete from rejection where id in (
    select id from rejection where received_at < to_timestamp($1::float8 / 1000)
    union all
    select sized.id
      from (select id, sum(octet_length(ciphertext)) over (partition by source_id order by id desc) as bytes
              from rejection) sized
     where sized.bytes > $2)`;

export class PgRejectionStore implements RejectionStore {
  constructor(private readonly pool: pg.Pool) {}

  keep(rejections: readonly NewRejection[], tallies: readonly RejectionTally[]): Promise<void> {
    return inTransaction(this.pool, async (client) => {
      if (rejections.length > 0) {
        await client.query(INSERT, [
          rejections.map(({ id }) => id),
          rejections.map(({ source }) => source.id),
          rejections.map(({ receivedAt }) => receivedAt),
          rejections.map(({ reason }) => reason),
          rejections.map(({ bytes }) => bytes),
          rejections.map(({ sealed }) => sealed.keyId),
          rejections.map(({ sealed }) => sealed.bytes),
        ]);
      }
      await client.query(COUNT, [
        tallies.map(({ sourceId }) => sourceId),
        tallies.map(({ reason }) => reason),
        tallies.map(({ rejected }) => rejected),
        tallies.map(({ kept }) => kept),
      ]);
    });
  }

  async list(query: RejectionQuery, limit: number, after?: string): Promise<readonly Rejection[]> {
    const rows = await this.read<Rejection>(
      `select ${METADATA} from rejection r join source s on s.id = r.source_id
        where ($1::text is null or s.name = $1) and ($2::text is null or r.reason = $2)
          and ($3::float8 is null or r.received_at >= to_timestamp($3 / 1000))
          and ($4::float8 is null or r.received_at < to_timestamp($4 / 1000))
          and ($6::uuid is null or r.id < $6)
        order by r.id desc limit $5`,
      [...bounds(query), limit, after ?? null],
    );
    return rows.map(toRejection);
  }

  async count(query: RejectionQuery): Promise<readonly RejectionCount[]> {
    const rows = await this.read<{ source: string; reason: RejectionReason; rejected: string; kept: string }>(
      `select s.name as source, c.reason, sum(c.rejected)::text as rejected, sum(c.kept)::text as kept
         from rejection_count c join source s on s.id = c.source_id
        where ($1::text is null or s.name = $1) and ($2::text is null or c.reason = $2)
          and ($3::float8 is null or c.hour >= date_trunc('hour', to_timestamp($3 / 1000)))
          and ($4::float8 is null or c.hour < to_timestamp($4 / 1000))
        group by s.name, c.reason order by s.name, c.reason`,
      bounds(query),
    );
    return rows.map((row) => ({ ...row, rejected: BigInt(row.rejected), kept: BigInt(row.kept) }));
  }

  async find(id: string): Promise<KeptRejection | undefined> {
    const [row] = await this.read<KeptRow>(
      `select ${KEPT} from rejection r join source s on s.id = r.source_id where r.id = $1`,
      [id],
    );
    return row && toKept(row);
  }

  async newest(source: string): Promise<KeptRejection | undefined> {
    const [row] = await this.read<KeptRow>(
      `select ${KEPT} from rejection r join source s on s.id = r.source_id
        where s.name = $1 order by r.id desc limit 1`,
      [source],
    );
    return row && toKept(row);
  }

  async oldest(source: string, after?: string): Promise<readonly KeptRejection[]> {
    const ofSource = 'source_id = (select id from source where name = $1)';
    return (await this.read<KeptRow>(pageOf(ofSource), [source, after ?? null])).map(toKept);
  }

  async sealedOtherwise(keyId: string, after?: string): Promise<readonly KeptRejection[]> {
    return (await this.read<KeptRow>(pageOf('key_id <> $1'), [keyId, after ?? null])).map(toKept);
  }

  async reseal(rejections: readonly Pick<KeptRejection, 'id' | 'sealed'>[]): Promise<void> {
    await this.read(RESEAL, [
      rejections.map(({ id }) => id),
      rejections.map(({ sealed }) => sealed.keyId),
      rejections.map(({ sealed }) => sealed.bytes),
    ]);
  }

  async trim(limits: { readonly receivedBefore: number; readonly bytesPerSource: number }): Promise<number> {
    try {
      const { rowCount } = await this.pool.query(TRIM, [limits.receivedBefore, limits.bytesPerSource]);
      return rowCount ?? 0;
    } catch (error) {
      throw toReadError(error);
    }
  }

  private async read<R extends object>(text: string, values: readonly unknown[]): Promise<readonly R[]> {
    try {
      return (await this.pool.query<R>(text, [...values])).rows;
    } catch (error) {
      throw toReadError(error);
    }
  }
}

/** Condition over $1; $2 is the id to go on after. The first row is there whatever its size, so that paging ends. */
function pageOf(condition: string): string {
  return `
    select ${KEPT} from (
      select *, sum(octet_length(ciphertext)) over (order by id) - octet_length(ciphertext) as before
        from (select * from rejection
               where ${condition} and ($2::uuid is null or id > $2)
               order by id limit ${PAGE_ROWS}) page
    ) r join source s on s.id = r.source_id
     where r.before < ${PAGE_BYTES} order by r.id`;
}

function bounds(query: RejectionQuery): readonly unknown[] {
  const { source, reason, receivedAfter, receivedBefore } = query;
  return [source ?? null, reason ?? null, receivedAfter ?? null, receivedBefore ?? null];
}

function toRejection(row: Rejection): Rejection {
  const { id, source, reason, bytes } = row;
  return { id, source, receivedAt: Math.round(row.receivedAt), reason, bytes };
}

function toKept(row: KeptRow): KeptRejection {
  return { ...toRejection(row), sealed: { keyId: row.key_id, bytes: row.ciphertext } };
}
