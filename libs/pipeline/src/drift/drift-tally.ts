import type { EventDraft } from '../ports/event-log.js';
import { MAX_DRIFT_PER_NAME, OTHER_PATHS, type DriftTallyRow } from '../ports/drift-store.js';

/** Names that a sender invents must not fill memory between two writes. */
const MAX_ROWS = 10_000;

/** Sums differences up until they are written. Bounded; what does not fit counts under {@link OTHER_PATHS}. */
export class DriftTally {
  private rows = new Map<string, DriftTallyRow>();
  private readonly perName = new Map<string, number>();

  get isEmpty(): boolean {
    return this.rows.size === 0;
  }

  /** @param eventId the id it was stored under, which for an undated body is not always the draft's. */
  add({ delivery, notification, departures }: EventDraft, eventId: string): void {
    const { receivedAt, source } = delivery;
    const name = `${source.tenantId} ${notification}`;
    for (const { kind, path, expected } of departures) {
      const seen = {
        kind,
        firstSeenAt: receivedAt,
        lastSeenAt: receivedAt,
        count: 1,
        exampleEventId: eventId,
      };
      const row = { tenantId: source.tenantId, notification, path, expected, ...seen };
      if (!this.count(name, row)) this.count(name, { ...row, path: OTHER_PATHS, expected: 'further places' });
    }
  }

  /** False when it is new and there is no room for it. */
  private count(name: string, row: DriftTallyRow): boolean {
    const key = `${name} ${row.kind} ${row.path}`;
    const before = this.rows.get(key);
    if (before === undefined) {
      const ofName = this.perName.get(name) ?? 0;
      const isFull = ofName >= MAX_DRIFT_PER_NAME && row.path !== OTHER_PATHS;
      if (isFull || this.rows.size >= MAX_ROWS) return false;
      this.perName.set(name, ofName + 1);
      this.rows.set(key, row);
      return true;
    }
    this.rows.set(key, {
      ...row,
      count: before.count + 1,
      firstSeenAt: Math.min(before.firstSeenAt, row.firstSeenAt),
      lastSeenAt: Math.max(before.lastSeenAt, row.lastSeenAt),
    });
    return true;
  }

  /** Hands over what was summed up, and begins anew. */
  take(): readonly DriftTallyRow[] {
    const taken = [...this.rows.values()];
    this.rows = new Map();
    this.perName.clear();
    return taken;
  }
}
