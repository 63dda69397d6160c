import type { DataSource, Repository, SelectQueryBuilder } from 'typeorm';
import type { Source } from '@chargelog/domain';
import { askDatabase, inTransaction } from '@chargelog/event-log';
import type { Sealed } from '@chargelog/features/sealing';
import type { RejectionReason } from './rejection-reason.js';
import { RejectionCountEntity, RejectionEntity } from './rejection.entity.js';

/** What is told of a rejected delivery. Its headers and body are shown to nobody. */
export interface Rejection {
  /** UUIDv7; becomes the delivery key when the delivery is admitted after all. */
  readonly id: string;
  readonly source: string;
  /** Arrival, ms since 1970 UTC. */
  readonly receivedAt: number;
  readonly reason: RejectionReason;
  /** Length of the body. */
  readonly bytes: number;
}

export interface NewRejection extends Omit<Rejection, 'source'> {
  readonly source: Pick<Source, 'id'>;
  /** Headers and body. */
  readonly sealed: Sealed;
}

export interface KeptRejection extends Rejection {
  readonly sealed: Sealed;
}

export interface RejectionQuery {
  readonly source?: string;
  readonly reason?: RejectionReason;
  /** Inclusive, ms since 1970 UTC. */
  readonly receivedAfter?: number;
  /** Exclusive, ms since 1970 UTC. */
  readonly receivedBefore?: number;
}

/** How many were rejected, and how many of those were kept: the others were too many at once, or no key seals them. */
export interface RejectionCount {
  readonly source: string;
  readonly reason: RejectionReason;
  readonly rejected: bigint;
  readonly kept: bigint;
}

export interface RejectionTally {
  readonly sourceId: number;
  readonly reason: RejectionReason;
  readonly rejected: number;
  readonly kept: number;
}

/** Rows and bytes of one page of ciphertexts. */
const PAGE_ROWS = 500;
const PAGE_BYTES = 8 * 1024 * 1024;

// By hand, as the other statements over many rows at once: one round trip whatever their number.
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

// By hand: the oldest beyond so many bytes are found by a running sum.
const TRIM = `
  delete from rejection where id in (
    select id from rejection where received_at < to_timestamp($1::float8 / 1000)
    union all
    select sized.id
      from (select id, sum(octet_length(ciphertext)) over (partition by source_id order by id desc) as bytes
              from rejection) sized
     where sized.bytes > $2)`;

/**
 * Rejected deliveries, sealed, for as long as they can teach something. Counts stay. Those that are admitted after all are
 * removed in the transaction that appends them, see `readmitAlongside`.
 *
 * Throws GatewayError `store-away`, `overloaded` or `query-timeout`.
 */
export class RejectionStore {
  private readonly rejections: Repository<RejectionEntity>;
  private readonly counts: Repository<RejectionCountEntity>;

  constructor(private readonly dataSource: DataSource) {
    this.rejections = dataSource.getRepository(RejectionEntity);
    this.counts = dataSource.getRepository(RejectionCountEntity);
  }

  /** Adds rejections (the same id again is the same rejection) and adds to the counts of this hour, together. */
  keep(rejections: readonly NewRejection[], tallies: readonly RejectionTally[]): Promise<void> {
    return inTransaction(this.dataSource, async (manager) => {
      if (rejections.length > 0) {
        await manager.query(INSERT, [
          rejections.map(({ id }) => id),
          rejections.map(({ source }) => source.id),
          rejections.map(({ receivedAt }) => receivedAt),
          rejections.map(({ reason }) => reason),
          rejections.map(({ bytes }) => bytes),
          rejections.map(({ sealed }) => sealed.keyId),
          rejections.map(({ sealed }) => sealed.bytes),
        ]);
      }
      await manager.query(COUNT, [
        tallies.map(({ sourceId }) => sourceId),
        tallies.map(({ reason }) => reason),
        tallies.map(({ rejected }) => rejected),
        tallies.map(({ kept }) => kept),
      ]);
    });
  }

  /** Newest first; `after` is the id of the last one of the page before. */
  list(query: RejectionQuery, limit: number, after?: string): Promise<readonly Rejection[]> {
    return askDatabase(async () => {
      const page = narrowed(this.withSource(), query).orderBy('rejection.id', 'DESC').limit(limit);
      const { receivedAfter, receivedBefore } = query;
      if (receivedAfter !== undefined)
        page.andWhere('rejection.receivedAt >= :from', { from: new Date(receivedAfter) });
      if (receivedBefore !== undefined)
        page.andWhere('rejection.receivedAt < :before', { before: new Date(receivedBefore) });
      if (after !== undefined) page.andWhere('rejection.id < :after', { after });
      return (await page.getMany()).map(toRejection);
    });
  }

