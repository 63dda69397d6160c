import { ArrayMaxSize, IsIn, IsOptional } from 'class-validator';
import { expandTypePattern } from '@chargelog/catalogue';
import type { RelatedResource } from '@chargelog/domain';
import {
  Described,
  instantOf,
  IsEventTypePattern,
  IsInstant,
  IsRelatedId,
  IsSubject,
  NamedSchema,
  Repeatable,
} from '@chargelog/http';
import type { EventFilter } from '@chargelog/pipeline';

/** What narrows events: parameters of history and feed, a member of the body of a replay. */
@NamedSchema('EventFilter', 'The same members as the parameters of GET /v1/events.')
export class EventFilterQuery {
  @Described(
    'Event types, or all of a resource (`session.*`). Repeat it for several; any of them matches. GET /v1/catalogue lists them.',
    { example: ['session.*'] },
  )
  @IsOptional()
  @Repeatable()
  @ArrayMaxSize(50)
  @IsEventTypePattern()
  type?: readonly string[];

  @Described('AMPECO id of the charge point.', { example: '1187' })
  @IsOptional()
  @IsRelatedId()
  chargePointId?: string;

  @Described('AMPECO id of the EVSE.')
  @IsOptional()
  @IsRelatedId()
  evseId?: string;

  @Described('AMPECO id of the session.', { example: '904512' })
  @IsOptional()
  @IsRelatedId()
  sessionId?: string;

  @Described('AMPECO id of the user.')
  @IsOptional()
  @IsRelatedId()
  userId?: string;

  @Described('AMPECO id of the location.')
  @IsOptional()
  @IsRelatedId()
  locationId?: string;

  @Described('What the event is about, `resource/id`.', { example: 'session/904512' })
  @IsOptional()
  @IsSubject()
  subject?: string;

  @Described('Inclusive.', { example: '2026-03-14T00:00:00Z' })
  @IsOptional()
  @IsInstant()
  occurredAfter?: string;

  @Described('Exclusive.', { example: '2026-03-15' })
  @IsOptional()
  @IsInstant()
  occurredBefore?: string;

  @Described(
    'Leave out notifications under deprecated names, where both names of a pair are subscribed. Included unless excluded.',
  )
  @IsOptional()
  @IsIn(['include', 'exclude'])
  deprecated?: 'include' | 'exclude';
}

export function toEventFilter(query: EventFilterQuery): EventFilter {
  const related: Partial<Record<RelatedResource, string>> = {};
  const ids = {
    chargePoint: query.chargePointId,
    evse: query.evseId,
    session: query.sessionId,
    user: query.userId,
    location: query.locationId,
  } satisfies Record<RelatedResource, string | undefined>;
  for (const [resource, id] of Object.entries(ids)) {
    // A JSON filter may hold null, which says the same as leaving it out.
    if (typeof id === 'string') related[resource as RelatedResource] = id;
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
