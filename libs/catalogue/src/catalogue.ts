import type { CatalogueEntry } from './entry.js';
import { NOTIFICATIONS } from './notifications/index.js';

/** Stored with each event: which state of the catalogue named it. Raised whenever a type, subject or related id changes. */
export const CATALOGUE_VERSION = 1;

const BY_NAME: ReadonlyMap<string, CatalogueEntry> = new Map(
  NOTIFICATIONS.map((entry) => [entry.name, entry]),
);

/** The closed set of event types, sorted. */
export const EVENT_TYPES: readonly string[] = [
  ...new Set([
    'unrecognized',
    ...NOTIFICATIONS.flatMap(({ type, resource }) =>
      type.total ? type.types : [...type.types, `${resource}.changed`],
    ),
  ]),
].toSorted();

const TYPE_SET: ReadonlySet<string> = new Set(EVENT_TYPES);

export function entryOf(notification: string): CatalogueEntry | undefined {
  return BY_NAME.get(notification);
}

/** The current name of a deprecated notification, where there is one. */
export function supersededBy(notification: string): string | undefined {
  return BY_NAME.get(notification)?.supersededBy;
}

/**
 * The event types a pattern means: an exact type, or with `.*` at its end all types below a resource (`user.*` holds
 * `user.paymentMethod.created` too). Undefined when it means none.
 */
export function expandTypePattern(pattern: string): readonly string[] | undefined {
  if (!pattern.endsWith('.*')) return TYPE_SET.has(pattern) ? [pattern] : undefined;
  const prefix = pattern.slice(0, -1);
  const types = EVENT_TYPES.filter((type) => type.startsWith(prefix));
  return types.length > 0 ? types : undefined;
}
