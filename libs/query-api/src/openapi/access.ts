import { SCOPES } from '@chargelog/pipeline';
import {
  INSTANT,
  json,
  object,
  QUERY_PROBLEMS,
  ref,
  SOURCE_NAME,
  STORE_PROBLEMS,
  UUID,
  type OperationDescription,
  type ParameterDescription,
  type Schema,
} from './description.js';
import { KEY_ID } from './examples.js';

const MAYBE: Schema = { ...INSTANT, type: ['string', 'null'] };
const SCOPE: Schema = { type: 'string', enum: SCOPES };

const KEY: Readonly<Record<string, Schema>> = {
  keyId: UUID,
  name: { type: 'string' },
  prefix: { type: 'string', description: 'The first characters of the key, to recognize it by.' },
  scopes: { type: 'array', items: SCOPE },
  tenants: {
    type: ['array', 'null'],
    items: { type: 'string' },
    description: 'The only tenants whose events the key sees; null for all.',
  },
  createdAt: INSTANT,
  expiresAt: MAYBE,
  revokedAt: MAYBE,
  lastUsedAt: { ...MAYBE, description: 'To the minute.' },
};

export const ACCESS_SCHEMAS: Readonly<Record<string, Schema>> = {
  NewKey: object(
    {
      name: { type: 'string', description: 'For people; unique among the keys that are not revoked.' },
      scopes: { type: 'array', items: SCOPE, maxItems: SCOPES.length },
      tenants: { type: ['array', 'null'], items: { type: 'string' }, maxItems: 100 },
      expiresAt: { type: ['string', 'null'], description: 'Absent: until it is revoked.' },
    },
    ['name', 'scopes'],
  ),
  ApiKey: object(KEY),
  CreatedKey: object({
    ...KEY,
    key: { type: 'string', description: 'The key itself. It is shown this once and stored nowhere.' },
  }),
  KeyList: object({ data: { type: 'array', items: ref('ApiKey') } }),
  SourceSecret: object(
    {
      name: { type: 'string' },
      fingerprint: {
        type: 'string',
        description: '12 hex digits that tell secrets apart and give none away.',
      },
      origin: { type: 'string', enum: ['configuration', 'api'] },
      stored: { type: 'boolean', description: 'False: known from the configuration of this instance only.' },
      readable: { type: 'boolean', description: 'False: no key opens it, so it verifies nothing.' },
      createdAt: MAYBE,
      lastSignedAt: { ...MAYBE, description: 'Last seen signing, to the minute: when it may go.' },
    },
    ['name', 'fingerprint', 'origin', 'stored', 'readable', 'createdAt', 'lastSignedAt'],
  ),
  SourceList: object({
    data: {
      type: 'array',
      items: object({
        name: { type: 'string' },
        kind: { type: 'string', enum: ['webhook', 'kafka'] },
        tenant: { type: 'string' },
        secrets: { type: 'array', items: ref('SourceSecret') },
      }),
    },
  }),
  NewSecret: object({
    name: { type: 'string', description: 'Recorded with every delivery it verifies.' },
    value: {
      type: 'string',
      minLength: 8,
      maxLength: 4_096,
      description: 'The AMPECO API token that created the subscription, exactly as it is.',
    },
  }),
  KeyRotation: object({
    keyId: { type: 'string', description: 'Which key seals from now on: a digest, nothing of the key.' },
    resealed: { type: 'integer', description: 'Stored secrets and kept rejections.' },
    unreadable: { type: 'integer', description: 'Those that no key opens; they stay as they are.' },
    formerKeys: { type: 'integer', description: 'Former keys that still stand in the file.' },
  }),
  AuditPage: object({
    data: {
      type: 'array',
      items: object({
        id: { type: 'string' },
        at: INSTANT,
        actor: {
          type: 'string',
          description: '`bootstrap` (the admin key), `system`, or `key/<id>/<name>`.',
        },
        action: {
          type: 'string',
          description:
            'What, as `thing.verb`: `key.create`, `secret.retire`, `quarantine.release`, `gap.acknowledge`.',
        },
        subject: { type: 'string' },
        detail: { type: 'object' },
      }),
    },
    next: { type: ['string', 'null'] },
  }),
};

const KEY_PARAMETER: ParameterDescription = {
  in: 'path',
  name: 'id',
  description: 'Key id.',
  schema: UUID,
  required: true,
  example: KEY_ID,
};
const SOURCE_PARAMETER: ParameterDescription = {
  in: 'path',
  name: 'source',
  description: 'Name of a webhook source.',
  schema: SOURCE_NAME,
  required: true,
  example: 'ampeco',
};

