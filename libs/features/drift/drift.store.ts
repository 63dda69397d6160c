import type { DataSource } from 'typeorm';
import type { DepartureKind } from '@chargelog/catalogue';
import { askDatabase } from '@chargelog/event-log';
import { DriftEntity } from './drift.entity.js';
import { MAX_DRIFT_PER_NAME, OTHER_PATHS, type Drift, type DriftTallyRow } from './drift-tally.js';

export interface DriftQuery {
  /** Limit of the reader's key, not a wish. */
  readonly tenants?: readonly string[];
  readonly notification?: string;
  readonly kind?: DepartureKind;
  /** Inclusive, ms since 1970 UTC. */
  readonly seenAfter?: number;
  readonly limit: number;
}

// By hand: one statement adds a batch up. A place that is known is added to; a new one finds its place only while its name has room. Two instances that fill a
// name at the same moment may overshoot by their batches. In one order, so that two writers cannot wait in a circle.
const ADD = `
  with given as (
    select u.*, n.id as notification_id
      from unnest($1::smallint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::float8[], $8::bigint[], $9::uuid[])
             as u(tenant_id, notification, kind, path, expected, first_at, last_at, count, example)
      join notification n on n.name = u.notification
  ), placed as (
    select g.tenant_id, g.notification_id, g.kind, g.first_at, g.last_at, g.count, g.example,
           case when fits then g.path else '${OTHER_PATHS}' end as path,
           case when fits then g.expected else 'further places' end as expected
      from given g, lateral (
        select exists (select from drift d
                        where d.tenant_id = g.tenant_id and d.notification_id = g.notification_id and d.kind = g.kind
                          and d.path = g.path)
               or (select count(*) from drift d
                    where d.tenant_id = g.tenant_id and d.notification_id = g.notification_id) < ${MAX_DRIFT_PER_NAME} as fits
      ) room
  )
  insert into drift as held (tenant_id, notification_id, kind, path, expected, first_seen_at, last_seen_at, count, example_event_id)
  select tenant_id, notification_id, kind, path, min(expected), to_timestamp(min(first_at) / 1000), to_timestamp(max(last_at) / 1000),
         sum(count), (array_agg(example order by last_at desc))[1]
    from placed
   group by tenant_id, notification_id, kind, path
   order by tenant_id, notification_id, kind, path
  on conflict (tenant_id, notification_id, kind, path) do update
     set expected = excluded.expected, count = held.count + excluded.count,
         first_seen_at = least(held.first_seen_at, excluded.first_seen_at),
         last_seen_at = greatest(held.last_seen_at, excluded.last_seen_at),
         example_event_id = excluded.example_event_id`;

/** Throws GatewayError `store-away`, `overloaded` or `query-timeout`. */
export class DriftStore {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Adds to what is known. Of one tenant and notification at most {@link MAX_DRIFT_PER_NAME} rows are kept; further
   * places count under the path `…` of their kind.
   */
  async add(rows: readonly DriftTallyRow[]): Promise<void> {
    const columns = [
      rows.map(({ tenantId }) => tenantId),
      rows.map(({ notification }) => notification),
      rows.map(({ kind }) => kind),
      rows.map(({ path }) => path),
      rows.map(({ expected }) => expected),
      rows.map(({ firstSeenAt }) => firstSeenAt),
      rows.map(({ lastSeenAt }) => lastSeenAt),
      rows.map(({ count }) => count),
      rows.map(({ exampleEventId }) => exampleEventId),
    ];
    await askDatabase(() => this.dataSource.query(ADD, columns));
  }

  /** Last seen first. */
  list({ tenants, notification, kind, seenAfter, limit }: DriftQuery): Promise<readonly Drift[]> {
    return askDatabase(async () => {
      const drift = this.dataSource.manager
        .createQueryBuilder(DriftEntity, 'drift')
        .innerJoinAndSelect('drift.tenant', 'tenant')
        .innerJoinAndSelect('drift.notification', 'notification')
        .orderBy('drift.lastSeenAt', 'DESC')
        .addOrderBy('notification.name')
        .addOrderBy('drift.kind')
        .addOrderBy('drift.path')
        .limit(limit);
      if (tenants !== undefined) drift.andWhere('tenant.name = any (:tenants)', { tenants });
      if (notification !== undefined) drift.andWhere('notification.name = :notification', { notification });
      if (kind !== undefined) drift.andWhere('drift.kind = :kind', { kind });
      if (seenAfter !== undefined)
        drift.andWhere('drift.lastSeenAt >= :after', { after: new Date(seenAfter) });
      return (await drift.getMany()).map(toDrift);
    });
  }
}

function toDrift(row: DriftEntity): Drift {
  return {
    tenant: row.tenant.name,
    notification: row.notification.name,
    kind: row.kind,
    path: row.path,
    expected: row.expected,
    firstSeenAt: row.firstSeenAt.getTime(),
    lastSeenAt: row.lastSeenAt.getTime(),
    count: BigInt(row.count),
    exampleEventId: row.exampleEventId,
  };
}
