import { msOf } from '../database/instants.js';
import type { ResolvedFilter } from '../read/event-conditions.js';
import { PAGE_BYTES, type EventTuple } from '../read/event-row.js';

/** Rows looked at by one read when a filter leaves most of them out: bounds the work and keeps long scans answering. */
const SCAN_FILTERED = 20_000;

const TEXT = `
  select horizon, scanned, more, matched, e.id, e.seq, ${msOf('e.received_at')}, e.source_id, e.type_id,
         e.notification_id, e.flags, e.charge_point_id, e.evse_id, e.session_id, e.user_id, e.location_id,
         e.subject_kind_id, e.subject_id, e.data
    from feed($1::bigint, $2::int, $3::int, $4::smallint[], $5::bigint, $6::bigint, $7::bigint, $8::bigint, $9::bigint,
              $10::smallint, $11::text, $12::uuid, $13::uuid, $14::smallint, $15::smallint[], $16::bigint) e`;

/** As EventTuple behind what the slice as a whole is; all null but those four when nothing matched. */
export type FeedTuple = [horizon: string, scanned: string, more: boolean, matched: string, ...EventTuple];
export const FEED_TUPLE_HEAD = 4;

/** One slice of the feed, through the function that keeps it from skipping (`migrations/functions/feed.sql`). */
export function readFeed(
  after: bigint,
  limit: number,
  filter: ResolvedFilter,
): { name: string; text: string; values: unknown[]; rowMode: 'array' } {
  const id = filter.relatedIds;
  /** In the order of the parameters of feed(). */
  const conditions = [
    filter.typeIds,
    id.chargePoint?.toString(),
    id.evse?.toString(),
    id.session?.toString(),
    id.user?.toString(),
    id.location?.toString(),
    filter.subjectKindId,
    filter.subjectId,
    filter.idFrom,
    filter.idBefore,
    filter.withoutFlags,
    filter.tenantIds,
  ];
  const isFiltered = conditions.some((condition) => condition !== undefined);
  return {
    name: 'read_feed',
    text: TEXT,
    rowMode: 'array',
    values: [
      after.toString(),
      limit,
      isFiltered ? SCAN_FILTERED : limit,
      ...conditions.map((condition) => condition ?? null),
      PAGE_BYTES,
    ],
  };
}
