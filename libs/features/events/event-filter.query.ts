import { ArrayMaxSize, IsIn, IsOptional } from 'class-validator';
import { expandTypePattern } from '@chargelog/catalogue';
import type { RelatedResource } from '@chargelog/domain';
import {
  instantOf,
  IsDecimalId,
  IsEventTypePattern,
  IsInstant,
  IsSubject,
  Repeatable,
} from '@chargelog/http';
import type { EventFilter } from '@chargelog/pipeline';

/** The parameters that narrow events; the same in history, feed and replays. */
export class EventFilterQuery {
  /** Event types, or all of a resource (`session.*`). Repeatable; any of them matches. */
  @IsOptional()
  @Repeatable()
  @ArrayMaxSize(50)
  @IsEventTypePattern()
  type?: string[];

  @IsOptional()
  @IsDecimalId()
  chargePointId?: string;

  @IsOptional()
  @IsDecimalId()
  evseId?: string;

  @IsOptional()
  @IsDecimalId()
  sessionId?: string;

  @IsOptional()
  @IsDecimalId()
  userId?: string;

  @IsOptional()
  @IsDecimalId()
  locationId?: string;

  /** What the event is about, `resource/id`. */
  @IsOptional()
  @IsSubject()
  subject?: string;

  /** Inclusive. */
  @IsOptional()
  @IsInstant()
  occurredAfter?: string;

  /** Exclusive. */
  @IsOptional()
  @IsInstant()
  occurredBefore?: string;

  /** Leave out notifications under deprecated names, where both names of a pair are subscribed. */
  @IsOptional()
  @IsIn(['include', 'exclude'])
  deprecated?: 'include' | 'exclude';
}

export function toEventFilter(query: EventFilterQuery): EventFilter {
  const related: Partial<Record<RelatedResource, bigint>> = {};
  const ids = {
    chargePoint: query.chargePointId,
    evse: query.evseId,
    session: query.sessionId,
    user: query.userId,
    location: query.locationId,
  } satisfies Record<RelatedResource, string | undefined>;
  for (const [resource, id] of Object.entries(ids)) {
    // A JSON filter may hold null, which says the same as leaving it out.
    if (typeof id === 'string') related[resource as RelatedResource] = BigInt(id);
  }
  const slash = query.subject?.indexOf('/') ?? -1;
  return {
    ...(query.type && {
      types: [...new Set(query.type.flatMap((pattern) => expandTypePattern(pattern) ?? []))].toSorted(),
    }),
    ...(Object.keys(related).length > 0 && { related }),
    ...(query.subject && {
      subject: { kind: query.subject.slice(0, slash), id: query.subject.slice(slash + 1) },
    }),
    ...(query.occurredAfter && { occurredAfter: instantOf(query.occurredAfter) }),
    ...(query.occurredBefore && { occurredBefore: instantOf(query.occurredBefore) }),
    ...(query.deprecated && { deprecated: query.deprecated }),
  };
}
