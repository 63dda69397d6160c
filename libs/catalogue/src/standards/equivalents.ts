/**
 * What a value of AMPECO is in the standards, as far as there is evidence for one answer: a standard that has no such
 * word, or leaves the choice to the operator, has no member. A word that needs more than one place of the standard is an
 * object whose members are named after those places.
 */
export interface Equivalents {
  /** OCPP 1.6 edition 2. */
  readonly ocpp16?: string;
  /** OCPP 2.0.1 edition 3, part 2. */
  readonly ocpp201?: string | Readonly<Record<string, string>>;
  /** OCPI 2.2.1. */
  readonly ocpi221?: string | Readonly<Record<string, string>>;
  /** Unit in which AMPECO sends the value, where the standard's own may be another one. */
  readonly unit?: string;
}

/** By AMPECO's value in its normalized spelling; `null` is the key of JSON's null. */
export type EquivalentsTable = Readonly<Record<string, Equivalents>>;
