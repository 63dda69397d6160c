import { IsIn, IsOptional } from 'class-validator';
import { Described, IsDecimalId, json, Limit } from '@chargelog/http';
import type { GapState } from './kafka-gap.store.js';

export class ListGapsQuery {
  @Described('Without it, gaps in either state.', { example: 'unacknowledged' })
  @IsOptional()
  @IsIn(json.valuesOf<GapState>({ unacknowledged: true, acknowledged: true }))
  state?: GapState;

  @Limit(200, 'Gaps of one page.')
  limit = 50;

  @Described('`next` of the page before.', { example: '4711' })
  @IsOptional()
  @IsDecimalId()
  after?: string;
}

/** The `:source` and `:gap` of the paths. */
export const GAP_PATH = {
  source: {
    description: 'Name of a source; those that read no Kafka have no gaps.',
    schema: json.sourceName(),
    example: 'ampeco-kafka',
  },
  gap: { description: '`gapId` of the list.', schema: json.decimalId(), example: '1' },
};

export const GAP = json.named(
  'Gap',
  json.object({
    gapId: json.decimalId(),
    source: json.text(),
    clusterId: json.text(),
    topic: json.text(),
    partition: json.count(),
    fromOffset: json.position('First offset that is missing.'),
    toOffset: json.position('First offset that is not.'),
    reason: json.oneOf(
      ['start-above-position', 'end-below-position', 'log-replaced', 'passed-by-latest'],
      '`start-above-position`: the broker had deleted the records before they were read. `end-below-position`: its log ends below what was read; the topic was made anew or cut. `log-replaced`: the topic was made anew, or its log cut and written on; the new log is read from its start, how many records of the former one were never read is not known, and both offsets are the one that was due. `passed-by-latest`: the partition was begun at its end, because `startFrom` is `latest`; acknowledged by `configuration`, unless the group had been reading it.',
    ),
    detectedAt: json.instant(),
    acknowledgement: json.orNull(
      json.object({
        at: json.instant(),
        by: json.text('`actor` as in the audit.'),
        reason: json.text(),
      }),
      'Null while nobody has taken note of it.',
    ),
  }),
);
export type GapDto = json.Of<typeof GAP>;

export const GAP_PAGE = json.named('GapPage', json.page(GAP));
export type GapPageDto = json.Of<typeof GAP_PAGE>;

export const GAP_EXAMPLE: GapDto = {
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

export const ACKNOWLEDGED_GAP_EXAMPLE = {
  ...GAP_EXAMPLE,
  acknowledgement: {
    at: '2026-03-14T10:02:31.008Z',
    by: 'bootstrap',
    reason: 'All of it came by webhook as well; retention of the topic raised to 7 days.',
  },
};
