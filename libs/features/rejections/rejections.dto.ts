import { IsIn, IsOptional, IsUUID } from 'class-validator';
import {
  arrayOf,
  COUNT,
  Described,
  FLAG,
  INSTANT,
  IsSourceName,
  type JsonOf,
  named,
  object,
  pageWith,
  ReceivedPageQuery,
  TEXT,
  UUID,
} from '@chargelog/http';
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

const REASON = { type: 'string', enum: REJECTION_REASONS } as const;

export const REJECTION = named(
  'Rejection',
  object({
    rejectionId: UUID,
    source: TEXT,
    receivedAt: INSTANT,
    reason: REASON,
    bytes: { ...COUNT, description: 'Length of the body.' },
  }),
);
export type RejectionDto = JsonOf<typeof REJECTION>;

export const REJECTION_PAGE = named(
  'RejectionPage',
  pageWith(REJECTION, {
    isKeeping: { ...FLAG, description: 'False where no key seals them: they are counted only.' },
    counts: arrayOf(
      object({
        source: TEXT,
        reason: REASON,
        rejected: { ...COUNT, description: 'By whole hours; includes those that were not kept.' },
        kept: COUNT,
      }),
    ),
  }),
);
export type RejectionPageDto = JsonOf<typeof REJECTION_PAGE>;

export const REVERIFICATION = named(
  'Reverification',
  object({
    examined: COUNT,
    stored: COUNT,
    duplicate: COUNT,
    quarantined: COUNT,
    stillRejected: { ...COUNT, description: 'They verify no more than before, and stay.' },
    unreadable: { ...COUNT, description: 'No key opens them.' },
    next: { type: ['string', 'null'], description: 'Where to go on; null when all were looked at.' },
  }),
);
export type ReverificationDto = JsonOf<typeof REVERIFICATION>;
