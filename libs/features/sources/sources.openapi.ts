import {
  answer,
  BODY_PROBLEMS,
  listOf,
  NULLABLE_INSTANT,
  object,
  ref,
  SOURCE_NAME,
  STORE_PROBLEMS,
  TRANSPORT,
  type OperationDescription,
  type Schema,
  pathParameter,
} from '@chargelog/http';

export const SOURCE_SCHEMAS: Readonly<Record<string, Schema>> = {
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
      createdAt: NULLABLE_INSTANT,
      lastSignedAt: { ...NULLABLE_INSTANT, description: 'Last seen signing, to the minute: when it may go.' },
    },
    ['name', 'fingerprint', 'origin', 'stored', 'readable', 'createdAt', 'lastSignedAt'],
  ),
  SourceList: listOf(
    object({
      name: { type: 'string' },
      kind: TRANSPORT,
      tenant: { type: 'string' },
      secrets: { type: 'array', items: ref('SourceSecret') },
    }),
  ),
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
};

const SOURCE = pathParameter('source', 'Name of a webhook source.', SOURCE_NAME, 'ampeco');

export const SOURCES: readonly OperationDescription[] = [
  {
    id: 'listSources',
    method: 'get',
    path: '/v1/sources',
    tag: 'Access',
    summary: 'Where notifications come from, and which secrets verify them',
    access: 'admin',
    answers: {
      200: answer('All sources; secrets by fingerprint only.', ref('SourceList')),
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
    parameters: [SOURCE],
    body: {
      description: 'The token and what it is called.',
      schema: ref('NewSecret'),
      example: { name: 'spring', value: 'the-token-of-the-subscription' },
    },
    answers: { 201: answer('The secret, without its value.', ref('SourceSecret')) },
    problems: [...BODY_PROBLEMS, 'not-found', 'conflict', ...STORE_PROBLEMS],
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
    parameters: [SOURCE, pathParameter('name', 'Name of the secret.', { type: 'string' }, 'spring')],
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
    answers: { 200: answer('What was done.', ref('KeyRotation')) },
    problems: ['conflict', ...STORE_PROBLEMS],
  },
];
