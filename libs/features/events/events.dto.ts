import { applyDecorators } from '@nestjs/common';
import { IsIn, IsOptional } from 'class-validator';
import { DEPARTURE_KINDS, type DataForm as Form } from '@chargelog/catalogue';
import { EventFlag, GatewayError } from '@chargelog/domain';
import {
  Cursor,
  Described,
  instantOf,
  IsInstant,
  IsNotificationName,
  json,
  Limit,
  type Caller,
} from '@chargelog/http';
import type { HistoryFilter } from '@chargelog/pipeline';
import { CONFORMANCES, FLAGS_OF, type Conformance } from './conformance.js';
import { EventFilterQuery, toEventFilter } from './event-filter.dto.js';
import { EVENT } from './event-schemas.js';

const DATA_FORMS = ['normalized', 'raw'] as const;
export type DataParameter = (typeof DATA_FORMS)[number];

/** The parameter, or member, that says how bodies are shown. */
export const DataForm = (): PropertyDecorator =>
  applyDecorators(
    Described(
      '`normalized`: current names, ids as text, instants in UTC, equivalents in OCPP and OCPI under `standards`; `dataschema` describes it. `raw`: the body as AMPECO sent it, in one line.',
      { example: 'normalized' },
    ),
    IsIn(DATA_FORMS),
    IsOptional(),
  );

/** The form a caller asked for and may see. */
export function dataForm(data: DataParameter, caller: Caller): Form {
  return { normalized: data === 'normalized', masked: !caller.scopes.includes('events:read-sensitive') };
}

/** Parameters of those who read events one by one. */
export class DataQuery {
  @DataForm()
  data: DataParameter = 'normalized';
}

export class ListEventsQuery extends EventFilterQuery {
  @Described("AMPECO's name.", { example: 'session.start.stop.notification' })
  @IsOptional()
  @IsNotificationName()
  notification?: string;

  @Described('How bodies stand to what AMPECO documents.', { example: 'conforming' })
  @IsOptional()
  @IsIn(CONFORMANCES)
  conformance?: Conformance;

  @Described(
    'Events whose time is more than 10 minutes after their arrival, because a clock was wrong: among the others, left out, or alone. Included unless asked for otherwise.',
    { example: 'include' },
  )
  @IsOptional()
  @IsIn(['include', 'exclude', 'only'])
  ahead?: 'include' | 'exclude' | 'only';

  @Described('Arrival of the first delivery. Inclusive.')
  @IsOptional()
  @IsInstant()
  receivedAfter?: string;

  @Described('Exclusive.')
  @IsOptional()
  @IsInstant()
  receivedBefore?: string;

  @DataForm()
  data: DataParameter = 'normalized';

  @Described(
    'What the list is ordered by: `occurred`, when it happened, or `received`, when it arrived (by position). A clock that was wrong does not move an event among the arrivals.',
    { example: 'occurred' },
  )
  @IsOptional()
  @IsIn(['occurred', 'received'])
  orderBy: 'occurred' | 'received' = 'occurred';

  @Described('`desc`: the newest first.', { example: 'desc' })
  @IsOptional()
  @IsIn(['asc', 'desc'])
  order: 'asc' | 'desc' = 'desc';

  @Limit(1_000, 'Events of one page.', 10)
  limit = 50;

  @Cursor('`next` of the page before, copied whole.')
  after?: string;
}

/** Longest span of occurred at in which events are looked through without an index. */
const MAX_SPAN_MS = 31 * 86_400_000;
/** A list by occurred at ends here unless told otherwise, so that an event of a wrong clock does not lead every page. */
const AHEAD_MS = 86_400_000;
/** No own time is later. */
const END_OF_TIMES = Date.UTC(2036, 0, 1);

/**
 * Where a list ends, ms since 1970 UTC: where it was asked to, else a day from now. Undefined, without an end, for one that
 * begins later, as it would otherwise be empty, and for one by arrival, which no wrong clock leads.
 */
export function endOf(
  { occurredAfter, occurredBefore }: HistoryFilter,
  { orderBy }: Pick<ListEventsQuery, 'orderBy'>,
  now: number,
): number | undefined {
  if (occurredBefore !== undefined) return occurredBefore;
  const end = now + AHEAD_MS;
  return orderBy === 'received' || (occurredAfter !== undefined && occurredAfter >= end) ? undefined : end;
}

