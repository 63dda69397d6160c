import { IsIn, IsOptional } from 'class-validator';
import {
  DECIMAL_ID,
  Described,
  INSTANT,
  IsDecimalId,
  type JsonOf,
  Limit,
  named,
  object,
  orNull,
  pageOf,
  POSITION,
  SOURCE_NAME,
  TEXT,
  valuesOf,
} from '@chargelog/http';
import type { GapState } from './kafka-gap.store.js';

export class ListGapsQuery {
  @Described('Without it, gaps in either state.', { example: 'unacknowledged' })
  @IsOptional()
  @IsIn(valuesOf<GapState>({ unacknowledged: true, acknowledged: true }))
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
    schema: SOURCE_NAME,
    example: 'ampeco-kafka',
  },
  gap: { description: '`gapId` of the list.', schema: DECIMAL_ID, example: '1' },
};

export const GAP = named(
  'Gap',
  object({
    gapId: DECIMAL_ID,
    source: TEXT,
    clusterId: TEXT,
    topic: TEXT,
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
      ...orNull(
        object({ at: INSTANT, by: { ...TEXT, description: '`actor` as in the audit.' }, reason: TEXT }),
      ),
      description: 'Null while nobody has taken note of it.',
    },
  }),
);
export type GapDto = JsonOf<typeof GAP>;

export const GAP_PAGE = named('GapPage', pageOf(GAP));
export type GapPageDto = JsonOf<typeof GAP_PAGE>;

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
