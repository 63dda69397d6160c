import { IsIn, IsOptional } from 'class-validator';
import {
  COUNT,
  Cursor,
  Described,
  INSTANT,
  IsSourceName,
  type JsonOf,
  MASKED_HEADERS,
  named,
  object,
  pageOf,
  ReceivedPageQuery,
  TEXT,
  toReceivedSpan,
  TRANSPORT,
  UUID,
  valuesOf,
} from '@chargelog/http';
import type { QuarantineReason } from '@chargelog/pipeline';
import type { QuarantineState } from './quarantine.entity.js';
import type { QuarantineQuery } from './quarantine.store.js';

const REASONS = valuesOf<QuarantineReason>({
  'not-utf8': true,
  'not-json': true,
  'not-an-object': true,
  'no-notification-name': true,
  'too-deep': true,
  'too-many-keys': true,
  'too-large': true,
  'refused-by-store': true,
});
const STATES = valuesOf<QuarantineState>({ held: true, released: true, discarded: true });
const ENCODINGS = ['text', 'hex', 'base64'] as const;
export type BodyEncoding = (typeof ENCODINGS)[number];

export class ListQuarantineQuery extends ReceivedPageQuery {
  @Described('Why it is here.', { example: 'not-json' })
  @IsOptional()
  @IsIn(REASONS)
  reason?: QuarantineReason;

  @Described('Name of the source.', { example: 'ampeco' })
  @IsOptional()
  @IsSourceName()
  source?: string;

  @Described('`held` waits for a decision. Without it, entries in every state.', { example: 'held' })
  @IsOptional()
  @IsIn(STATES)
  state?: QuarantineState;

  @Cursor('`next` of the page before, copied whole.')
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

export class ShowQuarantineQuery {
  @Described('How the bytes are written. Without it: text where they are UTF-8, else base64.', {
    example: 'hex',
  })
  @IsOptional()
  @IsIn(ENCODINGS)
  encoding?: BodyEncoding;
}

const REASON = { type: 'string', enum: REASONS } as const;

const ALWAYS = {
  quarantineId: UUID,
  state: { type: 'string', enum: STATES },
  reason: REASON,
  detail: { ...TEXT, description: 'What is wrong and where, for a person.' },
  source: TEXT,
  transport: TRANSPORT,
  receivedAt: INSTANT,
  bytes: { ...COUNT, description: 'Length of the body.' },
} as const;
const WHEN_DECIDED = {
  decidedAt: INSTANT,
  decidedBy: TEXT,
  outcome: {
    type: 'string',
    enum: ['stored', 'duplicate'],
    description: 'What a released entry became.',
  },
  eventId: UUID,
  discardReason: TEXT,
} as const;

export const ENTRY = named('QuarantineEntry', object(ALWAYS, WHEN_DECIDED));
export type QuarantineEntryDto = JsonOf<typeof ENTRY>;

export const ENTRY_PAGE = named('QuarantinePage', pageOf(ENTRY));
export type QuarantinePageDto = JsonOf<typeof ENTRY_PAGE>;

export const QUARANTINED_DELIVERY = named(
  'QuarantinedDelivery',
  object(
    {
      ...ALWAYS,
      headers: { type: 'object', additionalProperties: TEXT },
      body: {
        type: ['string', 'null'],
        description: 'Null for a key without events:read-sensitive: what cannot be read cannot be masked.',
      },
    },
    { ...WHEN_DECIDED, maskedHeaders: MASKED_HEADERS, bodyEncoding: { type: 'string', enum: ENCODINGS } },
  ),
);
export type QuarantinedDeliveryDto = JsonOf<typeof QUARANTINED_DELIVERY>;

export const RELEASE_RESULT = named('ReleaseResult', {
  oneOf: [
    object({ outcome: { type: 'string', enum: ['stored', 'duplicate'] }, eventId: UUID }),
    object({ outcome: { type: 'string', const: 'quarantined' }, reason: REASON, detail: TEXT }),
  ],
});
