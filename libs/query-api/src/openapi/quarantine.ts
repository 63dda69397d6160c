import {
  CURSOR,
  CURSOR_PROBLEMS,
  INSTANT,
  json,
  MASKED_HEADERS,
  object,
  QUERY_PROBLEMS,
  RECEIVED_PAGE,
  ref,
  SOURCE_NAME,
  STATED_REASON,
  STORE_PROBLEMS,
  UUID,
  type OperationDescription,
  type ParameterDescription,
  type Schema,
} from './description.js';
import { QUARANTINE_ID } from './examples.js';

const REASON: Schema = {
  type: 'string',
  enum: [
    'not-utf8',
    'not-json',
    'not-an-object',
    'no-notification-name',
    'too-deep',
    'too-many-keys',
    'too-large',
    'refused-by-store',
  ],
};
const STATE: Schema = { type: 'string', enum: ['held', 'released', 'discarded'] };

const ENTRY: Readonly<Record<string, Schema>> = {
  quarantineId: UUID,
  state: STATE,
  reason: REASON,
  detail: { type: 'string', description: 'What is wrong and where, for a person.' },
  source: { type: 'string' },
  transport: { type: 'string', enum: ['webhook', 'kafka'] },
  receivedAt: INSTANT,
  bytes: { type: 'integer', description: 'Length of the body.' },
  decidedAt: INSTANT,
  decidedBy: { type: 'string' },
  outcome: {
    type: 'string',
    enum: ['stored', 'duplicate'],
    description: 'What a released entry became.',
  },
  eventId: UUID,
  discardReason: { type: 'string' },
};
const ALWAYS = ['quarantineId', 'state', 'reason', 'detail', 'source', 'transport', 'receivedAt', 'bytes'];

export const QUARANTINE_SCHEMAS: Readonly<Record<string, Schema>> = {
  QuarantineEntry: object(ENTRY, ALWAYS),
  QuarantinePage: object({
    data: { type: 'array', items: ref('QuarantineEntry') },
    next: { type: ['string', 'null'] },
  }),
  QuarantinedDelivery: object(
    {
      ...ENTRY,
      headers: { type: 'object', additionalProperties: { type: 'string' } },
      maskedHeaders: MASKED_HEADERS,
      body: {
        type: ['string', 'null'],
        description: 'Null for a key without events:read-sensitive: what cannot be read cannot be masked.',
      },
      bodyEncoding: { type: 'string', enum: ['text', 'hex', 'base64'] },
    },
    [...ALWAYS, 'headers', 'body'],
  ),
  ReleaseResult: {
    oneOf: [
      object({ outcome: { type: 'string', enum: ['stored', 'duplicate'] }, eventId: UUID }),
      object({
        outcome: { type: 'string', const: 'quarantined' },
        reason: REASON,
        detail: { type: 'string' },
      }),
    ],
  },
};

const ID: ParameterDescription = {
  in: 'path',
  name: 'id',
  description: 'Quarantine id.',
  schema: UUID,
  required: true,
  example: QUARANTINE_ID,
};

export const QUARANTINE: readonly OperationDescription[] = [
  {
    id: 'listQuarantine',
    method: 'get',
    path: '/v1/quarantine',
    tag: 'Quarantine',
    summary: 'Deliveries that could not become events, newest first',
    access: 'quarantine',
    parameters: [
      { in: 'query', name: 'reason', description: 'Why it is here.', schema: REASON, example: 'not-json' },
      {
        in: 'query',
        name: 'source',
        description: 'Name of the source.',
        schema: SOURCE_NAME,
        example: 'ampeco',
      },
      {
        in: 'query',
        name: 'state',
        description: '`held` waits for a decision. Without it, entries in every state.',
        schema: STATE,
        example: 'held',
      },
      ...RECEIVED_PAGE,
      { in: 'query', name: 'after', description: '`next` of the page before, copied whole.', schema: CURSOR },
    ],
    answers: { 200: { description: 'One page, without the bytes.', content: json(ref('QuarantinePage')) } },
    problems: [...QUERY_PROBLEMS, ...CURSOR_PROBLEMS, ...STORE_PROBLEMS],
  },
  {
    id: 'getQuarantined',
    method: 'get',
    path: '/v1/quarantine/{id}',
    tag: 'Quarantine',
    summary: 'One entry with its headers and its exact bytes',
    access: 'quarantine',
    parameters: [
      ID,
      {
        in: 'query',
        name: 'encoding',
        description: 'How the bytes are written. Without it: text where they are UTF-8, else base64.',
        schema: { type: 'string', enum: ['text', 'hex', 'base64'] },
        example: 'hex',
      },
    ],
    answers: { 200: { description: 'The entry.', content: json(ref('QuarantinedDelivery')) } },
    problems: [...QUERY_PROBLEMS, 'not-found', ...STORE_PROBLEMS],
  },
  {
    id: 'releaseQuarantined',
    method: 'post',
    path: '/v1/quarantine/{id}/release',
    tag: 'Quarantine',
    summary: 'Run the pipeline over the stored bytes again',
    description:
      'For what an upgrade can read today. The event keeps the receipt time of the delivery. Asking again changes nothing; what still cannot be read stays held.',
    access: 'quarantine',
    parameters: [ID],
    answers: { 200: { description: 'What it led to.', content: json(ref('ReleaseResult')) } },
    problems: ['not-found', 'conflict', ...STORE_PROBLEMS],
  },
  {
    id: 'discardQuarantined',
    method: 'post',
    path: '/v1/quarantine/{id}/discard',
    tag: 'Quarantine',
    summary: 'Decide that an entry will never be an event',
    description: 'The bytes are kept, and the entry goes on counting as quarantined.',
    access: 'quarantine',
    parameters: [ID],
    body: {
      description: 'Why nobody needs it as an event; kept with the entry.',
      schema: STATED_REASON,
      example: { reason: 'a probe of the load balancer' },
      required: true,
    },
    answers: { 200: { description: 'The entry as it is now.', content: json(ref('QuarantineEntry')) } },
    problems: ['invalid-body', 'unknown-parameter', 'not-found', 'conflict', ...STORE_PROBLEMS],
  },
];
