import type { JsonObject } from '@chargelog/domain';
import type { CatalogueEntry } from '../entry.js';
import { NOTIFICATIONS } from '../notifications/index.js';
import type { Departure } from './departure.js';
import { compileDiagnosis, type Diagnosis } from './diagnose.js';
import { compileGate, type Gate } from './gate.js';

const NO_DEPARTURES: readonly Departure[] = [];

export const UNKNOWN_NAME: readonly Departure[] = [
  { path: '', kind: 'unknown-name', expected: 'a notification of the catalogue' },
];

/** Judges the bodies of one notification. */
type Judge = (body: JsonObject) => readonly Departure[];

const JUDGES: ReadonlyMap<string, Judge> = new Map(
  NOTIFICATIONS.map((entry) => [entry.name, judgeOf(entry)]),
);

/**
 * How a body differs from the documentation of its notification: at most 50 departures, violations first, none twice. The
 * body is judged as the notification named here, whatever its own `notification` says. Never throws.
 */
export function departuresOf(notification: string, body: JsonObject): readonly Departure[] {
  return JUDGES.get(notification)?.(body) ?? UNKNOWN_NAME;
}

/** Gate and diagnosis are compiled with the first body that needs them. */
function judgeOf(entry: CatalogueEntry): Judge {
  let gate: Gate | undefined;
  let diagnose: Diagnosis | undefined;
  return (body) => {
    gate ??= compileGate(entry);
    if (gate(body)) return NO_DEPARTURES;
    diagnose ??= compileDiagnosis(entry.body);
    return diagnose(body);
  };
}
