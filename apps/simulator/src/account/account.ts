import { createHash } from 'node:crypto';
import type { JsonObject, JsonValue } from '@chargelog/domain';
import type { SimulatedNotification } from '../world/notification.js';

/** What became of one copy that was sent. */
export type Answer =
  | {
      readonly kind: 'acknowledged';
      /** As the gateway answered; `taken` when the answer does not say (Kafka, or another receiver than ours). */
      readonly outcome: 'stored' | 'duplicate' | 'quarantined' | 'taken';
      readonly eventId?: string;
    }
  | { readonly kind: 'refused'; readonly status: number; readonly retryAfterMs?: number }
  /** No answer: the copy may or may not have arrived. `reason` is an error code such as ECONNREFUSED. */
  | { readonly kind: 'unreachable'; readonly reason: string };

export type TransportName = 'webhook' | 'kafka';

/** One distinct notification and what is known of it. */
export interface TrackedNotification {
  readonly key: string;
  /** At least one copy left for the receiver, whether or not it arrived. */
  sent: boolean;
  acknowledged: boolean;
  /** As the first answer named it. */
  eventId: string | undefined;
  /** How often it stood in the gateway's feed. */
  foundCount: number;
}

export interface TransportCounts {
  /** Copies sent, retries included. */
  sent: number;
  readonly acknowledged: { stored: number; duplicate: number; quarantined: number; taken: number };
  /** Answers other than 2xx, by status. */
  readonly refused: Map<number, number>;
  /** Copies without an answer, by error code. */
  readonly unreachable: Map<string, number>;
}

/** Everything that was made and sent, counted, so that it can be compared with what the gateway has. */
export class Account {
  readonly notifications = new Map<string, TrackedNotification>();
  readonly webhook = emptyCounts();
  readonly kafka = emptyCounts();
  /** Further copies made on purpose. */
  duplicateCount = 0;
  /** Copies held back so that later ones overtake them. */
  reorderedCount = 0;
  retryCount = 0;
  /** Copies not sent again after the last attempt failed. */
  givenUpCount = 0;
  /** Copies that were waiting when the run was ended early. */
  abandonedCount = 0;
  /** Copies answered with another event id than the first copy of the same notification. */
  contradictionCount = 0;

  /** @throws when the same content was made before: then nothing could be counted exactly. */
  add(notification: SimulatedNotification): TrackedNotification {
    const key = contentKey(notification.body);
    if (this.notifications.has(key)) {
      throw new Error(`a second ${notification.name} with the same content was made; no two may be equal`);
    }
    const tracked = { key, sent: false, acknowledged: false, eventId: undefined, foundCount: 0 };
    this.notifications.set(key, tracked);
    return tracked;
  }

  sending(tracked: TrackedNotification, transport: TransportName): void {
    tracked.sent = true;
    this[transport].sent++;
  }

  answered(tracked: TrackedNotification, transport: TransportName, answer: Answer): void {
    const counts = this[transport];
    switch (answer.kind) {
      case 'acknowledged':
        counts.acknowledged[answer.outcome]++;
        tracked.acknowledged = true;
        if (answer.eventId === undefined) return;
        tracked.eventId ??= answer.eventId;
        if (tracked.eventId !== answer.eventId) this.contradictionCount++;
        return;
      case 'refused':
        return increment(counts.refused, answer.status);
      case 'unreachable':
        return increment(counts.unreachable, answer.reason);
    }
  }
}

export function acknowledgedCount({ acknowledged }: TransportCounts): number {
  return acknowledged.stored + acknowledged.duplicate + acknowledged.quarantined + acknowledged.taken;
}

function emptyCounts(): TransportCounts {
  return {
    sent: 0,
    acknowledged: { stored: 0, duplicate: 0, quarantined: 0, taken: 0 },
    refused: new Map(),
    unreachable: new Map(),
  };
}

function increment<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/**
 * Names the content of a body, whatever its key order, spacing and escaping: SHA-256 over the JSON with sorted keys,
 * 128 bits of it. The simulator does not use the gateway's identity scheme on purpose: with the same fault in both, the
 * comparison would not find it.
 */
export function contentKey(body: JsonValue): string {
  return createHash('sha256')
    .update(JSON.stringify(sortKeys(body)))
    .digest('base64url')
    .slice(0, 22);
}

function sortKeys(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sortKeys);
  const object = value as JsonObject;
  // A list of pairs, because an object would move integer-like names to the front again; inside an object, so that a
  // list in the body can never read the same.
  const members = Object.keys(object)
    .sort()
    .map((name) => [name, sortKeys(object[name]!)]);
  return { members };
}
