import {
  answer,
  BODY_PROBLEMS,
  INSTANT,
  NOTIFICATION_NAME,
  NULLABLE_INSTANT,
  object,
  POSITION,
  ref,
  STORE_PROBLEMS,
  type OperationDescription,
  type Schema,
} from '@chargelog/http';

export const REINDEX_SCHEMAS: Readonly<Record<string, Schema>> = {
  NewReindex: object(
    {
      notifications: {
        type: ['array', 'null'],
        items: NOTIFICATION_NAME,
        maxItems: 200,
        description: 'The only names that are looked at; absent for all.',
      },
      dryRun: { type: ['boolean', 'null'], description: 'Counts what would change, and changes nothing.' },
    },
    [],
  ),
  Reindex: object({
    state: { type: 'string', enum: ['running', 'completed', 'cancelled'] },
    catalogueVersion: { type: 'integer' },
    notifications: { type: ['array', 'null'], items: { type: 'string' } },
    dryRun: { type: 'boolean' },
    requestedBy: { type: 'string' },
    startedAt: INSTANT,
    finishedAt: NULLABLE_INSTANT,
    position: { ...POSITION, description: 'Everything up to it has been looked at.' },
    endPosition: { ...POSITION, description: 'Fixed at the start.' },
    examined: { type: 'integer' },
    changed: { type: 'integer' },
    changes: {
      type: 'object',
      additionalProperties: { type: 'integer' },
      description: 'Events by change: `unrecognized → evse.updated`, or the type alone where that stays.',
    },
  }),
};

const JOB = answer('The job.', ref('Reindex'));

export const REINDEX: readonly OperationDescription[] = [
  {
    id: 'startReindex',
    method: 'post',
    path: '/v1/reindex',
    tag: 'Operation',
    summary: 'Recompute types, subjects and related ids of stored events',
    description:
      'After an upgrade that knows more notifications. Runs in the background, goes on after a restart, one at a time. Ids, positions and bytes never change; the feed does not repeat events.',
    access: 'admin',
    body: {
      description: 'What to look at.',
      schema: ref('NewReindex'),
      example: { dryRun: true },
    },
    answers: { 202: JOB },
    problems: [...BODY_PROBLEMS, 'conflict', ...STORE_PROBLEMS],
  },
  {
    id: 'getReindex',
    method: 'get',
    path: '/v1/reindex',
    tag: 'Operation',
    summary: 'The reindex that runs or ran last',
    access: 'admin',
    answers: { 200: JOB },
    problems: ['not-found', ...STORE_PROBLEMS],
  },
  {
    id: 'cancelReindex',
    method: 'delete',
    path: '/v1/reindex',
    tag: 'Operation',
    summary: 'Cancel the reindex',
    description: 'What was recomputed stays.',
    access: 'admin',
    answers: { 200: JOB },
    problems: ['not-found', ...STORE_PROBLEMS],
  },
];
