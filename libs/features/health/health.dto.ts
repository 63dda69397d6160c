import { json } from '@chargelog/http';
import { SOURCE_PROBLEM_KINDS } from '@chargelog/pipeline';

export const LIVE = json.named('Live', json.object({ status: json.literal('live') }));
export type LiveDto = json.Of<typeof LIVE>;

export const READINESS = json.named(
  'Readiness',
  json.object({
    status: json.oneOf(['ready', 'not ready']),
    database: json.object(
      { ok: json.flag('An event could be stored, and the feed be read.') },
      { detail: json.text(), whatToDo: json.text() },
    ),
    kafka: json.listOf(
      json.object(
        {
          source: json.text(),
          ok: json.flag(),
          state: json.oneOf(['idle', 'connecting', 'running', 'blocked', 'restarting', 'stopped']),
          gaps: json.count('Ranges of offsets ever passed without being read.'),
          unacknowledgedGaps: json.count(
            'Of these, those that nobody has acknowledged; not ready while there are any.',
          ),
        },
        {
          detail: json.text(),
          lag: json.pattern(
            '^-?[0-9]+$',
            'Records not stored yet, of every partition of every topic, whoever reads it.',
          ),
          problems: json.listOf(
            json.object({
              kind: json.oneOf(SOURCE_PROBLEM_KINDS),
              detail: json.text('Names topic, partition, broker or member.'),
              whatToDo: json.text(),
            }),
            'What is not read, or not for this event log alone; not ready while there is something. At most 20 are listed; absent when there are none.',
          ),
          whatToDo: json.text('Where it will not pass by itself.'),
        },
      ),
    ),
  }),
);
export type ReadinessDto = json.Of<typeof READINESS>;
