import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { AsNumber } from '../parameters.js';
import { EventFilterQuery } from './event-filter.query.js';

export class ListEventsQuery extends EventFilterQuery {
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
