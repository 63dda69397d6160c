import type { CatalogueEntry } from './entry.js';
import { NOTIFICATIONS } from './notifications/index.js';

/** Stored with each event: which state of the catalogue named it. Raised whenever a type, subject or related id changes. */
export const CATALOGUE_VERSION = 1;

/** The type of every notification whose name the catalogue does not hold. */
export const UNRECOGNIZED = 'unrecognized';

const BY_NAME: ReadonlyMap<string, CatalogueEntry> = new Map(
  NOTIFICATIONS.map((entry) => [entry.name, entry]),
);

/** The type of a body whose deciding field holds an unknown value; undefined where no field decides. */
export function fallbackTypeOf({ type, resource }: CatalogueEntry): string | undefined {
  return type.total ? undefined : `${resource}.changed`;
}

/** The closed set of event types, sorted by code unit: all that entries give, their fallbacks, and `unrecognized`. */
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
 * What events of a type are about: `session` for `session.started`. Undefined for a type that is none, for
 * `unrecognized`, and for `chargingProfile.applied`, whose subject is an EVSE or a charge point, case by case.
 */
export function subjectKindOf(type: string): string | undefined {
  return SUBJECT_KINDS.get(type);
}

/**
 * The event types a pattern means: an exact type, or with `.*` at its end all types below it (`user.*` holds
 * `user.paymentMethod.created` too). Undefined when it means none; a `*` elsewhere or alone means none.
 */
export function expandTypePattern(pattern: string): readonly string[] | undefined {
  return TYPES_OF_PATTERN.get(pattern);
}

/** Every type an entry can give, its fallback last. */
export function typesOf(entry: CatalogueEntry): readonly string[] {
  const fallback = fallbackTypeOf(entry);
  return fallback === undefined ? entry.type.types : [...entry.type.types, fallback];
}

/** Types begin with the noun of their subject; where they do not, an entry with several kinds of subject has no one kind. */
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
