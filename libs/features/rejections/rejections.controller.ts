import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import {
  CurrentCaller,
  RequireScope,
  type Caller,
  IsSourceName,
  JsonBodyPipe,
  ReceivedPageQuery,
  toReceivedSpan,
  validationPipe,
} from '@chargelog/http';
import { RejectionDesk } from './rejection-desk.js';
import { REJECTION_REASONS, type RejectionReason } from './rejection-reason.js';
import type { Rejection, RejectionQuery } from './rejection.store.js';

export class ListRejectionsQuery extends ReceivedPageQuery {
  @IsOptional()
  @IsSourceName()
  source?: string;

  @IsOptional()
  @IsIn(REJECTION_REASONS)
  reason?: RejectionReason;

  /** Id of the last entry of the page before. */
  @IsOptional()
  @IsUUID()
  after?: string;
}

export class ReverifyRejections {
  @IsSourceName()
  source!: string;

  /** `next` of the call before. */
  @IsOptional()
  @IsUUID()
  after?: string | null;
}

/** Deliveries that were answered 401: how many, when and why. Their headers and bodies are shown to nobody. */
@Controller('v1/rejections')
@RequireScope('admin')
export class RejectionsController {
  constructor(private readonly desk: RejectionDesk) {}

  /** Newest first, with the counts of the same selection; counts go by whole hours and include what was not kept. */
  @Get()
  async list(@Query(validationPipe('query')) query: ListRejectionsQuery): Promise<unknown> {
    const selection = toSelection(query);
    const [rejections, counts] = await Promise.all([
      this.desk.list(selection, query.limit, query.after?.toLowerCase()),
      this.desk.count(selection),
    ]);
    return {
      data: rejections.map(render),
      next: rejections.length === query.limit ? (rejections.at(-1)?.id ?? null) : null,
      isKeeping: this.desk.isKeeping,
      counts: counts.map((count) => ({
        ...count,
        rejected: Number(count.rejected),
        kept: Number(count.kept),
      })),
    };
  }

  /** Admits the kept rejections of a source that verify today. `next` is there while some are left to look at. */
  @Post('reverify')
  @HttpCode(200)
  async reverify(
    @Body(new JsonBodyPipe(), validationPipe('body')) body: ReverifyRejections,
    @CurrentCaller() caller: Caller,
  ): Promise<unknown> {
    const result = await this.desk.reverify(body.source, caller.actor, body.after?.toLowerCase());
    return { ...result, next: result.next ?? null };
  }
}

function toSelection(query: ListRejectionsQuery): RejectionQuery {
  return {
    ...(query.source !== undefined && { source: query.source }),
    ...(query.reason !== undefined && { reason: query.reason }),
    ...toReceivedSpan(query),
  };
}

export function render({ id, source, receivedAt, reason, bytes }: Rejection): unknown {
  return { rejectionId: id, source, receivedAt: new Date(receivedAt).toISOString(), reason, bytes };
}
