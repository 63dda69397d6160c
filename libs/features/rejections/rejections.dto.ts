import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { Described, IsSourceName, json, ReceivedPageQuery } from '@chargelog/http';
import { REJECTION_REASONS, type RejectionReason } from './rejection-reason.js';

export class ListRejectionsQuery extends ReceivedPageQuery {
  @Described('Name of the source.', { example: 'ampeco' })
  @IsOptional()
  @IsSourceName()
  source?: string;

  @Described('What is wrong with the signature.', { example: 'signature-wrong' })
  @IsOptional()
  @IsIn(REJECTION_REASONS)
  reason?: RejectionReason;

  @Described('`next` of the page before.')
  @IsOptional()
  @IsUUID()
  after?: string;
}

export class ReverifyRejections {
  @Described('Name of the source.')
  @IsSourceName()
  source!: string;

  @Described('`next` of the call before.', { nullable: true })
  @IsOptional()
  @IsUUID()
  after?: string | null;
}

export const REJECTION = json.named(
  'Rejection',
  json.object({
    rejectionId: json.uuid(),
    source: json.text(),
    receivedAt: json.instant(),
    reason: json.oneOf(REJECTION_REASONS),
    bytes: json.count('Length of the body.'),
  }),
);
export type RejectionDto = json.Of<typeof REJECTION>;

export const REJECTION_PAGE = json.named(
  'RejectionPage',
  json.object({
    data: json.listOf(REJECTION),
    next: json.orNull(json.text()),
    isKeeping: json.flag('False where no key seals them: they are counted only.'),
    counts: json.listOf(
      json.object({
        source: json.text(),
        reason: json.oneOf(REJECTION_REASONS),
        rejected: json.count('By whole hours; includes those that were not kept.'),
        kept: json.count(),
      }),
    ),
  }),
);
export type RejectionPageDto = json.Of<typeof REJECTION_PAGE>;

export const REVERIFICATION = json.named(
  'Reverification',
  json.object({
    examined: json.count(),
    stored: json.count(),
    duplicate: json.count(),
    quarantined: json.count(),
    stillRejected: json.count('They verify no more than before, and stay.'),
    unreadable: json.count('No key opens them.'),
    next: json.orNull(json.text(), 'Where to go on; null when all were looked at.'),
  }),
);
export type ReverificationDto = json.Of<typeof REVERIFICATION>;
