import { CATALOGUE_VERSION, recognizeBody, type Departure } from '@chargelog/catalogue';
import { EventFlag, readNotificationBody, type StoredEvent } from '@chargelog/domain';
import { clockDepartures } from '@chargelog/pipeline';

/** How a body stands to what AMPECO documents of its notification; `unrecognized` where nothing is documented. */
export const CONFORMANCES = ['conforming', 'nonconforming', 'unrecognized'] as const;
export type Conformance = (typeof CONFORMANCES)[number];

export function conformanceOf(flags: number): Conformance {
  if (flags & EventFlag.unrecognized) return 'unrecognized';
  return flags & EventFlag.nonconforming ? 'nonconforming' : 'conforming';
}

/** The bits that an event of each must have and must not have. */
export const FLAGS_OF: Readonly<Record<Conformance, { readonly all: number; readonly none: number }>> = {
  conforming: { all: 0, none: EventFlag.nonconforming | EventFlag.unrecognized },
  nonconforming: { all: EventFlag.nonconforming, none: EventFlag.unrecognized },
  unrecognized: { all: EventFlag.unrecognized, none: 0 },
};

/** Why an event conforms to AMPECO's documentation, or where its body departs from it. */
export interface ConformanceExplanation {
  /** As it stands in the event: what the catalogue said when it was stored, or reindexed. */
  readonly conformance: Conformance;
  /** Of the catalogue that the departures are of: the present one. */
  readonly catalogueVersion: number;
  /** Violations first, then what else differs, then wrong clocks. Places and rules, never what the body holds. */
  readonly departures: readonly Departure[];
}

/** Departures are not stored with each event; they follow from its body and the catalogue, and are found again here. */
export function explainConformance(event: StoredEvent): ConformanceExplanation {
  const read = readNotificationBody(Buffer.from(event.data));
  return {
    conformance: conformanceOf(event.flags),
    catalogueVersion: CATALOGUE_VERSION,
    departures: read.ok
      ? [...recognizeBody(read).departures, ...clockDepartures(read.value, event.flags)]
      : [],
  };
}
