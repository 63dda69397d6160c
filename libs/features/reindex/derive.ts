import { recognizeBody } from '@chargelog/catalogue';
import {
  EventFlag,
  RELATED_RESOURCES,
  readNotificationBody,
  type RelatedResource,
  type Subject,
} from '@chargelog/domain';

/** The columns of an event that the catalogue decides. */
export interface Derived {
  readonly type: string;
  readonly subject: Subject | undefined;
  /** Decimal text. */
  readonly related: Readonly<Partial<Record<RelatedResource, string>>>;
  readonly flags: number;
}

export interface ReindexRow extends Derived {
  readonly id: string;
  readonly position: bigint;
  readonly notification: string;
  readonly body: Buffer;
}

const DECIDED_BY_CATALOGUE = EventFlag.nonconforming | EventFlag.unrecognized | EventFlag.deprecated;

/** What the catalogue of today says of a stored event; undefined when that is what its columns hold. */
export function derive(row: ReindexRow): Derived | undefined {
  const read = readNotificationBody(row.body);
  // Stored events could be read once. Should a later version read less, what an older one found out stays.
  if (!read.ok) return undefined;
  const { type, subject, related, flags } = recognizeBody(read);
  const derived: Derived = {
    type,
    subject,
    related: Object.fromEntries(Object.entries(related).map(([resource, id]) => [resource, String(id)])),
    flags: (row.flags & ~DECIDED_BY_CATALOGUE) | flags,
  };
  return isSame(row, derived) ? undefined : derived;
}

function isSame(a: Derived, b: Derived): boolean {
  return (
    a.type === b.type &&
    a.flags === b.flags &&
    a.subject?.kind === b.subject?.kind &&
    a.subject?.id === b.subject?.id &&
    RELATED_RESOURCES.every((resource) => a.related[resource] === b.related[resource])
  );
}
