import {
  answer,
  BODY_PROBLEMS,
  CURSOR_PROBLEMS,
  INSTANT,
  MASKED_HEADERS,
  object,
  pageOf,
  QUERY_PROBLEMS,
  ref,
  SOURCE_NAME,
  STATED_REASON,
  STORE_PROBLEMS,
  TRANSPORT,
  UUID,
  type OperationDescription,
  type Schema,
  QUARANTINE_ID,
  AFTER_CURSOR,
  idParameter,
  queryParameter,
  RECEIVED_PAGE,
} from '@chargelog/http';

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
const ENCODING: Schema = { type: 'string', enum: ['text', 'hex', 'base64'] };

const ENTRY: Readonly<Record<string, Schema>> = {
  quarantineId: UUID,
  state: STATE,
  reason: REASON,
  detail: { type: 'string', description: 'What is wrong and where, for a person.' },
  source: { type: 'string' },
  transport: TRANSPORT,
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
  QuarantinePage: pageOf(ref('QuarantineEntry')),
  QuarantinedDelivery: object(
    {
      ...ENTRY,
      headers: { type: 'object', additionalProperties: { type: 'string' } },
      maskedHeaders: MASKED_HEADERS,
      body: {
        type: ['string', 'null'],
        description: 'Null for a key without events:read-sensitive: what cannot be read cannot be masked.',
      },
      bodyEncoding: ENCODING,
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

const ID = idParameter('Quarantine', QUARANTINE_ID);

export const QUARANTINE: readonly OperationDescription[] = [
  {
    id: 'listQuarantine',
    method: 'get',
    path: '/v1/quarantine',
    tag: 'Quarantine',
    summary: 'Deliveries that could not become events, newest first',
    access: 'quarantine',
    parameters: [
      queryParameter('reason', 'Why it is here.', REASON, 'not-json'),
      queryParameter('source', 'Name of the source.', SOURCE_NAME, 'ampeco'),
      queryParameter(
        'state',
        '`held` waits for a decision. Without it, entries in every state.',
        STATE,
        'held',
      ),
      ...RECEIVED_PAGE,
      AFTER_CURSOR,
    ],
    answers: { 200: answer('One page, without the bytes.', ref('QuarantinePage')) },
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
      queryParameter(
        'encoding',
        'How the bytes are written. Without it: text where they are UTF-8, else base64.',
        ENCODING,
        'hex',
      ),
    ],
    answers: { 200: answer('The entry.', ref('QuarantinedDelivery')) },
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
    answers: { 200: answer('What it led to.', ref('ReleaseResult')) },
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
    },
    answers: { 200: answer('The entry as it is now.', ref('QuarantineEntry')) },
    problems: [...BODY_PROBLEMS, 'not-found', 'conflict', ...STORE_PROBLEMS],
  },
];
