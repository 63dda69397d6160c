/** How a body differs from what the catalogue says of its notification. */
export const DEPARTURE_KINDS = [
  'new-field',
  'missing-field',
  'other-type',
  'new-value',
  'new-time-form',
  'collision',
  'unknown-name',
] as const;
export type DepartureKind = (typeof DEPARTURE_KINDS)[number];

/** One difference. Names places and rules, never what a body holds. */
export interface Departure {
  /**
   * JSON Pointer (RFC 6901) into the body as received, empty for the whole. Elements of arrays and of maps are `*`;
   * so is an undocumented member whose name is no identifier of at most 64 characters, as that may be data.
   */
  readonly path: string;
  readonly kind: DepartureKind;
  /** What is documented, in a few words: `integer or null`, `one of 9 values`. */
  readonly expected: string;
}

/** Departures listed of one body at most; violations come first. */
export const MAX_DEPARTURES = 50;

/** Whether a departure breaks AMPECO's documentation. New members do not, and a collision only costs the conversion. */
export function isViolation({ kind }: Departure): boolean {
  return kind !== 'new-field' && kind !== 'collision' && kind !== 'unknown-name';
}

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_.:-]{0,63}$/;

/** A documented member's step of a pointer. */
export function toStep(name: string): string {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** An undocumented member's step. */
export function toUnknownStep(name: string): string {
  return IDENTIFIER.test(name) ? `/${name}` : '/*';
}

/** Collects the departures of one body, each once however many array elements share it. */
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
