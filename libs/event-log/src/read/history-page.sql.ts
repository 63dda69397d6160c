import type { ResolvedHistoryFilter } from './event-conditions.js';
import { EVENT_COLUMNS, PAGE_BYTES } from './event-row.js';

export interface HistoryPage {
  readonly filter: ResolvedHistoryFilter;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  /** Event id of the last row seen. */
  readonly after: string | undefined;
}

/**
 * One page of history by event id, keyset only: a deep page costs what the first one does.
 *
 * Which index serves it is decided here rather than left to chance. An id with an index of its own narrows far better
 * than a type, so types are then a plain condition; with types alone, one ordered scan per type is merged, because
 * `type_id = any(…) order by id` would otherwise walk the primary key through every other type.
 * The text depends only on the shape of the filter, so each shape is prepared once per connection.
 */
export function historyPage(page: HistoryPage): {
  name: string;
  text: string;
  values: unknown[];
  rowMode: 'array';
} {
  const values: unknown[] = [];
  const shape: string[] = [page.order];
  const bind = (value: unknown, name: string): string => {
    shape.push(name);
    return `$${values.push(value)}`;
  };
  const { filter } = page;
  const conditions: string[] = [];
  for (const { column, id } of filter.related)
    conditions.push(`e.${column} = ${bind(id.toString(), column)}::bigint`);
  if (filter.subjectKindId !== undefined) {
    conditions.push(`e.subject_kind_id = ${bind(filter.subjectKindId, 'subject_kind')}::smallint`);
  }
  if (filter.subjectId !== undefined)
    conditions.push(`e.subject_id = ${bind(filter.subjectId, 'subject')}::text`);
  if (filter.idFrom !== undefined) conditions.push(`e.id >= ${bind(filter.idFrom, 'from')}::uuid`);
  if (filter.idBefore !== undefined) conditions.push(`e.id < ${bind(filter.idBefore, 'before')}::uuid`);
  if (page.after !== undefined) {
    conditions.push(`e.id ${page.order === 'asc' ? '>' : '<'} ${bind(page.after, 'after')}::uuid`);
  }
  if (filter.tenantIds !== undefined) {
    conditions.push(`e.tenant_id = any (${bind(filter.tenantIds, 'tenants')}::smallint[])`);
  }
  if (filter.withoutFlags !== undefined) {
    conditions.push(`e.flags & ${bind(filter.withoutFlags, 'flags')}::smallint = 0`);
  }
  if (filter.withFlags !== undefined) {
    const flags = bind(filter.withFlags, 'with_flags');
    conditions.push(`e.flags & ${flags}::smallint = ${flags}::smallint`);
  }
  if (filter.notificationId !== undefined) {
    conditions.push(`e.notification_id = ${bind(filter.notificationId, 'notification')}::int`);
  }
  if (filter.receivedFrom !== undefined) {
    conditions.push(`e.received_at >= ${bind(filter.receivedFrom, 'received_from')}::timestamptz`);
  }
  if (filter.receivedBefore !== undefined) {
    conditions.push(`e.received_at < ${bind(filter.receivedBefore, 'received_before')}::timestamptz`);
  }
  const limit = `limit ${bind(page.limit, 'limit')}::int`;
  const order = `order by e.id ${page.order} ${limit}`;

  let text: string;
  if (filter.typeIds === undefined || filter.related.length > 0 || filter.subjectId !== undefined) {
    if (filter.typeIds !== undefined) {
      conditions.push(`e.type_id = any (${bind(filter.typeIds, 'types')}::smallint[])`);
    }
    text = `select e.* from event e ${where(conditions)} ${order}`;
  } else {
    const types = bind(filter.typeIds, 'each_type');
    const inner = ['e.type_id = t.id', ...conditions];
    text = `select e.* from unnest(${types}::smallint[]) t(id)
      cross join lateral (select * from event e ${where(inner)} ${order}) e ${order}`;
  }
  return {
    name: `history_${shape.join('_')}`,
    text: boundedByBytes(text, page.order),
    values,
    rowMode: 'array',
  };
}

/** The rows of a page until their bodies pass the limit, each behind the number of rows the page would have without it. */
function boundedByBytes(rows: string, order: 'asc' | 'desc'): string {
  return `select e.matched, ${EVENT_COLUMNS} from (
      select m.*, count(*) over () as matched, sum(octet_length(m.raw)) over (order by m.id ${order}) - octet_length(m.raw) as bytes_before
        from (${rows}) m
    ) e where e.bytes_before < ${PAGE_BYTES} order by e.id ${order}`;
}

function where(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
}
