import { IsIn, IsOptional } from 'class-validator';
import { DEPARTURE_KINDS, type DataForm as Form } from '@chargelog/catalogue';
import { GatewayError } from '@chargelog/domain';
import {
  arrayOf,
  COUNT,
  Cursor,
  Described,
  every,
  FLAG,
  INSTANT,
  instantOf,
  IsInstant,
  IsNotificationName,
  type JsonOf,
  Limit,
  MASKED_HEADERS,
  named,
  object,
  TEXT,
  TRANSPORT,
  UUID,
  type Caller,
} from '@chargelog/http';
import type { HistoryFilter } from '@chargelog/pipeline';
import { CONFORMANCES, FLAGS_OF, type Conformance } from './conformance.js';
import { EventFilterQuery, toEventFilter } from './event-filter.dto.js';
import { CONFORMANCE, EVENT } from './event-schemas.js';

const DATA_FORMS = ['normalized', 'raw'] as const;
export type DataParameter = (typeof DATA_FORMS)[number];

/** The parameter, or member, that says how bodies are shown. */
export const DataForm = (): PropertyDecorator =>
  every(
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

  @Described('By occurred at.', { example: 'desc' })
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

/** @throws GatewayError `bound-required` where the log would have to be looked through without an index. */
export function toHistoryFilter(query: ListEventsQuery): HistoryFilter {
  const filter = toEventFilter(query);
  const besides = {
    ...(query.notification !== undefined && { notification: query.notification }),
    ...(query.conformance !== undefined && { flags: FLAGS_OF[query.conformance] }),
    ...(query.receivedAfter !== undefined && { receivedAfter: instantOf(query.receivedAfter) }),
    ...(query.receivedBefore !== undefined && { receivedBefore: instantOf(query.receivedBefore) }),
  };
  const isIndexed =
    filter.types !== undefined || filter.related !== undefined || filter.subject !== undefined;
  if (Object.keys(besides).length > 0 && !isIndexed) requireSpan(filter);
  return { ...filter, ...besides };
}

function requireSpan({ occurredAfter, occurredBefore = Date.now() }: HistoryFilter): void {
  if (occurredAfter !== undefined && occurredBefore - occurredAfter <= MAX_SPAN_MS) return;
  const reason = 'is needed, at most 31 days before the end of the list';
  throw new GatewayError(
    'bound-required',
    `occurredAfter: ${reason}, because no index serves the other parameters; or narrow by type, subject or an id.`,
    { errors: [{ in: 'query', name: 'occurredAfter', reason }] },
  );
}

export const EVENT_PAGE = named(
  'EventPage',
  object({
    data: arrayOf(EVENT),
    next: { type: ['string', 'null'], description: 'Cursor of the next page; null on the last one.' },
    occurredBefore: {
      ...INSTANT,
      description: 'Where the list ends; a day from now unless it was asked for.',
    },
  }),
);

const DELIVERY = named(
  'Delivery',
  object(
    {
      deliveryKey: UUID,
      role: { type: 'string', enum: ['first', 'duplicate'] },
      source: TEXT,
      transport: TRANSPORT,
      receivedAt: INSTANT,
      sameBytes: { ...FLAG, description: 'Its bytes equal those of the first delivery.' },
      headers: {
        type: 'object',
        additionalProperties: TEXT,
        description: 'Of a Kafka record the key stands under `:key`.',
      },
    },
    {
      maskedHeaders: MASKED_HEADERS,
      verifiedBy: {
        ...object({ secret: TEXT, form: TEXT }),
        description: 'Name of the secret that verified it, and in which form.',
      },
      kafka: object({
        clusterId: TEXT,
        topic: TEXT,
        partition: { type: 'integer' },
        offset: { type: 'string', pattern: '^[0-9]+$' },
        timestamp: { type: ['string', 'null'] },
      }),
    },
  ),
);
export type DeliveryDto = JsonOf<typeof DELIVERY>;

export const DELIVERIES = named(
  'Deliveries',
  object({
    eventId: UUID,
    identity: object({
      scheme: { type: 'integer' },
      rule: TEXT,
      tenant: TEXT,
      notification: TEXT,
      occurredAt: INSTANT,
    }),
    conformance: CONFORMANCE,
    catalogueVersion: {
      ...COUNT,
      description: 'The catalogue that `departures` are of: the present one.',
    },
    departures: {
      type: 'array',
      maxItems: 50,
      items: object({
        path: {
          ...TEXT,
          description: 'JSON Pointer into the body, with `*` for elements of arrays and maps.',
        },
        kind: { type: 'string', enum: DEPARTURE_KINDS },
        expected: { ...TEXT, description: 'What is documented.' },
      }),
      description:
        'Where the body differs from what AMPECO documents; the places that make it nonconforming come first. Places and rules, never what the body holds.',
    },
    data: arrayOf(DELIVERY),
  }),
);
export type DeliveriesDto = JsonOf<typeof DELIVERIES>;
