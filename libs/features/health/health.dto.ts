import { arrayOf, COUNT, FLAG, type JsonOf, named, object, TEXT } from '@chargelog/http';

export const LIVE = named('Live', object({ status: { type: 'string', const: 'live' } }));
export type LiveDto = JsonOf<typeof LIVE>;

export const READINESS = named(
  'Readiness',
  object({
    status: { type: 'string', enum: ['ready', 'not ready'] },
    database: object({ ok: FLAG }, { detail: TEXT }),
    kafka: arrayOf(
      object(
        {
          source: TEXT,
          ok: FLAG,
          state: {
            type: 'string',
            enum: ['idle', 'connecting', 'running', 'blocked', 'restarting', 'stopped'],
          },
          gaps: { ...COUNT, description: 'Ranges of offsets ever gone before being read.' },
          unacknowledgedGaps: {
            ...COUNT,
            description: 'Of these, those that nobody has acknowledged; not ready while there are any.',
          },
        },
        {
          detail: TEXT,
          lag: { type: 'string', pattern: '^-?[0-9]+$', description: 'Records not stored yet.' },
          whatToDo: { ...TEXT, description: 'Where it will not pass by itself.' },
        },
      ),
    ),
  }),
);
export type ReadinessDto = JsonOf<typeof READINESS>;
