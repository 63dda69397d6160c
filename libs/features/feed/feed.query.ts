import { IsIn, IsInt, IsNumber, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { EventFilterQuery, DATA_FORMS, type DataParameter } from '@chargelog/features/events';
import { AsNumber } from '@chargelog/http';

export class FeedQuery extends EventFilterQuery {
  /** `raw`: the body as AMPECO sent it, in one line. */
  @IsOptional()
  @IsIn(DATA_FORMS)
  data: DataParameter = 'normalized';

  /** `next` of the read before; `end` for the present end of the feed; absent for its beginning. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  after?: string;

  @IsOptional()
  @AsNumber()
  @IsInt()
  @Min(1)
  @Max(1_000)
  limit = 100;

  /** Seconds to wait for an event when there is none yet. */
  @IsOptional()
  @AsNumber()
  @IsNumber()
  @Min(0)
  @Max(60)
  wait = 0;
}
