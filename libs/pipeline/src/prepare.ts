import { recognize } from '@chargelog/catalogue';
import { EventFlag, identify, mintEventId, readNotificationBody, type Delivery } from '@chargelog/domain';
import type { Prepared } from './ports/event-log.js';

/** Own times before this are a clock that was never set; AMPECO did not exist. */
const EARLIEST_PLAUSIBLE = 1_420_070_400_000; // 2015-01-01
const AHEAD_TOLERANCE_MS = 86_400_000;

/**
 * Decides what an authenticated delivery is: an event, with everything the log stores of it, or an entry of quarantine
 * with its reason. Pure: no clock, no I/O, and it never acknowledges; the source does, after the commit.
 *
 * read (UTF-8, JSON, limits) → recognize (catalogue: type, subject, related ids) → identify (scheme 1: event id).
 */
export function prepare(delivery: Delivery): Prepared {
  const read = readNotificationBody(delivery.body);
  if (!read.ok) return { outcome: 'quarantine', delivery, reason: read.reason, detail: read.detail };

  const recognition = recognize(read.notification, read.value);
  const identity = identify({ tenant: delivery.source.tenant, read, body: delivery.body });

  let flags = recognition.flags;
  if (identity.duplicateKeys) flags |= EventFlag.duplicateKeys;
  if (read.byteOrderMark) flags |= EventFlag.byteOrderMark;
  if (identity.eventId === undefined) flags |= EventFlag.undated;
  else if (isImplausible(identity.occurredAt, delivery.receivedAt)) flags |= EventFlag.implausibleTime;

  return {
    outcome: 'event',
    delivery,
    id: identity.eventId ?? mintEventId(identity.contentHash, arrivalOf(delivery)),
    undatedKey: identity.eventId === undefined ? identity.contentHash.subarray(0, 16) : undefined,
    notification: read.notification,
    type: recognition.type,
    subject: recognition.subject,
    related: recognition.related,
    flags,
    departures: recognition.departures,
  };
}

/**
 * The instant an undated body is placed at. A Kafka record carries its own, which a later read of the same record does
 * not change; so a re-read, and a backlog read late, still meet the copy that came by webhook.
 */
function arrivalOf(delivery: Delivery): number {
  return delivery.kafka?.timestamp ?? delivery.receivedAt;
}

function isImplausible(occurredAt: number | undefined, receivedAt: number): boolean {
  return (
    occurredAt === undefined ||
    occurredAt < EARLIEST_PLAUSIBLE ||
    occurredAt > receivedAt + AHEAD_TOLERANCE_MS
  );
}