/** @throws GatewayError `bound-required` where the log would have to be looked through without an index. */
export function toHistoryFilter(query: ListEventsQuery): HistoryFilter {
  const filter = toEventFilter(query);
  const flags = flagsOf(query);
  const besides = {
    ...(query.notification !== undefined && { notification: query.notification }),
    ...(flags && { flags }),
    ...(query.receivedAfter !== undefined && { receivedAfter: instantOf(query.receivedAfter) }),
    ...(query.receivedBefore !== undefined && { receivedBefore: instantOf(query.receivedBefore) }),
  };
  const isIndexed =
    filter.types !== undefined || filter.related !== undefined || filter.subject !== undefined;
  // By arrival a read looks at a bounded number of events, whatever the filter.
  if (Object.keys(besides).length > 0 && !isIndexed && query.orderBy === 'occurred') requireSpan(filter);
  return { ...filter, ...besides };
}

/** The bits that are asked for; undefined where none are. */
function flagsOf({ conformance, ahead = 'include' }: ListEventsQuery): HistoryFilter['flags'] {
  if (conformance === undefined && ahead === 'include') return undefined;
  const { all, none } = conformance === undefined ? { all: 0, none: 0 } : FLAGS_OF[conformance];
  return {
    all: ahead === 'only' ? all | EventFlag.ahead : all,
    none: ahead === 'exclude' ? none | EventFlag.ahead : none,
  };
}

function requireSpan({ occurredAfter, occurredBefore }: HistoryFilter): void {
  const now = Date.now();
  const end = occurredBefore ?? (occurredAfter !== undefined && occurredAfter > now ? END_OF_TIMES : now);
  if (occurredAfter !== undefined && end - occurredAfter <= MAX_SPAN_MS) return;
  const reason = 'is needed, at most 31 days before the end of the list';
  throw new GatewayError(
    'bound-required',
    `occurredAfter: ${reason}, because no index serves the other parameters; or narrow by type, subject or an id.`,
    { errors: [{ in: 'query', name: 'occurredAfter', reason }] },
  );
}

export const EVENT_PAGE = json.named(
  'EventPage',
  json.object({
    data: json.listOf(EVENT),
    next: json.orNull(json.text(), 'Cursor of the next page; null on the last one.'),
    occurredBefore: json.orNull(
      json.instant(),
      'Where the list ends; a day from now unless it was asked for. Null for a list without an end: one by arrival, and one that begins later than a day from now.',
    ),
  }),
);

const DELIVERY = json.named(
  'Delivery',
  json.object(
    {
      deliveryKey: json.uuid(),
      role: json.oneOf(['first', 'duplicate']),
      source: json.text(),
      transport: json.transport(),
      receivedAt: json.instant(),
      sameBytes: json.flag('Its bytes equal those of the first delivery.'),
      headers: json.mapOf(json.text(), 'Of a Kafka record the key stands under `:key`.'),
    },
    {
      maskedHeaders: json.maskedHeaders(),
      taken: json.text(
        'Where the event is not the body as it came: the formats that stood around the notification, or `corrected` for one that a person put in its place. `/raw` has the body as it came.',
      ),
      verifiedBy: json.described(
        json.object({ secret: json.text(), form: json.text() }),
        'Name of the secret that verified it, and in which form.',
      ),
      kafka: json.object({
        clusterId: json.text(),
        topic: json.text(),
        partition: json.count(),
        offset: json.position(),
        timestamp: json.orNull(json.text()),
      }),
    },
  ),
);
export type DeliveryDto = json.Of<typeof DELIVERY>;

export const DELIVERIES = json.named(
  'Deliveries',
  json.object({
    eventId: json.uuid(),
    identity: json.object({
      scheme: json.count(),
      rule: json.text(),
      tenant: json.text(),
      notification: json.text(),
      occurredAt: json.instant(),
    }),
    conformance: json.oneOf(CONFORMANCES),
    catalogueVersion: json.count('The catalogue that `departures` are of: the present one.'),
    departures: json.atMost(
      64,
      json.listOf(
        json.object({
          path: json.text('JSON Pointer into the body, with `*` for elements of arrays and maps.'),
          kind: json.oneOf(DEPARTURE_KINDS),
          expected: json.text('What is documented.'),
        }),
        'Where the body differs from what AMPECO documents; the places that make it nonconforming come first. Places and rules, never what the body holds.',
      ),
    ),
    data: json.listOf(DELIVERY),
  }),
);
export type DeliveriesDto = json.Of<typeof DELIVERIES>;
