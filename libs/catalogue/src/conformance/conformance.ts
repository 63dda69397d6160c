import type { JsonObject } from '@chargelog/domain';
import type { CatalogueEntry } from '../entry.js';
import { NOTIFICATIONS } from '../notifications/index.js';
import type { Departure } from './departure.js';
import { compileDiagnosis, type Diagnosis } from './diagnose.js';
import { compileGate, type Gate } from './gate.js';

/** The usual answer. */
const NO_DEPARTURES: readonly Departure[] = [];

/** The answer for a name that the catalogue does not hold. */
export const UNKNOWN_NAME: readonly Departure[] = [
  { path: '', kind: 'unknown-name', expected: 'a notification of the catalogue' },
];

/** Judges the bodies of one notification. */
type Judge = (body: JsonObject) => readonly Departure[];

const JUDGES: ReadonlyMap<string, Judge> = new Map(
  NOTIFICATIONS.map((entry) => [entry.name, judgeOf(entry)]),
);

/**
 * What of a body differs from its notification's documentation: at most 50 departures, violations before drift, none
 * twice. Its `notification` is taken for the name given. Never throws.
 */
export function departuresOf(notification: string, body: JsonObject): readonly Departure[] {
  return JUDGES.get(notification)?.(body) ?? UNKNOWN_NAME;
}

/** The schema is compiled with the first body. */
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
