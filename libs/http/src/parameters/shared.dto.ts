import { applyDecorators } from '@nestjs/common';
import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { Described } from '../openapi/request.js';
import { instantOf, IsInstant, Limit } from './parameters.js';

/** The parameters of lists that go by arrival: a span of time and a number of entries. */
export class ReceivedPageQuery {
  @Described('Inclusive.')
  @IsOptional()
  @IsInstant()
  receivedAfter?: string;

  @Described('Exclusive.')
  @IsOptional()
  @IsInstant()
  receivedBefore?: string;

  @Limit(200, 'Entries of one page.')
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

/** A text that says why. Neither NUL nor half a surrogate pair can be stored. */
export const IsStatedReason = (): PropertyDecorator =>
  applyDecorators(
    IsString(),
    MaxLength(1_000),
    Matches(/^[^\0\p{Cs}]*[^\s\0\p{Cs}][^\0\p{Cs}]*$/u, { message: 'must be a text that says why' }),
  );

/** A decision that has to be explained to those who read the audit later. */
export class StatedReason {
  @Described('Why; not blank. Kept with the thing decided about and in the audit.')
  @IsStatedReason()
  reason!: string;
}
