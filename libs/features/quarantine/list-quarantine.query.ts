import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { IsSourceName, ReceivedPageQuery, toReceivedSpan } from '@chargelog/http';
import type { QuarantineReason } from '@chargelog/pipeline';
import type { QuarantineState } from './quarantine.entity.js';
import type { QuarantineQuery } from './quarantine.store.js';

// A new reason or state that is missing here does not compile.
const REASONS = Object.keys({
  'not-utf8': true,
  'not-json': true,
  'not-an-object': true,
  'no-notification-name': true,
  'too-deep': true,
  'too-many-keys': true,
  'too-large': true,
  'refused-by-store': true,
} satisfies Record<QuarantineReason, true>);
const STATES = Object.keys({
  held: true,
  released: true,
  discarded: true,
} satisfies Record<QuarantineState, true>);

export class ListQuarantineQuery extends ReceivedPageQuery {
  @IsOptional()
  @IsIn(REASONS)
  reason?: QuarantineReason;

  @IsOptional()
  @IsSourceName()
  source?: string;

  /** `held` waits for a decision. Without it, entries in every state. */
  @IsOptional()
  @IsIn(STATES)
  state?: QuarantineState;

  @IsOptional()
  @IsString()
  @MaxLength(200)
  after?: string;
}

/** What the list is narrowed by, without where it goes on. */
export function toQuarantineFilter(query: ListQuarantineQuery): Omit<QuarantineQuery, 'limit' | 'after'> {
  return {
    ...(query.reason && { reason: query.reason }),
    ...(query.source && { source: query.source }),
    ...(query.state && { state: query.state }),
    ...toReceivedSpan(query),
  };
}
