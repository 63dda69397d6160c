import { DATA_PARAMETER, EVENT_FILTER } from '@chargelog/features/events';
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
  REPLAY_ID,
  idParameter,
} from '@chargelog/http';

const FILTER_PROPERTIES = Object.fromEntries(
  Object.entries(EVENT_FILTER).map(([name, { schema }]) => [name, schema]),
);

const LAST_ATTEMPT: Readonly<Record<string, Schema>> = {
  eventId: UUID,
  status: { type: 'integer', description: 'Last HTTP status; absent when no answer came.' },
  message: { type: 'string', description: 'What came of the last attempt.' },
  attempts: { type: 'integer', description: 'Attempts to send this event, restarts included.' },
};

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
        url: {
          type: 'string',
          description:
            'Where each event is posted as CloudEvents JSON: http or https, at most 2,000 characters. A user name or password in it is refused. The query may hold a token: no answer and no log shows it, and it is erased when the job is finished.',
        },
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
      target: object({
        url: { type: 'string', description: 'Without its query.' },
        maskedQuery: { type: 'boolean', description: 'It has a query, which is left out here.' },
      }),
      createdAt: INSTANT,
      startedAt: NULLABLE_INSTANT,
      finishedAt: NULLABLE_INSTANT,
      endPosition: { ...POSITION, description: 'Fixed at creation: nothing after it is sent.' },
      position: { ...POSITION, description: 'Everything up to it has been sent or did not match.' },
      sent: { type: 'integer' },
      retries: { type: 'integer', description: 'Attempts that had to be repeated so far, of all events.' },
      retry: {
        ...object(
          {
            ...LAST_ATTEMPT,
            attemptsLeft: {
              type: 'integer',
              description: 'More attempts that end like the last one and the job fails.',
            },
            nextAttemptAt: {
              ...INSTANT,
              description: 'No sooner; later when other jobs have been waiting for longer.',
            },
          },
          ['eventId', 'message', 'attempts', 'attemptsLeft', 'nextAttemptAt'],
        ),
        description:
          'There while an event has not been acknowledged and is tried again. It outlasts restarts, and other jobs go on meanwhile.',
      },
      failure: {
        ...object(LAST_ATTEMPT, ['eventId', 'message', 'attempts']),
        description: 'There when the job has failed: the event that ended it.',
      },
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
      'A job that sends matching events in feed order, one at a time, each until the target answers 2xx, and ends at the newest event of this moment. After a crash, up to 50 events come a second time, with the same `id`. Up to 16 attempts are made for an event, in about a quarter of an hour, of which 5 may be refusals (3xx, 4xx other than 408, 423, 425, 429); then the job fails. `Retry-After` in seconds is heeded up to 2 minutes; redirects are not followed. Targets at private addresses must be allowed in the configuration (`targets.allow`) for as long as the job runs.',
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
    description:
      'What was sent stays sent; a finished job stays as it is. A job that waits for another attempt makes none; one that is sending stops within half a second.',
    access: 'replays',
    parameters: [ID],
    answers: { 200: answer('The job as it is now.', ref('Replay')) },
    problems: ['not-found', ...STORE_PROBLEMS],
  },
];
