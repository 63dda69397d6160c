import { IsDefined, IsOptional, IsString } from 'class-validator';
import { DataForm, EventFilterQuery, type DataParameter } from '@chargelog/features/events';
import { Described, json, NamedSchema, Nested, schemaOf } from '@chargelog/http';

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
  eventId: json.uuid(),
  message: json.text('What came of the last attempt.'),
  attempts: json.count('Attempts to send this event, restarts included.'),
};
const LAST_STATUS = { status: json.count('Last HTTP status; absent when no answer came.') };

const RETRY = json.object(
  {
    ...ATTEMPTS,
    attemptsLeft: json.count('More attempts that end like the last one and the job fails.'),
    nextAttemptAt: json.instant('No sooner; later when other jobs have been waiting for longer.'),
  },
  LAST_STATUS,
);
export type ReplayRetryDto = json.Of<typeof RETRY>;

export const REPLAY = json.named(
  'Replay',
  json.object(
    {
      replayId: json.uuid(),
      state: json.oneOf(['pending', 'running', 'completed', 'failed', 'cancelled']),
      filter: schemaOf(EventFilterQuery),
      data: json.oneOf(['normalized', 'raw']),
      masked: json.flag(
        'Sensitive members are left out, because the key that created it lacks events:read-sensitive.',
      ),
      target: json.object({
        url: json.text('Without its query.'),
        maskedQuery: json.flag('It has a query, which is left out here.'),
      }),
      createdAt: json.instant(),
      startedAt: json.orNull(json.instant()),
      finishedAt: json.orNull(json.instant()),
      endPosition: json.position('Fixed at creation: nothing after it is sent.'),
      position: json.position('Everything up to it has been sent or did not match.'),
      sent: json.count(),
      retries: json.count('Attempts that had to be repeated so far, of all events.'),
    },
    {
      tenants: json.listOf(json.text(), 'There when the key that created it sees some tenants only: those.'),
      retry: json.described(
        RETRY,
        'There while an event has not been acknowledged and is tried again. It outlasts restarts, and other jobs go on meanwhile.',
      ),
      failure: json.described(
        json.object(ATTEMPTS, LAST_STATUS),
        'There when the job has failed: the event that ended it.',
      ),
    },
  ),
);
export type ReplayDto = json.Of<typeof REPLAY>;

export const REPLAY_LIST = json.named('ReplayList', json.wholeList(REPLAY));
export type ReplayListDto = json.Of<typeof REPLAY_LIST>;