export const ACCESS: readonly OperationDescription[] = [
  {
    id: 'createKey',
    method: 'post',
    path: '/v1/keys',
    tag: 'Access',
    summary: 'Make an API key',
    description:
      'The answer holds the key; nobody can be told it again. A key that is limited to tenants sees and replays only their events, and cannot have the scopes admin, quarantine and metrics.',
    access: 'admin',
    body: {
      description: 'What the key is called and may do.',
      schema: ref('NewKey'),
      example: { name: 'billing', scopes: ['events:read'], expiresAt: '2036-01-01' },
      required: true,
    },
    answers: { 201: { description: 'The key.', content: json(ref('CreatedKey')) } },
    problems: ['invalid-body', 'unknown-parameter', 'conflict', ...STORE_PROBLEMS],
  },
  {
    id: 'listKeys',
    method: 'get',
    path: '/v1/keys',
    tag: 'Access',
    summary: 'API keys, live ones first',
    access: 'admin',
    answers: { 200: { description: 'Revoked ones stay listed.', content: json(ref('KeyList')) } },
    problems: [...STORE_PROBLEMS],
  },
  {
    id: 'revokeKey',
    method: 'delete',
    path: '/v1/keys/{id}',
    tag: 'Access',
    summary: 'Revoke an API key',
    description: 'It opens nothing from now on; on other instances after five seconds at most.',
    access: 'admin',
    parameters: [KEY_PARAMETER],
    answers: { 200: { description: 'The key as it is now.', content: json(ref('ApiKey')) } },
    problems: ['not-found', ...STORE_PROBLEMS],
  },
  {
    id: 'listSources',
    method: 'get',
    path: '/v1/sources',
    tag: 'Access',
    summary: 'Where notifications come from, and which secrets verify them',
    access: 'admin',
    answers: {
      200: { description: 'All sources; secrets by fingerprint only.', content: json(ref('SourceList')) },
    },
    problems: [...STORE_PROBLEMS],
  },
  {
    id: 'addSecret',
    method: 'post',
    path: '/v1/sources/{source}/secrets',
    tag: 'Access',
    summary: 'Add a secret to a webhook source',
    description:
      'Beside those it has, so that a token can be changed without a gap. Stored encrypted; in use on every instance within a few seconds.',
    access: 'admin',
    parameters: [SOURCE_PARAMETER],
    body: {
      description: 'The token and what it is called.',
      schema: ref('NewSecret'),
      example: { name: 'spring', value: 'the-token-of-the-subscription' },
      required: true,
    },
    answers: { 201: { description: 'The secret, without its value.', content: json(ref('SourceSecret')) } },
    problems: ['invalid-body', 'unknown-parameter', 'not-found', 'conflict', ...STORE_PROBLEMS],
  },
  {
    id: 'retireSecret',
    method: 'delete',
    path: '/v1/sources/{source}/secrets/{name}',
    tag: 'Access',
    summary: 'Retire a secret that was added',
    description:
      'Its ciphertext is erased. One of the configuration is retired by taking it out of the YAML file.',
    access: 'admin',
    parameters: [
      SOURCE_PARAMETER,
      {
        in: 'path',
        name: 'name',
        description: 'Name of the secret.',
        schema: { type: 'string' },
        required: true,
        example: 'spring',
      },
    ],
    answers: { 204: { description: 'It verifies nothing any more.' } },
    problems: ['not-found', 'conflict', ...STORE_PROBLEMS],
  },
  {
    id: 'rotateSecretsKey',
    method: 'post',
    path: '/v1/secrets/rotate-key',
    tag: 'Access',
    summary: 'Seal all stored secrets and kept rejections again under a new key',
    description:
      'The key file in the data directory gets a new first key. A key file of your own gets it from you, before this call. Other instances change to the new key within five seconds of the call: repeat it after that, and remove the former key when nothing was resealed.',
    access: 'admin',
    answers: { 200: { description: 'What was done.', content: json(ref('KeyRotation')) } },
    problems: ['conflict', ...STORE_PROBLEMS],
  },
  {
    id: 'listAudit',
    method: 'get',
    path: '/v1/audit',
    tag: 'Access',
    summary: 'Who did what, newest first',
    access: 'admin',
    parameters: [
      {
        in: 'query',
        name: 'limit',
        description: 'Entries of one page.',
        schema: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
      },
      {
        in: 'query',
        name: 'after',
        description: '`next` of the page before.',
        schema: { type: 'string', pattern: '^(0|[1-9][0-9]{0,17})$' },
        example: '4711',
      },
    ],
    answers: { 200: { description: 'One page.', content: json(ref('AuditPage')) } },
    problems: [...QUERY_PROBLEMS, ...STORE_PROBLEMS],
  },
];
