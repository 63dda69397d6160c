import { DATA_PARAMETER, EVENT_FILTER_PARAMETERS } from '@chargelog/features/events';
import {
  answer,
  CURSOR,
  object,
  QUERY_PROBLEMS,
  ref,
  STORE_PROBLEMS,
  type OperationDescription,
  type Schema,
  limitParameter,
  queryParameter,
} from '@chargelog/http';

export const FEED_SCHEMAS: Readonly<Record<string, Schema>> = {
  FeedPage: object({
    data: { type: 'array', items: ref('Event') },
    next: { type: 'string', description: 'Always there; pass it back as `after`.' },
    more: { type: 'boolean', description: 'A further read will not have to wait.' },
  }),
};

export const FEED: readonly OperationDescription[] = [
  {
    id: 'readFeed',
    method: 'get',
    path: '/v1/feed',
    tag: 'Feed',
    summary: 'Events in order of arrival, never skipping one',
    description:
      'Keep `next` and pass it back as `after`. A reader may change its filter and go on with the same cursor. Read late events here, not in history: they have an old time and a new position.',
    access: 'events:read',
    parameters: [
      ...EVENT_FILTER_PARAMETERS,
      DATA_PARAMETER,
      queryParameter(
        'after',
        '`next` of the read before; `end` for the present end; absent for the beginning.',
        CURSOR,
        'end',
      ),
      limitParameter('Events of one read.', { maximum: 1_000, default: 100 }, 2),
      queryParameter(
        'wait',
        'Seconds to wait for an event where there is none yet; fractions are fine. The wait ends with 401 when the key is revoked or expires.',
        { type: 'number', minimum: 0, maximum: 60, default: 0 },
        0,
      ),
    ],
    answers: { 200: answer('One read.', ref('FeedPage')) },
    problems: [...QUERY_PROBLEMS, 'invalid-cursor', 'epoch-changed', ...STORE_PROBLEMS],
  },
];
