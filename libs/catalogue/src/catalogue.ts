import type { CatalogueEntry } from './entry.js';
import { NOTIFICATIONS } from './notifications/index.js';

/** Stored with each event as `catalogue_version`. Raised whenever the type, subject or a related id of some body changes. */
export const CATALOGUE_VERSION = 1;

/** The type of every notification whose name the catalogue does not hold. */
export const UNRECOGNIZED = 'unrecognized';

const BY_NAME: ReadonlyMap<string, CatalogueEntry> = new Map(
  NOTIFICATIONS.map((entry) => [entry.name, entry]),
);

/** The type of a body whose deciding field holds an unknown value; undefined where the type rule is total. */
export function fallbackTypeOf({ type, resource }: CatalogueEntry): string | undefined {
  return type.total ? undefined : `${resource}.changed`;
}

/** The closed set of event types, sorted by code unit: those of all entries, their fallbacks, and `unrecognized`. */
export const EVENT_TYPES: readonly string[] = [
  ...new Set([UNRECOGNIZED, ...NOTIFICATIONS.flatMap(typesOf)]),
].toSorted();

const SUBJECT_KINDS: ReadonlyMap<string, string> = subjectKinds();
const TYPES_OF_PATTERN: ReadonlyMap<string, readonly string[]> = patterns();

export function entryOf(notification: string): CatalogueEntry | undefined {
  return BY_NAME.get(notification);
}

/** The current name of a deprecated notification, where there is one. */
export function supersededBy(notification: string): string | undefined {
  return BY_NAME.get(notification)?.supersededBy;
}

/**
 * The kind of subject that events of a type have: `session` for `session.started`. Undefined for text that is no type, for
 * `unrecognized`, and for `chargingProfile.applied`, whose subject is an EVSE in one body and a charge point in another.
 */
export function subjectKindOf(type: string): string | undefined {
  return SUBJECT_KINDS.get(type);
}

/**
 * The event types that a pattern selects: an exact type, or with `.*` at its end all types below it (`user.*` includes
 * `user.paymentMethod.created`). Undefined when it selects none, and when a `*` stands alone or elsewhere.
 */
export function expandTypePattern(pattern: string): readonly string[] | undefined {
  return TYPES_OF_PATTERN.get(pattern);
}

/** Every type an entry can give, its fallback last. */
export function typesOf(entry: CatalogueEntry): readonly string[] {
  const fallback = fallbackTypeOf(entry);
  return fallback === undefined ? entry.type.types : [...entry.type.types, fallback];
}

/** A type's first word is the kind of its subject, if the entry has that kind; else the entry's kind, if it has only one. */
function subjectKinds(): Map<string, string> {
  const kindOfType = new Map<string, string>();
  for (const entry of NOTIFICATIONS) {
    const kinds = [...new Set(entry.subject.map(({ kind }) => kind))];
    for (const type of typesOf(entry)) {
      const noun = type.slice(0, type.indexOf('.'));
      const kind = kinds.includes(noun) ? noun : kinds.length === 1 ? kinds[0] : undefined;
      if (kind !== undefined) kindOfType.set(type, kind);
    }
  }
  return kindOfType;
}

function patterns(): Map<string, readonly string[]> {
  const types = new Map<string, string[]>(EVENT_TYPES.map((type) => [type, [type]]));
  for (const type of EVENT_TYPES) {
    for (let dot = type.indexOf('.'); dot !== -1; dot = type.indexOf('.', dot + 1)) {
      const pattern = `${type.slice(0, dot)}.*`;
      const below = types.get(pattern);
      if (below === undefined) types.set(pattern, [type]);
      else below.push(type);
    }
  }
  return types;
}
