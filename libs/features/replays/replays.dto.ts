import { IsDefined, IsOptional, IsString } from 'class-validator';
import { DataForm, EventFilterQuery, type DataParameter } from '@chargelog/features/events';
import {
  arrayOf,
  COUNT,
  Described,
  FLAG,
  INSTANT,
  type JsonOf,
  listOf,
  named,
  NamedSchema,
  Nested,
  NULLABLE_INSTANT,
  object,
  POSITION,
  schemaOf,
  TEXT,
  UUID,
} from '@chargelog/http';

export class ReplayTarget {
  @Described(
    'Where each event is posted as CloudEvents JSON: http or https, at most 2,000 characters. A user name or password in it is refused. The query may hold a token: no answer and no log shows it, and it is erased when the job is finished.',
  )
  @IsString()
  url!: string;
}

@NamedSchema('NewReplay')
export class CreateReplay {
  @Described('Absent or null for everything.', { nullable: true })
  @IsOptional()
  @Nested(() => EventFilterQuery)
  filter?: EventFilterQuery | null;

  @DataForm()
  data: DataParameter = 'normalized';

  @IsDefined()
  @Nested(() => ReplayTarget)
  target!: ReplayTarget;
}

const ATTEMPTS = {
  eventId: UUID,
  message: { ...TEXT, description: 'What came of the last attempt.' },
  attempts: { ...COUNT, description: 'Attempts to send this event, restarts included.' },
} as const;
const LAST_STATUS = {
  status: { ...COUNT, description: 'Last HTTP status; absent when no answer came.' },
} as const;

const RETRY = {
  ...object(
    {
      ...ATTEMPTS,
      attemptsLeft: {
        ...COUNT,
        description: 'More attempts that end like the last one and the job fails.',
      },
      nextAttemptAt: {
        ...INSTANT,
        description: 'No sooner; later when other jobs have been waiting for longer.',
      },
    },
    LAST_STATUS,
  ),
  description:
    'There while an event has not been acknowledged and is tried again. It outlasts restarts, and other jobs go on meanwhile.',
};
export type ReplayRetryDto = JsonOf<typeof RETRY>;

export const REPLAY = named(
  'Replay',
  object(
    {
      replayId: UUID,
      state: { type: 'string', enum: ['pending', 'running', 'completed', 'failed', 'cancelled'] },
      filter: schemaOf(EventFilterQuery),
      data: { type: 'string', enum: ['normalized', 'raw'] },
      masked: {
        ...FLAG,
        description:
          'Sensitive members are left out, because the key that created it lacks events:read-sensitive.',
      },
      target: object({
        url: { ...TEXT, description: 'Without its query.' },
        maskedQuery: { ...FLAG, description: 'It has a query, which is left out here.' },
      }),
      createdAt: INSTANT,
      startedAt: NULLABLE_INSTANT,
      finishedAt: NULLABLE_INSTANT,
      endPosition: { ...POSITION, description: 'Fixed at creation: nothing after it is sent.' },
      position: { ...POSITION, description: 'Everything up to it has been sent or did not match.' },
      sent: COUNT,
      retries: { ...COUNT, description: 'Attempts that had to be repeated so far, of all events.' },
    },
    {
      tenants: {
        ...arrayOf(TEXT),
        description: 'There when the key that created it sees some tenants only: those.',
      },
      retry: RETRY,
      failure: {
        ...object(ATTEMPTS, LAST_STATUS),
        description: 'There when the job has failed: the event that ended it.',
      },
    },
  ),
);
export type ReplayDto = JsonOf<typeof REPLAY>;

export const REPLAY_LIST = named('ReplayList', listOf(REPLAY));
export type ReplayListDto = JsonOf<typeof REPLAY_LIST>;
