import { createHash } from 'node:crypto';
import { formatUuid, GatewayError, parseUuid, type Delivery } from '@chargelog/domain';
import {
  contentOf,
  prepare,
  type BodyFormat,
  type EventLog,
  type Prepared,
  type QuarantineReason,
} from '@chargelog/pipeline';
import { releaseAlongside } from './release-alongside.js';
import type {
  QuarantinedDelivery,
  QuarantineEntry,
  QuarantineQuery,
  QuarantineStore,
} from './quarantine.store.js';

/** What a release puts in the place of the body that arrived. */
export interface Correction {
  readonly body?: Buffer;
  /** For the audit. */
  readonly reason?: string;
}

/** What a release led to. */
export type ReleaseResult =
  | { readonly outcome: 'stored' | 'duplicate'; readonly eventId: string }
  /** It still cannot become an event, for the reason it has today; it stays held. */
  | { readonly outcome: 'quarantined'; readonly reason: QuarantineReason; readonly detail: string };

/** Where a person decides about deliveries in quarantine. Every decision can be asked for again without a second effect. */
export class QuarantineService {
  constructor(
    private readonly store: QuarantineStore,
    private readonly eventLog: EventLog,
    /** What stands around the notifications of a source. */
    private readonly formatsOf: (source: string) => readonly BodyFormat[],
  ) {}

  list(query: QuarantineQuery): Promise<readonly QuarantineEntry[]> {
    return this.store.list(query);
  }

  /** @throws GatewayError `not-found`. */
  async find(id: string): Promise<QuarantinedDelivery> {
    const entry = parseUuid(id) && (await this.store.find(id.toLowerCase()));
    if (entry === undefined) throw unknown();
    return entry;
  }

  /**
   * Runs the pipeline of today over the stored bytes, or over a corrected body. The delivery keeps its key, its arrival and
   * the bytes that came, so the event's `received_at` is the true one, and a delivery that is in the log already stays one
   * delivery.
   *
   * @throws GatewayError `not-found`, `conflict` (it was discarded, or released as something else), `store-away`.
   */
  async release(id: string, by: string, correction: Correction = {}): Promise<ReleaseResult> {
    const entry = await this.find(id);
    const prepared = this.prepare(entry.delivery, correction);
    if (entry.state !== 'held') return decided(entry, correction, prepared);
    if (prepared.outcome === 'quarantine') {
      return { outcome: 'quarantined', reason: prepared.reason, detail: prepared.detail };
    }
    let outcome;
    try {
      [outcome] = await this.eventLog.append({
        entries: [prepared],
        positions: [],
        alongside: releaseAlongside(entry.id, by, auditOf(correction)),
      });
    } catch (error) {
      if (!(error instanceof GatewayError && error.code === 'conflict')) throw error;
      return decided(await this.find(id), correction, prepared); // somebody decided in the meantime
    }
    if (outcome === undefined || outcome.outcome === 'quarantined') {
      return {
        outcome: 'quarantined',
        reason: 'refused-by-store',
        detail: 'The database refuses the row; the log of the gateway says why.',
      };
    }
    return outcome;
  }

  private prepare(delivery: Delivery, { body }: Correction): Prepared {
    const formats = this.formatsOf(delivery.source.name);
    if (body === undefined) return prepare(delivery, formats);
    const prepared = prepare({ ...delivery, body }, formats);
    if (prepared.outcome === 'quarantine') return { ...prepared, delivery };
    return { ...prepared, delivery, content: { bytes: contentOf(prepared), how: 'corrected' } };
  }

  /**
   * Says that an entry will never be an event. Its bytes are kept, and it goes on counting as quarantined.
   *
   * @throws GatewayError `not-found`, `conflict` (it was released).
   */
  async discard(id: string, reason: string, by: string): Promise<QuarantineEntry> {
    const before = await this.find(id);
    const entry = before.state === 'held' ? await this.store.discard(before.id, { by, reason }) : before;
    if (entry === undefined) throw unknown();
    if (entry.released !== undefined) {
      throw new GatewayError(
        'conflict',
        `The entry was released and is event ${entry.released.eventId}; what is stored cannot be discarded.`,
      );
    }
    return entry;
  }
}

/** What a decision was, for somebody who asks for it again; a correction that led to another event is none. */
function decided(entry: QuarantineEntry, { body }: Correction, asked: Prepared): ReleaseResult {
  const { released } = entry;
  if (released === undefined)
    throw new GatewayError('conflict', 'The entry was discarded; it cannot be released any more.');
  const isSame =
    body === undefined || (asked.outcome === 'event' && formatUuid(asked.id) === released.eventId);
  if (!isSame)
    throw new GatewayError(
      'conflict',
      `The entry was released before and is event ${released.eventId}; what is stored is not corrected any more.`,
    );
  return { outcome: released.as, eventId: released.eventId };
}

/** What was put in the place of the body is in the event; the audit holds what names it. */
function auditOf({ body, reason }: Correction): Readonly<Record<string, unknown>> {
  return {
    ...(body !== undefined && {
      corrected: { bytes: body.length, sha256: createHash('sha256').update(body).digest('hex') },
    }),
    ...(reason !== undefined && { reason }),
  };
}

function unknown(): GatewayError {
  return new GatewayError('not-found', 'Nothing in quarantine has this id.');
}
