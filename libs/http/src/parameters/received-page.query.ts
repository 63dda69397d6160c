import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { AsNumber, instantOf, IsInstant } from './parameters.js';

/** The parameters of lists that go by arrival: a span of time and a number of entries. */
export class ReceivedPageQuery {
  /** Inclusive. */
  @IsOptional()
  @IsInstant()
  receivedAfter?: string;

  /** Exclusive. */
  @IsOptional()
  @IsInstant()
  receivedBefore?: string;

  @IsOptional()
  @AsNumber()
  @IsInt()
  @Min(1)
  @Max(200)
  limit = 50;
}

/** Its span, ms since 1970 UTC. */
export function toReceivedSpan(query: ReceivedPageQuery): {
  readonly receivedAfter?: number;
  readonly receivedBefore?: number;
} {
  const after = query.receivedAfter === undefined ? undefined : instantOf(query.receivedAfter);
  const before = query.receivedBefore === undefined ? undefined : instantOf(query.receivedBefore);
  return {
    ...(after !== undefined && { receivedAfter: after }),
    ...(before !== undefined && { receivedBefore: before }),
  };
}
