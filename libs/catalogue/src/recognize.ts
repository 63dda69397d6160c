import { EventFlag, type JsonObject, type RelatedResource, type Subject } from '@chargelog/domain';
import { idNumber, valueAt } from './body.js';
import { entryOf } from './catalogue.js';
import type { CatalogueEntry } from './entry.js';

/** What the catalogue says of one body. */
export interface Recognition {
  /** One of EVENT_TYPES; `unrecognized` for a name the catalogue does not hold. */
  readonly type: string;
  readonly subject: Subject | undefined;
  readonly related: Readonly<Partial<Record<RelatedResource, bigint>>>;
  /** Sum of EventFlag bits: nonconforming, unrecognized, deprecated. */
  readonly flags: number;
}

const TOP_LEVEL: readonly (readonly [RelatedResource, string])[] = [
  ['chargePoint', 'chargePointId'],
  ['evse', 'evseId'],
  ['session', 'sessionId'],
  ['user', 'userId'],
  ['location', 'locationId'],
];

/** Names the event, finds what it is about and whom it concerns. Never throws and never refuses: the unknown survives. */
export function recognize(notification: string, body: JsonObject): Recognition {
  const entry = entryOf(notification);
  if (entry === undefined) {
    return {
      type: 'unrecognized',
      subject: undefined,
      related: relatedIds(body, undefined),
      flags: EventFlag.unrecognized,
    };
  }
  const type = entry.type.typeOf(body);
  const subject = entry.subject.subjectOf(body);
  let flags = entry.deprecated ? EventFlag.deprecated : 0;
  if (type === undefined || subject === undefined) flags |= EventFlag.nonconforming;
  return { type: type ?? `${entry.resource}.changed`, subject, related: relatedIds(body, entry), flags };
}

function relatedIds(
  body: JsonObject,
  entry: CatalogueEntry | undefined,
): Partial<Record<RelatedResource, bigint>> {
  const related: Partial<Record<RelatedResource, bigint>> = {};
  for (const [resource, member] of TOP_LEVEL) {
    if (!Object.hasOwn(body, member)) continue;
    const id = idNumber(body[member]);
    if (id !== undefined) related[resource] = id;
  }
  if (entry === undefined) return related;
  for (const resource in entry.related) {
    for (const path of entry.related[resource as RelatedResource] ?? []) {
      if (related[resource as RelatedResource] !== undefined) break;
      const id = idNumber(valueAt(body, path));
      if (id !== undefined) related[resource as RelatedResource] = id;
    }
  }
  return related;
}