  /** Sums over whole hours. */
  count(query: RejectionQuery): Promise<readonly RejectionCount[]> {
    return askDatabase(async () => {
      const sums = narrowed(
        this.counts.createQueryBuilder('rejection').innerJoin('rejection.source', 'source'),
        query,
      )
        .select('source.name', 'source')
        .addSelect('rejection.reason', 'reason')
        .addSelect('sum(rejection.rejected)', 'rejected')
        .addSelect('sum(rejection.kept)', 'kept')
        .groupBy('source.name')
        .addGroupBy('rejection.reason')
        .orderBy('source.name')
        .addOrderBy('rejection.reason');
      const { receivedAfter, receivedBefore } = query;
      if (receivedAfter !== undefined)
        sums.andWhere(`rejection.hour >= date_trunc('hour', :from::timestamptz)`, {
          from: new Date(receivedAfter),
        });
      if (receivedBefore !== undefined)
        sums.andWhere('rejection.hour < :before', { before: new Date(receivedBefore) });
      const rows = await sums.getRawMany<SumRow>();
      return rows.map((row) => ({ ...row, rejected: BigInt(row.rejected), kept: BigInt(row.kept) }));
    });
  }

  find(id: string): Promise<KeptRejection | undefined> {
    return this.one((sealed) => sealed.where('rejection.id = :id', { id }));
  }

  newest(source: string): Promise<KeptRejection | undefined> {
    return this.one((sealed) => narrowed(sealed, { source }).orderBy('rejection.id', 'DESC').limit(1));
  }

  /** Oldest first, about 8 MiB at most; empty at the end. */
  oldest(source: string, after?: string): Promise<readonly KeptRejection[]> {
    return this.page('source_id = (select id from source where name = $1)', source, after);
  }

  /** Those sealed with another key than this one, by id; about 8 MiB at most, empty at the end. */
  sealedOtherwise(keyId: string, after?: string): Promise<readonly KeptRejection[]> {
    return this.page('key_id <> $1', keyId, after);
  }

  /** Replaces ciphertexts; those of rejections that were removed in the meantime are left out. */
  async reseal(rejections: readonly Pick<KeptRejection, 'id' | 'sealed'>[]): Promise<void> {
    const columns = [
      rejections.map(({ id }) => id),
      rejections.map(({ sealed }) => sealed.keyId),
      rejections.map(({ sealed }) => sealed.bytes),
    ];
    await askDatabase(() => this.dataSource.query(RESEAL, columns));
  }

  /** Removes what arrived before an instant, and of each source the oldest beyond so many bytes. Returns how many. */
  trim(limits: { readonly receivedBefore: number; readonly bytesPerSource: number }): Promise<number> {
    return askDatabase(async () => {
      const [, removed] = await this.dataSource.query<[rows: unknown, removed: number]>(TRIM, [
        limits.receivedBefore,
        limits.bytesPerSource,
      ]);
      return removed;
    });
  }

  private withSource(): SelectQueryBuilder<RejectionEntity> {
    return this.rejections.createQueryBuilder('rejection').innerJoinAndSelect('rejection.source', 'source');
  }

  private one(
    of: (sealed: SelectQueryBuilder<RejectionEntity>) => SelectQueryBuilder<RejectionEntity>,
  ): Promise<KeptRejection | undefined> {
    return askDatabase(async () => {
      const row = await of(this.withSource().addSelect('rejection.ciphertext')).getOne();
      return row === null
        ? undefined
        : { ...toRejection(row), sealed: { keyId: row.keyId, bytes: row.ciphertext } };
    });
  }

  private page(
    condition: string,
    value: string,
    after: string | undefined,
  ): Promise<readonly KeptRejection[]> {
    return askDatabase(async () => {
      const rows = await this.dataSource.query<PageRow[]>(pageOf(condition), [value, after ?? null]);
      return rows.map(({ keyId, ciphertext, ...row }) => ({
        ...row,
        receivedAt: row.receivedAt.getTime(),
        sealed: { keyId, bytes: ciphertext },
      }));
    });
  }
}

function narrowed<T extends RejectionEntity | RejectionCountEntity>(
  select: SelectQueryBuilder<T>,
  { source, reason }: RejectionQuery,
): SelectQueryBuilder<T> {
  if (source !== undefined) select.andWhere('source.name = :source', { source });
  if (reason !== undefined) select.andWhere('rejection.reason = :reason', { reason });
  return select;
}

interface SumRow extends Pick<RejectionCount, 'source' | 'reason'> {
  readonly rejected: string;
  readonly kept: string;
}

interface PageRow extends Omit<Rejection, 'receivedAt'> {
  readonly receivedAt: Date;
  readonly keyId: string;
  readonly ciphertext: Buffer;
}

/**
 * By hand: bounded by rows and, with a running sum, by bytes. The condition is over $1; $2 is the id to go on after. The
 * first row is there whatever its size, so that paging ends.
 */
function pageOf(condition: string): string {
  return `
    select r.id, s.name as source, r.received_at as "receivedAt", r.reason, r.bytes, r.key_id as "keyId", r.ciphertext
      from (
        select *, sum(octet_length(ciphertext)) over (order by id) - octet_length(ciphertext) as before
          from (select * from rejection
                 where ${condition} and ($2::uuid is null or id > $2)
                 order by id limit ${PAGE_ROWS}) page
      ) r join source s on s.id = r.source_id
     where r.before < ${PAGE_BYTES} order by r.id`;
}

function toRejection({ id, source, receivedAt, reason, bytes }: RejectionEntity): Rejection {
  return { id, source: source.name, receivedAt: receivedAt.getTime(), reason, bytes };
}
