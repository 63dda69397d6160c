import {
  answer,
  BODY_PROBLEMS,
  INSTANT,
  object,
  pageOf,
  POSITION,
  QUERY_PROBLEMS,
  ref,
  SOURCE_NAME,
  STATED_REASON,
  STORE_PROBLEMS,
  type OperationDescription,
  type Schema,
  limitParameter,
  pathParameter,
  queryParameter,
} from '@chargelog/http';

const GAP_ID: Schema = { type: 'string', pattern: '^(0|[1-9][0-9]{0,17})$' };

export const GAP_SCHEMAS: Readonly<Record<string, Schema>> = {
  Gap: object({
    gapId: GAP_ID,
    source: { type: 'string' },
    clusterId: { type: 'string' },
    topic: { type: 'string' },
    partition: { type: 'integer' },
    fromOffset: { ...POSITION, description: 'First offset that is missing.' },
    toOffset: { ...POSITION, description: 'First offset that is not; reading went on behind the gap.' },
    reason: {
      type: 'string',
      enum: ['start-above-position', 'end-below-position'],
      description:
        '`start-above-position`: the broker had deleted the records before they were read. `end-below-position`: its log ends below what was read; the topic was made anew or cut.',
    },
    detectedAt: INSTANT,
    acknowledgement: {
      oneOf: [
        object({
          at: INSTANT,
          by: { type: 'string', description: '`actor` as in the audit.' },
          reason: { type: 'string' },
        }),
        { type: 'null' },
      ],
      description: 'Null while nobody has taken note of it.',
    },
  }),
  GapPage: pageOf(ref('Gap')),
};

const SOURCE = pathParameter(
  'source',
  'Name of a source; those that read no Kafka have no gaps.',
  SOURCE_NAME,
  'ampeco-kafka',
);
const GAP_EXAMPLE = {
  gapId: '1',
  source: 'ampeco-kafka',
  clusterId: 'MkU3OEVBNTcwNTJENDM2Qk',
  topic: 'ampeco.notifications',
  partition: 0,
  fromOffset: '4711',
  toOffset: '4802',
  reason: 'start-above-position',
  detectedAt: '2026-03-14T08:51:08.412Z',
  acknowledgement: null,
};
const REASON_EXAMPLE = 'All of it came by webhook as well; retention of the topic raised to 7 days.';

export const GAPS: readonly OperationDescription[] = [
  {
    id: 'listGaps',
    method: 'get',
    path: '/v1/sources/{source}/gaps',
    tag: 'Access',
    summary: 'Records that the broker deleted before they were read, newest first',
    description:
      'Each gap stays on record for ever, with its exact range. While one is not acknowledged, `/health/ready` of the instances that read the source answers 503.',
    access: 'admin',
    parameters: [
      SOURCE,
      queryParameter(
        'state',
        'Without it, gaps in either state.',
        { type: 'string', enum: ['unacknowledged', 'acknowledged'] },
        'unacknowledged',
      ),
      limitParameter('Gaps of one page.', { maximum: 200, default: 50 }),
      queryParameter('after', '`next` of the page before.', GAP_ID, '4711'),
    ],
    answers: { 200: answer('One page.', ref('GapPage'), { data: [GAP_EXAMPLE], next: null }) },
    problems: [...QUERY_PROBLEMS, 'not-found', ...STORE_PROBLEMS],
  },
  {
    id: 'acknowledgeGap',
    method: 'post',
    path: '/v1/sources/{source}/gaps/{gap}/acknowledge',
    tag: 'Access',
    summary: 'Say that a gap is known, and why nothing more is to be done',
    description:
      'It no longer keeps any instance from being ready, within seconds. The gap stays on record; the same range, seen again, stays acknowledged. May be repeated: the first acknowledgement stands.',
    access: 'admin',
    parameters: [SOURCE, pathParameter('gap', '`gapId` of the list.', GAP_ID, '1')],
    body: {
      description: 'Why; kept with the gap and in the audit.',
      schema: STATED_REASON,
      example: { reason: REASON_EXAMPLE },
    },
    answers: {
      200: answer('The gap as it is now.', ref('Gap'), {
        ...GAP_EXAMPLE,
        acknowledgement: { at: '2026-03-14T10:02:31.008Z', by: 'bootstrap', reason: REASON_EXAMPLE },
      }),
    },
    problems: [...BODY_PROBLEMS, 'not-found', ...STORE_PROBLEMS],
  },
];
