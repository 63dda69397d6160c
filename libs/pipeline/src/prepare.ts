import { recognizeBody } from '@chargelog/catalogue';
import {
  AHEAD_TOLERANCE_MS,
  EventFlag,
  identify,
  isCountedTime,
  mintEventId,
  readNotificationBody,
  undatedStampKey,
  type Delivery,
} from '@chargelog/domain';
import { clockDepartures } from './clock-departures.js';
import type { Prepared } from './ports/event-log.js';
import { PLAIN_FORMAT, type BodyFormat } from './wrapping/body-format.js';
import { explainUnread } from './wrapping/explain-unread.js';
import { unwrapBody } from './wrapping/unwrap-body.js';

/**
 * Decides what an authenticated delivery is: an event, with everything the log stores of it, or an entry of quarantine
 * with its reason. Pure: no clock, no I/O, and it never acknowledges; the source does, after the commit.
 *
 * unwrap (what the source says stands around) → read (UTF-8, JSON, limits) → recognize (catalogue: type, subject, related ids) → identify (scheme 1: event id).
 */
export function prepare(delivery: Delivery, formats: readonly BodyFormat[] = PLAIN_FORMAT): Prepared {
  const { body, headers } = delivery;
  const unwrapped = unwrapBody(body, isSaidToBeGzip(headers) ? ['gzip', ...formats] : formats);
  if (!unwrapped.ok)
    return { outcome: 'quarantine', delivery, reason: unwrapped.reason, detail: unwrapped.detail };
  const bytes = unwrapped.content;
  const read = readNotificationBody(bytes);
  if (!read.ok) return { outcome: 'quarantine', delivery, ...explainUnread(bytes, read, headers) };

  const recognition = recognizeBody(read);
  const identity = identify({ tenant: delivery.source.tenant, read, body: bytes });

  let flags = recognition.flags;
  if (identity.duplicateKeys) flags |= EventFlag.duplicateKeys;
  if (read.byteOrderMark) flags |= EventFlag.byteOrderMark;
  const isUndated = identity.eventId === undefined;
  if (isUndated) flags |= EventFlag.undated;
  const occurredAt = identity.occurredAt ?? arrivalOf(delivery);
  if (occurredAt - delivery.receivedAt > AHEAD_TOLERANCE_MS) flags |= EventFlag.ahead;

  const wrongClocks = flags & (EventFlag.undated | EventFlag.ahead) ? clockDepartures(read.value, flags) : [];
  const stamp = isUndated ? stampOf(delivery) : undefined;
  return {
    outcome: 'event',
    delivery,
    content: bytes === body ? undefined : { bytes, how: unwrapped.formats.join(', ') },
    id: identity.eventId ?? mintEventId(identity.contentHash, occurredAt),
    undatedKey: isUndated ? identity.contentHash.subarray(0, 16) : undefined,
    undatedStamp: stamp === undefined ? undefined : undatedStampKey(identity.contentHash, stamp),
    notification: read.notification,
    type: recognition.type,
    subject: recognition.subject,
    related: recognition.related,
    flags,
    departures:
      wrongClocks.length === 0 ? recognition.departures : [...recognition.departures, ...wrongClocks],
  };
}

/** RFC 9110 §8.4.1.3: `x-gzip` means the same. Other senders than HTTP use the header in this sense as well. */
function isSaidToBeGzip(headers: Delivery['headers']): boolean {
  const coding = headers['content-encoding'];
  return coding !== undefined && /^(x-)?gzip$/i.test(coding.trim());
}

/**
 * The instant an undated body is placed at. A Kafka record carries its own, which a later read of the same record does
 * not change; so a re-read, and a backlog read late, still meet the copy that came by webhook. One of a producer whose
 * clock was never set does not count, as no own time would.
 */
function arrivalOf({ kafka, receivedAt }: Delivery): number {
  const at = kafka?.timestamp;
  return at !== undefined && isCountedTime(at) ? at : receivedAt;
}

/**
 * What marks one sending of an undated body. A sender that tries again may keep `X-Timestamp`, and a recorded request keeps
 * it. `X-Webhook-Id` is of no use: it names the subscription. Without a stamp a Kafka record is marked by where it stands,
 * as a later read of it finds it there too.
 */
function stampOf({ headers, kafka, key }: Delivery): string | undefined {
  return headers['x-timestamp']?.trim() || (kafka === undefined ? undefined : key);
}
