import { IsNumber, IsOptional, Max, Min } from 'class-validator';
import { DataForm, EVENT, EventFilterQuery, type DataParameter } from '@chargelog/features/events';
import { AsNumber, Cursor, Described, json, Limit } from '@chargelog/http';

export class FeedQuery extends EventFilterQuery {
  @DataForm()
  data: DataParameter = 'normalized';

  @Cursor(
    '`next` of the read before; `end` for the present end, with `wait` for what comes next; `received:` and an instant for what arrived then and later; absent for the beginning.',
    'end',
  )
  after?: string;

  @Limit(1_000, 'Events of one read.', 2)
  limit = 100;

  @Described(
    'Seconds to wait for an event where there is none yet; fractions are fine. Proxies that end a request after 60 seconds need less: 50 leaves room. The wait ends with 401 when the key is revoked or expires.',
    { example: 0 },
  )
  @IsOptional()
  @AsNumber()
  @IsNumber()
  @Min(0)
  @Max(60)
  wait = 0;
}

export const FEED_PAGE = json.named(
  'FeedPage',
  json.object({
    data: json.listOf(EVENT),
    next: json.text('Always there; pass it back as `after`.'),
    more: json.flag('A further read will not have to wait.'),
  }),
);
