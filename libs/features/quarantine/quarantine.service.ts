import { GatewayError, parseUuid } from '@chargelog/domain';
import { prepare, type EventLog, type QuarantineReason } from '@chargelog/pipeline';
import { releaseAlongside } from './release-alongside.js';
import type {
  QuarantinedDelivery,
  QuarantineEntry,
  QuarantineQuery,
  QuarantineStore,
} from './quarantine.store.js';

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
   * Runs the pipeline of today over the stored bytes. The delivery keeps its key and its arrival, so the event's
   * `received_at` is the true one, and a delivery that is in the log already stays one delivery.
   *
   * @throws GatewayError `not-found`, `conflict` (it was discarded), `store-away`.
   */
  async release(id: string, by: string): Promise<ReleaseResult> {
    const entry = await this.find(id);
    if (entry.state !== 'held') return decided(entry);
    const prepared = prepare(entry.delivery);
    if (prepared.outcome === 'quarantine') {
      return { outcome: 'quarantined', reason: prepared.reason, detail: prepared.detail };
    }
    let outcome;
    try {
      [outcome] = await this.eventLog.append({
        entries: [prepared],
        positions: [],
        alongside: releaseAlongside(entry.id, by),
      });
    } catch (error) {
      if (!(error instanceof GatewayError && error.code === 'conflict')) throw error;
      return decided(await this.find(id)); // somebody decided in the meantime
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

function decided(entry: QuarantineEntry): ReleaseResult {
  if (entry.released !== undefined) return { outcome: entry.released.as, eventId: entry.released.eventId };
  throw new GatewayError('conflict', 'The entry was discarded; it cannot be released any more.');
}

function unknown(): GatewayError {
  return new GatewayError('not-found', 'Nothing in quarantine has this id.');
}
