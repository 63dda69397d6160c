import type pg from 'pg';
import { toReadError } from '@chargelog/event-log';
import {
  MAX_DRIFT_PER_NAME,
  OTHER_PATHS,
  type Drift,
  type DriftQuery,
  type DriftStore,
  type DriftTallyRow,
} from './drift-store.js';

// A place that is known is added to; a new one finds its place only while its name has room. Two instances that fill a
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

const LIST = `
  select t.name as tenant, n.name as notification, d.kind, d.path, d.expected, d.count::text as count,
         (extract(epoch from d.first_seen_at) * 1000)::float8 as "firstSeenAt",
         (extract(epoch from d.last_seen_at) * 1000)::float8 as "lastSeenAt", d.example_event_id as "exampleEventId"
    from drift d join notification n on n.id = d.notification_id join tenant t on t.id = d.tenant_id
   where ($1::text[] is null or t.name = any ($1)) and ($2::text is null or n.name = $2)
     and ($3::text is null or d.kind = $3) and ($4::float8 is null or d.last_seen_at >= to_timestamp($4 / 1000))
   order by d.last_seen_at desc, n.name, d.kind, d.path limit $5`;

export class PgDriftStore implements DriftStore {
  constructor(private readonly pool: pg.Pool) {}

  async add(rows: readonly DriftTallyRow[]): Promise<void> {
    await this.ask(ADD, [
      rows.map(({ tenantId }) => tenantId),
      rows.map(({ notification }) => notification),
      rows.map(({ kind }) => kind),
      rows.map(({ path }) => path),
      rows.map(({ expected }) => expected),
      rows.map(({ firstSeenAt }) => firstSeenAt),
      rows.map(({ lastSeenAt }) => lastSeenAt),
      rows.map(({ count }) => count),
      rows.map(({ exampleEventId }) => exampleEventId),
    ]);
  }

  async list({ tenants, notification, kind, seenAfter, limit }: DriftQuery): Promise<readonly Drift[]> {
    const values = [tenants ?? null, notification ?? null, kind ?? null, seenAfter ?? null, limit];
    const rows = await this.ask<Omit<Drift, 'count'> & { readonly count: string }>(LIST, values);
    return rows.map((row) => ({
      ...row,
      firstSeenAt: Math.round(row.firstSeenAt),
      lastSeenAt: Math.round(row.lastSeenAt),
      count: BigInt(row.count),
    }));
  }

  private async ask<R extends object>(text: string, values: unknown[]): Promise<readonly R[]> {
    try {
      return (await this.pool.query<R>(text, values)).rows;
    } catch (error) {
      throw toReadError(error);
    }
  }
}
