import { IsNumber, IsOptional, Max, Min } from 'class-validator';
import { DataForm, EVENT, EventFilterQuery, type DataParameter } from '@chargelog/features/events';
import { arrayOf, AsNumber, Cursor, Described, FLAG, Limit, named, object, TEXT } from '@chargelog/http';

export class FeedQuery extends EventFilterQuery {
  @DataForm()
  data: DataParameter = 'normalized';

  @Cursor('`next` of the read before; `end` for the present end; absent for the beginning.', 'end')
  after?: string;

  @Limit(1_000, 'Events of one read.', 2)
  limit = 100;

  @Described(
    'Seconds to wait for an event where there is none yet; fractions are fine. The wait ends with 401 when the key is revoked or expires.',
    { example: 0 },
  )
  @IsOptional()
  @AsNumber()
  @IsNumber()
  @Min(0)
  @Max(60)
  wait = 0;
}

export const FEED_PAGE = named(
  'FeedPage',
  object({
    data: arrayOf(EVENT),
    next: { ...TEXT, description: 'Always there; pass it back as `after`.' },
    more: { ...FLAG, description: 'A further read will not have to wait.' },
  }),
);
