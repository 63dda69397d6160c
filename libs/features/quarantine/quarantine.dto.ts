import { IsIn, IsOptional, IsString } from 'class-validator';
import {
  BODY_ENCODINGS,
  type BodyEncoding,
  Cursor,
  Described,
  IsSourceName,
  IsStatedReason,
  json,
  ReceivedPageQuery,
  toReceivedSpan,
} from '@chargelog/http';
import type { QuarantineReason } from '@chargelog/pipeline';
import type { QuarantineState } from './quarantine.entity.js';
import type { QuarantineQuery } from './quarantine.store.js';

const REASONS = json.valuesOf<QuarantineReason>({
  'not-utf8': true,
  'not-json': true,
  'not-an-object': true,
  'no-notification-name': true,
  'too-deep': true,
  'too-many-keys': true,
  'too-large': true,
  gzip: true,
  compressed: true,
  'utf-16': true,
  'schema-registry': true,
  'connect-envelope': true,
  'cloudevents-envelope': true,
  'sns-envelope': true,
  'json-string': true,
  array: true,
  'refused-by-store': true,
});
const STATES = json.valuesOf<QuarantineState>({ held: true, released: true, discarded: true });

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

export class ReleaseQuarantined {
  @Described(
    'A corrected notification in place of the body that arrived, written as `bodyEncoding` says. What arrived is kept.',
    { nullable: true },
  )
  @IsOptional()
  @IsString()
  body?: string | null;

  @Described('`text` unless given.', { nullable: true })
  @IsOptional()
  @IsIn(BODY_ENCODINGS)
  bodyEncoding?: BodyEncoding | null;

  @Described('What was corrected, and why; kept in the audit.', { nullable: true })
  @IsOptional()
  @IsStatedReason()
  reason?: string | null;
}

export class ShowQuarantineQuery {
  @Described('How the bytes are written. Without it: text where they are UTF-8, else base64.', {
    example: 'hex',
  })
  @IsOptional()
  @IsIn(BODY_ENCODINGS)
  encoding?: BodyEncoding;
}

const ALWAYS = {
  quarantineId: json.uuid(),
  state: json.oneOf(STATES),
  reason: json.oneOf(REASONS),
  detail: json.text('What is wrong and where, for a person.'),
  source: json.text(),
  transport: json.transport(),
  receivedAt: json.instant(),
  bytes: json.count('Length of the body.'),
};
const WHEN_DECIDED = {
  decidedAt: json.instant(),
  decidedBy: json.text(),
  outcome: json.oneOf(['stored', 'duplicate'], 'What a released entry became.'),
  eventId: json.uuid(),
  discardReason: json.text(),
};

export const ENTRY = json.named('QuarantineEntry', json.object(ALWAYS, WHEN_DECIDED));
export type QuarantineEntryDto = json.Of<typeof ENTRY>;

export const ENTRY_PAGE = json.named('QuarantinePage', json.page(ENTRY));
export type QuarantinePageDto = json.Of<typeof ENTRY_PAGE>;

export const QUARANTINED_DELIVERY = json.named(
  'QuarantinedDelivery',
  json.object(
    {
      ...ALWAYS,
      headers: json.mapOf(json.text()),
      body: json.orNull(
        json.text(),
        'Null for a key without events:read-sensitive: what cannot be read cannot be masked.',
      ),
    },
    { ...WHEN_DECIDED, maskedHeaders: json.maskedHeaders(), bodyEncoding: json.oneOf(BODY_ENCODINGS) },
  ),
);
export type QuarantinedDeliveryDto = json.Of<typeof QUARANTINED_DELIVERY>;

export const RELEASE_RESULT = json.named(
  'ReleaseResult',
  json.either(
    json.object({ outcome: json.oneOf(['stored', 'duplicate']), eventId: json.uuid() }),
    json.object({
      outcome: json.literal('quarantined'),
      reason: json.oneOf(REASONS),
      detail: json.text(),
    }),
  ),
);
