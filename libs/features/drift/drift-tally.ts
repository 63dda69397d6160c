import type { Departure, DepartureKind } from '@chargelog/catalogue';
import type { EventDraft } from '@chargelog/pipeline';

/** One difference between bodies and the catalogue, however many bodies share it. */
export interface Drift {
  readonly tenant: string;
  readonly notification: string;
  readonly kind: DepartureKind;
  /** JSON Pointer into the body, with `*` for elements; see `Departure`. */
  readonly path: string;
  /** What is documented, in a few words. */
  readonly expected: string;
  /** Receipt of the first and the last event that has it, ms since 1970 UTC. */
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  /** Events, not copies. */
  readonly count: bigint;
  /** The event that had it last. */
  readonly exampleEventId: string;
}

export interface DriftTallyRow extends Omit<Drift, 'tenant' | 'count'> {
  readonly tenantId: number;
  readonly count: number;
}

export const MAX_DRIFT_PER_NAME = 500;
/** Stands for all places beyond the limit. */
export const OTHER_PATHS = '…';

/** Names that a sender invents must not fill memory between two writes. */
const MAX_ROWS = 10_000;

type Row = { -readonly [K in keyof DriftTallyRow]: DriftTallyRow[K] };

/** What differs in the bodies of one notification of one tenant: by kind, then by place. */
interface OfName {
  readonly kinds: Map<DepartureKind, Map<string, Row>>;
  rowCount: number;
}

/** What was summed up between two writes. */
export interface TakenDrift {
  readonly rows: readonly DriftTallyRow[];
  /** Differences for which there was no row any more. */
  readonly uncounted: number;
}

/**
 * Sums differences up until they are written. Bounded; what does not fit counts under {@link OTHER_PATHS} of its name, and
 * where there is no room for a name, as {@link TakenDrift.uncounted}. It is on the way of every drifting event, so rows are
 * found without making a key of their parts, and counted where they stand.
 */
export class DriftTally {
  private rows: Row[] = [];
  private uncounted = 0;
  private readonly tenants = new Map<number, Map<string, OfName>>();

  get isEmpty(): boolean {
    return this.rows.length === 0;
  }

  /** @param eventId the id it was stored under, which for an undated body is not always the draft's. */
  add(draft: EventDraft, eventId: string): void {
    const ofName = this.findName(draft.delivery.source.tenantId, draft.notification);
    if (ofName === undefined) {
      this.uncounted += draft.departures.length;
      return;
    }
    for (const departure of draft.departures) {
      const row = this.find(ofName, departure, draft) ?? this.find(ofName, elsewhere(departure), draft);
      if (row === undefined) {
        this.uncounted += 1;
        continue;
      }
      const { receivedAt } = draft.delivery;
      row.count += 1;
      row.firstSeenAt = Math.min(row.firstSeenAt, receivedAt);
      row.lastSeenAt = Math.max(row.lastSeenAt, receivedAt);
      row.exampleEventId = eventId;
    }
  }

  /** Hands over what was summed up, and begins anew. */
  take(): TakenDrift {
    const taken = { rows: this.rows, uncounted: this.uncounted };
    this.rows = [];
    this.uncounted = 0;
    this.tenants.clear();
    return taken;
  }

  private findName(tenantId: number, notification: string): OfName | undefined {
    let names = this.tenants.get(tenantId);
    if (names === undefined) this.tenants.set(tenantId, (names = new Map()));
    let ofName = names.get(notification);
    if (ofName === undefined && this.rows.length >= MAX_ROWS) return undefined;
    if (ofName === undefined) names.set(notification, (ofName = { kinds: new Map(), rowCount: 0 }));
    return ofName;
  }

  /** Undefined when it is new and there is no room for it. */
  private find(ofName: OfName, { kind, path, expected }: Departure, draft: EventDraft): Row | undefined {
    let places = ofName.kinds.get(kind);
    if (places === undefined) ofName.kinds.set(kind, (places = new Map()));
    const known = places.get(path);
    if (known !== undefined) return known;
    const isFull = ofName.rowCount >= MAX_DRIFT_PER_NAME && path !== OTHER_PATHS;
    if (isFull || this.rows.length >= MAX_ROWS) return undefined;
    const { receivedAt, source } = draft.delivery;
    const row: Row = {
      tenantId: source.tenantId,
      notification: draft.notification,
      kind,
      path,
      expected,
      firstSeenAt: receivedAt,
      lastSeenAt: receivedAt,
      count: 0,
      exampleEventId: '',
    };
    places.set(path, row);
    this.rows.push(row);
    ofName.rowCount += 1;
    return row;
  }
}

function elsewhere({ kind }: Departure): Departure {
  return { kind, path: OTHER_PATHS, expected: 'further places' };
}
