import { recognizeBody } from '@chargelog/catalogue';
import {
  instantOfEventId,
  isHashedColumn,
  readNotificationBody,
  RELATED_RESOURCES,
  type RelatedResource,
  type Source,
  type StoredEvent,
  type Subject,
} from '@chargelog/domain';
import { msOf } from '../database/instants.js';
import type { Dictionaries } from '../names/dictionaries.js';

/**
 * The select list shared by history and feed, for `rowMode: 'array'`. The body is converted to text by the server: as
 * bytea it would travel as hex, twice the size, and be decoded here.
 */
export const EVENT_COLUMNS = `e.id, e.seq, ${msOf('e.received_at')}, e.source_id, e.type_id,
  e.notification_id, e.flags, e.charge_point_id, e.evse_id, e.session_id, e.user_id, e.location_id, e.subject_kind_id,
  e.subject_id, convert_from(e.raw, 'UTF8')`;

/** Bodies of one page, all together. A page ends with the row that passes it, so that one larger body still goes. */
export const PAGE_BYTES = 8 * 1024 * 1024;

/**
 * The rows of a page until their bodies pass the limit, each behind the number of rows the page would have without it.
 *
 * @param order column and direction, as the rows are ordered
 */
export function boundedByBytes(rows: string, order: `${'id' | 'seq'} ${'asc' | 'desc'}`): string {
  return `select e.matched, ${EVENT_COLUMNS} from (
      select m.*, count(*) over () as matched, sum(octet_length(m.raw)) over (order by m.${order}) - octet_length(m.raw) as bytes_before
        from (${rows}) m
    ) e where e.bytes_before < ${PAGE_BYTES} order by e.${order}`;
}

/** One row of {@link EVENT_COLUMNS}: bigint columns arrive as decimal text. */
export type EventTuple = [
  id: string,
  seq: string,
  receivedAt: number,
  sourceId: number,
  typeId: number,
  notificationId: number,
  flags: number,
  chargePoint: string | null,
  evse: string | null,
  session: string | null,
  user: string | null,
  location: string | null,
  subjectKindId: number | null,
  subjectId: string | null,
  data: string,
];

const FIRST_RELATED = 7;
const BYTE_ORDER_MARK = '\uFEFF';

/** Turns rows into events; ids that this process has not seen yet are looked up first, all at once. */
export async function toStoredEvents(
  rows: readonly EventTuple[],
  names: Dictionaries,
): Promise<StoredEvent[]> {
  await Promise.all([
    names.types.preload(rows.map((row) => row[4])),
    names.notifications.preload(rows.map((row) => row[5])),
    names.subjectKinds.preload(rows.flatMap((row) => (row[12] === null ? [] : [row[12]]))),
  ]);
  const sources = new Map<number, Source>();
  for (const row of rows) if (!sources.has(row[3])) sources.set(row[3], await names.source(row[3]));
  return rows.map((row) => toStoredEvent(row, sources.get(row[3]) as Source, names));
}

function toStoredEvent(row: EventTuple, source: Source, names: Dictionaries): StoredEvent {
  const related: Partial<Record<RelatedResource, string>> = {};
  let isHashed = false;
  RELATED_RESOURCES.forEach((resource, index) => {
    const id = row[FIRST_RELATED + index] as string | null;
    if (id === null) return;
    related[resource] = id;
    isHashed ||= isHashedColumn(id);
  });
  const data = row[14];
  if (isHashed) Object.assign(related, textsIn(data));
  return {
    id: row[0],
    position: BigInt(row[1]),
    occurredAt: instantOfEventId(row[0]),
    receivedAt: Math.round(row[2]),
    tenant: source.tenant,
    source: source.name,
    transport: source.kind,
    notification: names.notifications.known(row[5]),
    type: names.types.known(row[4]),
    subject: toSubject(row, related, names),
    related,
    flags: row[6],
    data: data.startsWith(BYTE_ORDER_MARK) ? data.slice(1) : data,
  };
}

/** Ids of which the columns hold a hash, out of the body. */
function textsIn(data: string): Readonly<Partial<Record<RelatedResource, string>>> {
  const read = readNotificationBody(Buffer.from(data));
  return (read.ok ? recognizeBody(read).relatedTexts : undefined) ?? {};
}

function toSubject(
  row: EventTuple,
  related: Readonly<Partial<Record<RelatedResource, string>>>,
  names: Dictionaries,
): Subject | undefined {
  if (row[12] === null) return undefined;
  const kind = names.subjectKinds.known(row[12]);
  const id = row[13] ?? related[kind as RelatedResource];
  return id === undefined ? undefined : { kind, id };
}
