import {
  answer,
  BODY_PROBLEMS,
  INSTANT,
  listOf,
  NULLABLE_INSTANT,
  object,
  POSITION,
  ref,
  STORE_PROBLEMS,
  UUID,
  type OperationDescription,
  type Schema,
} from './description.js';
import { DATA_PARAMETER, EVENT_FILTER } from './event-filter.js';
import { REPLAY_ID } from './examples.js';
import { idParameter } from './parameters.js';

const FILTER_PROPERTIES = Object.fromEntries(
  Object.entries(EVENT_FILTER).map(([name, { schema }]) => [name, schema]),
);

export const REPLAY_SCHEMAS: Readonly<Record<string, Schema>> = {
  EventFilter: {
    ...object(FILTER_PROPERTIES, []),
    description: 'The same members as the parameters of GET /v1/events.',
  },
  NewReplay: object(
    {
      filter: {
        oneOf: [ref('EventFilter'), { type: 'null' }],
        description: 'Absent or null for everything.',
      },
      data: DATA_PARAMETER.schema,
      target: object({
        url: { type: 'string', description: 'Where each event is posted as CloudEvents JSON.' },
      }),
    },
    ['target'],
  ),
  Replay: object(
    {
      replayId: UUID,
      state: { type: 'string', enum: ['pending', 'running', 'completed', 'failed', 'cancelled'] },
      filter: ref('EventFilter'),
      tenants: {
        type: 'array',
        items: { type: 'string' },
        description: 'There when the key that created it sees some tenants only: those.',
      },
      data: { type: 'string', enum: ['normalized', 'raw'] },
      masked: {
        type: 'boolean',
        description:
          'Sensitive members are left out, because the key that created it lacks events:read-sensitive.',
      },
      target: object({ url: { type: 'string' } }),
      createdAt: INSTANT,
      startedAt: NULLABLE_INSTANT,
      finishedAt: NULLABLE_INSTANT,
      endPosition: { ...POSITION, description: 'Fixed at creation: nothing after it is sent.' },
      position: { ...POSITION, description: 'Everything up to it has been sent or did not match.' },
      sent: { type: 'integer' },
      retries: { type: 'integer' },
      failure: object(
        {
          eventId: UUID,
          status: { type: 'integer', description: 'Last HTTP status; absent when no answer came.' },
          message: { type: 'string' },
          attempts: { type: 'integer' },
        },
        ['eventId', 'message', 'attempts'],
      ),
    },
    [
      'replayId',
      'state',
      'filter',
      'data',
      'masked',
      'target',
      'createdAt',
      'startedAt',
      'finishedAt',
      'endPosition',
      'position',
      'sent',
      'retries',
    ],
  ),
  ReplayList: listOf(ref('Replay')),
};

const ID = idParameter('Replay', REPLAY_ID);

export const REPLAYS: readonly OperationDescription[] = [
  {
    id: 'createReplay',
    method: 'post',
    path: '/v1/replays',
    tag: 'Replays',
    summary: 'Send stored events again to a system of yours',
    description:
      'A job that sends matching events in feed order, one at a time, each until the target answers 2xx, and ends at the newest event of this moment. Targets at private addresses must be allowed in the configuration (`targets.allow`).',
    access: 'replays',
    body: {
      description: 'What to send, and where to.',
      schema: ref('NewReplay'),
      example: { filter: { type: ['session.started'] }, target: { url: 'http://127.0.0.1:9/' } },
    },
    answers: { 202: answer('The job is taken on.', ref('Replay')) },
    problems: [...BODY_PROBLEMS, 'target-not-allowed', ...STORE_PROBLEMS],
  },
  {
    id: 'listReplays',
    method: 'get',
    path: '/v1/replays',
    tag: 'Replays',
    summary: 'The newest hundred jobs',
    access: 'replays',
    answers: { 200: answer('Newest first.', ref('ReplayList')) },
    problems: [...STORE_PROBLEMS],
  },
  {
    id: 'getReplay',
    method: 'get',
    path: '/v1/replays/{id}',
    tag: 'Replays',
    summary: 'Progress of one job',
    access: 'replays',
    parameters: [ID],
    answers: { 200: answer('The job.', ref('Replay')) },
    problems: ['not-found', ...STORE_PROBLEMS],
  },
  {
    id: 'cancelReplay',
    method: 'delete',
    path: '/v1/replays/{id}',
    tag: 'Replays',
    summary: 'Cancel a job',
    description: 'What was sent stays sent; a finished job stays as it is.',
    access: 'replays',
    parameters: [ID],
    answers: { 200: answer('The job as it is now.', ref('Replay')) },
    problems: ['not-found', ...STORE_PROBLEMS],
  },
];
