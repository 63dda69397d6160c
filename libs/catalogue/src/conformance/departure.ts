/** The ways in which a body can differ from what the catalogue says of its notification. */
export const DEPARTURE_KINDS = [
  'new-field',
  'missing-field',
  'other-type',
  'new-value',
  'new-time-form',
  'wrong-clock',
  'collision',
  'unknown-name',
] as const;
export type DepartureKind = (typeof DEPARTURE_KINDS)[number];

/** One difference. It holds the place and the rule, never a value of the body. */
export interface Departure {
  /**
   * JSON Pointer (RFC 6901) into the body as received, empty for the whole body. Elements of arrays and of maps are `*`; so
   * is an undocumented member whose name is no identifier of at most 64 characters, as such a name may be data.
   */
  readonly path: string;
  readonly kind: DepartureKind;
  /** What is documented, in a few words: `integer or null`, `one of 9 values`. */
  readonly expected: string;
}

/** The most departures that are listed of one body; violations come first. */
export const MAX_DEPARTURES = 50;

/**
 * Whether a departure breaks AMPECO's documentation. A new member does not; a collision only prevents the renaming; of a
 * clock nothing is documented.
 */
export function isViolation({ kind }: Departure): boolean {
  return !HARMLESS.has(kind);
}
const HARMLESS: ReadonlySet<DepartureKind> = new Set([
  'new-field',
  'collision',
  'unknown-name',
  'wrong-clock',
]);

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_.:-]{0,63}$/;

/** The step of a JSON Pointer to a documented member. */
export function toStep(name: string): string {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The step to an undocumented member. */
export function toUnknownStep(name: string): string {
  return IDENTIFIER.test(name) ? `/${name}` : '/*';
}

/** Collects the departures of one body; one that several array elements share is listed once. */
export class Departures {
  readonly #violations = new Map<string, Departure>();
  readonly #drift = new Map<string, Departure>();

  add(departure: Departure): void {
    const found = isViolation(departure) ? this.#violations : this.#drift;
    const key = `${departure.kind} ${departure.path}`;
    if (found.size < MAX_DEPARTURES && !found.has(key)) found.set(key, departure);
  }

  list(): readonly Departure[] {
    return [...this.#violations.values(), ...this.#drift.values()].slice(0, MAX_DEPARTURES);
  }
}
