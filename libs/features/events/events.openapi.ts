import { DEPARTURE_KIND } from '@chargelog/features/drift';
import {
  answer,
  CURSOR_PROBLEMS,
  INSTANT,
  MASKED_HEADERS,
  NOTIFICATION_NAME,
  object,
  POSITION,
  QUERY_PROBLEMS,
  ref,
  STORE_PROBLEMS,
  TRANSPORT,
  UUID,
  type OperationDescription,
  type Schema,
  SESSION_STARTED_EVENT,
  SESSION_STARTED_ID,
  AFTER_CURSOR,
  idParameter,
  INSTANT_OR_DATE_TEXT,
  limitParameter,
  queryParameter,
} from '@chargelog/http';
import { CONFORMANCES } from './conformance.js';
import { DATA_PARAMETER, EVENT_FILTER_PARAMETERS } from './event-filter.openapi.js';
import { ANY_EVENT, NOTIFICATION_SCHEMAS, UNRECOGNIZED_EVENT } from './event-schemas.js';

const CONFORMANCE: Schema = { type: 'string', enum: CONFORMANCES };
const TEXT: Schema = { type: 'string' };
const RELATED_ID: Schema = { type: 'string', pattern: '^[0-9]+$' };

export const EVENT_SCHEMAS: Readonly<Record<string, Schema>> = {
  Event: ANY_EVENT,
  UnrecognizedEvent: UNRECOGNIZED_EVENT,
  ...NOTIFICATION_SCHEMAS,
  EventEnvelope: {
    ...object(
      {
        specversion: { type: 'string', const: '1.0' },
        id: { ...UUID, description: 'Event id: the same for every copy of one notification.' },
        source: { type: 'string', description: '`/tenants/{tenant}/ampeco`' },
        type: { type: 'string', description: 'Event type, like `session.started`.' },
        subject: { type: 'string', description: 'What the event is about, `resource/id`.' },
        time: { ...INSTANT, description: "Occurred at: the event's own time, from the body." },
        datacontenttype: { type: 'string', const: 'application/json' },
        tenant: TEXT,
        notification: { type: 'string', description: "AMPECO's name." },
        position: {
          ...POSITION,
          description: 'Place in the feed, in decimal digits; may be larger than a double holds.',
        },
        receivedat: { ...INSTANT, description: 'Arrival of the first delivery.' },
        transport: TRANSPORT,
        gatewaysource: { type: 'string', description: 'Name of the source that brought it first.' },
        conformance: CONFORMANCE,
        undated: {
          type: 'boolean',
          description: 'The body holds no time of its own; `time` is the arrival.',
        },
        late: { type: 'boolean', description: 'Older than the retention floor was when it arrived.' },
        deprecated: { type: 'boolean', description: 'AMPECO calls this notification deprecated.' },
        supersededby: { type: 'string', description: 'Its current name.' },
        chargepointid: RELATED_ID,
        evseid: RELATED_ID,
        sessionid: RELATED_ID,
        userid: RELATED_ID,
        locationid: RELATED_ID,
        maskedpaths: {
          type: 'string',
          description:
            'JSON Pointers to members of `data` that were left out because the key lacks events:read-sensitive; separated by spaces.',
        },
        dataschema: {
          type: 'string',
          description:
            'Address of the JSON Schema of normalized data; absent for unrecognized notifications.',
        },
      },
      [
        'specversion',
        'id',
        'source',
        'type',
        'time',
        'datacontenttype',
        'tenant',
        'notification',
        'position',
        'receivedat',
        'transport',
        'gatewaysource',
        'conformance',
      ],
    ),
    additionalProperties: true, // `data` stands beside it
    description: 'What every event has, whatever it is about.',
  },
  EventPage: object({
    data: { type: 'array', items: ref('Event') },
    next: { type: ['string', 'null'], description: 'Cursor of the next page; null on the last one.' },
    occurredBefore: {
      ...INSTANT,
      description: 'Where the list ends; a day from now unless it was asked for.',
    },
  }),
  Delivery: object(
    {
      deliveryKey: UUID,
      role: { type: 'string', enum: ['first', 'duplicate'] },
      source: TEXT,
      transport: TRANSPORT,
      receivedAt: INSTANT,
      sameBytes: { type: 'boolean', description: 'Its bytes equal those of the first delivery.' },
      headers: {
        type: 'object',
        additionalProperties: TEXT,
        description: 'Of a Kafka record the key stands under `:key`.',
      },
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
    ['deliveryKey', 'role', 'source', 'transport', 'receivedAt', 'sameBytes', 'headers'],
  ),
  Deliveries: object({
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
      type: 'integer',
      description: 'The catalogue that `departures` are of: the present one.',
    },
    departures: {
      type: 'array',
      maxItems: 50,
      items: object({
        path: {
          type: 'string',
          description: 'JSON Pointer into the body, with `*` for elements of arrays and maps.',
        },
        kind: DEPARTURE_KIND,
        expected: { type: 'string', description: 'What is documented.' },
      }),
      description:
        'Where the body differs from what AMPECO documents; the places that make it nonconforming come first. Places and rules, never what the body holds.',
    },
    data: { type: 'array', items: ref('Delivery') },
  }),
};

