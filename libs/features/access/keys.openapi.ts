import {
  answer,
  BODY_PROBLEMS,
  INSTANT,
  listOf,
  NULLABLE_INSTANT,
  object,
  ref,
  STORE_PROBLEMS,
  UUID,
  type OperationDescription,
  type Schema,
  KEY_ID,
  idParameter,
} from '@chargelog/http';
import { SCOPES } from '@chargelog/http';

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
  expiresAt: NULLABLE_INSTANT,
  revokedAt: NULLABLE_INSTANT,
  lastUsedAt: { ...NULLABLE_INSTANT, description: 'To the minute.' },
};

export const KEY_SCHEMAS: Readonly<Record<string, Schema>> = {
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
  KeyList: listOf(ref('ApiKey')),
};

export const KEYS: readonly OperationDescription[] = [
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
    },
    answers: { 201: answer('The key.', ref('CreatedKey')) },
    problems: [...BODY_PROBLEMS, 'conflict', ...STORE_PROBLEMS],
  },
  {
    id: 'listKeys',
    method: 'get',
    path: '/v1/keys',
    tag: 'Access',
    summary: 'API keys, live ones first',
    access: 'admin',
    answers: { 200: answer('Revoked ones stay listed.', ref('KeyList')) },
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
    parameters: [idParameter('Key', KEY_ID)],
    answers: { 200: answer('The key as it is now.', ref('ApiKey')) },
    problems: ['not-found', ...STORE_PROBLEMS],
  },
];
