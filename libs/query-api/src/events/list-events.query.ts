import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { DATA_FORMS, type DataParameter } from '../data-form.js';
import { AsNumber } from '../parameters.js';
import { EventFilterQuery } from './event-filter.query.js';

export class ListEventsQuery extends EventFilterQuery {
  /** `raw`: the body as AMPECO sent it, in one line. */
  @IsOptional()
  @IsIn(DATA_FORMS)
  data: DataParameter = 'normalized';

  /** By occurred at; newest first unless asked otherwise. */
  @IsOptional()
  @IsIn(['asc', 'desc'])
  order: 'asc' | 'desc' = 'desc';

  @IsOptional()
  @AsNumber()
  @IsInt()
  @Min(1)
  @Max(1_000)
  limit = 50;

  /** `next` of the page before, copied whole. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  after?: string;
}