const EVENT_ID = idParameter('Event', SESSION_STARTED_ID);

export const EVENTS: readonly OperationDescription[] = [
  {
    id: 'listEvents',
    method: 'get',
    path: '/v1/events',
    tag: 'Events',
    summary: 'History, newest first',
    description:
      'All parameters narrow together. `notification`, `conformance`, `receivedAfter` and `receivedBefore` need a type, a subject or an id beside them, or a span of `occurredAfter` and `occurredBefore` of at most 31 days. Page with `after`, repeating the other parameters. A list without `occurredBefore` ends a day from now, so that an event from a clock in the far future does not lead every page.',
    access: 'events:read',
    parameters: [
      ...EVENT_FILTER_PARAMETERS,
      queryParameter('notification', "AMPECO's name.", NOTIFICATION_NAME, 'session.start.stop.notification'),
      queryParameter('conformance', 'How bodies stand to what AMPECO documents.', CONFORMANCE, 'conforming'),
      queryParameter('receivedAfter', `Arrival of the first delivery. Inclusive. ${INSTANT_OR_DATE_TEXT}`, {
        type: 'string',
      }),
      queryParameter('receivedBefore', `Exclusive. ${INSTANT_OR_DATE_TEXT}`, { type: 'string' }),
      DATA_PARAMETER,
      queryParameter(
        'order',
        'By occurred at.',
        { type: 'string', enum: ['asc', 'desc'], default: 'desc' },
        'desc',
      ),
      limitParameter('Events of one page.', { maximum: 1_000, default: 50 }, 10),
      AFTER_CURSOR,
    ],
    answers: {
      200: answer('One page.', ref('EventPage'), {
        data: [SESSION_STARTED_EVENT],
        next: null,
        occurredBefore: '2026-03-15T00:00:00.000Z',
      }),
    },
    problems: [...QUERY_PROBLEMS, ...CURSOR_PROBLEMS, 'bound-required', ...STORE_PROBLEMS],
  },
  {
    id: 'getEvent',
    method: 'get',
    path: '/v1/events/{id}',
    tag: 'Events',
    summary: 'One event',
    access: 'events:read',
    parameters: [EVENT_ID, DATA_PARAMETER],
    answers: { 200: answer('The event.', ref('Event'), SESSION_STARTED_EVENT) },
    problems: [...QUERY_PROBLEMS, 'not-found', ...STORE_PROBLEMS],
  },
  {
    id: 'listDeliveries',
    method: 'get',
    path: '/v1/events/{id}/deliveries',
    tag: 'Events',
    summary: 'Every copy that arrived, why they are one event, and what is unusual in it',
    access: 'events:read',
    parameters: [EVENT_ID],
    answers: {
      200: answer('All copies, the first one first.', ref('Deliveries')),
    },
    problems: ['invalid-parameter', 'not-found', ...STORE_PROBLEMS],
  },
  {
    id: 'getRawEvent',
    method: 'get',
    path: '/v1/events/{id}/raw',
    tag: 'Events',
    summary: 'The exact bytes as received',
    description:
      "The first delivery's body, with its headers under `original-…` and its digest in `Content-Digest` (RFC 9530), so that the signature can be verified again.",
    access: 'events:read-sensitive',
    parameters: [EVENT_ID],
    answers: {
      200: { description: 'The bytes.', content: { 'application/octet-stream': { schema: {} } } },
    },
    problems: ['invalid-parameter', 'not-found', ...STORE_PROBLEMS],
  },
];
