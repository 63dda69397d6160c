import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import {
  answer,
  CurrentCaller,
  iso,
  JsonBodyPipe,
  Operation,
  RequireScope,
  toReceivedSpan,
  validationPipe,
  type Caller,
  Tag,
} from '@chargelog/http';
import { RejectionService } from './rejection.service.js';
import type { Rejection, RejectionQuery } from './rejection.store.js';
import {
  ListRejectionsQuery,
  REJECTION_PAGE,
  ReverifyRejections,
  REVERIFICATION,
  type RejectionDto,
  type RejectionPageDto,
  type ReverificationDto,
} from './rejections.dto.js';

/** Deliveries that were answered 401: how many, when and why. Their headers and bodies are shown to nobody. */
@Tag('Rejections')
@Controller('v1/rejections')
@RequireScope('admin')
export class RejectionsController {
  constructor(private readonly service: RejectionService) {}

  @Get()
  @Operation({
    id: 'listRejections',
    summary: 'Deliveries whose signature was not valid, newest first',
    description:
      'Kept for 72 hours, at most 64 MiB of each source, encrypted; their headers and bodies are shown to nobody. Counts stay.',
    returns: answer('One page.', REJECTION_PAGE),
  })
  async list(@Query(validationPipe('query')) query: ListRejectionsQuery): Promise<RejectionPageDto> {
    const selection = toSelection(query);
    const [rejections, counts] = await Promise.all([
      this.service.list(selection, query.limit, query.after?.toLowerCase()),
      this.service.count(selection),
    ]);
    return {
      data: rejections.map(renderRejection),
      next: rejections.length === query.limit ? (rejections.at(-1)?.id ?? null) : null,
      isKeeping: this.service.isKeeping,
      counts: counts.map((count) => ({
        ...count,
        rejected: Number(count.rejected),
        kept: Number(count.kept),
      })),
    };
  }

  @Post('reverify')
  @HttpCode(200)
  @Operation({
    id: 'reverifyRejections',
    summary: 'Admit kept rejections that verify today',
    description:
      'After a secret or form was corrected: they become events with their true receipt time, each once, however often this is called.',
    body: { description: 'Of which source.', example: { source: 'ampeco' } },
    returns: answer('What was done.', REVERIFICATION),
    problems: ['not-found'],
  })
  async reverify(
    @Body(new JsonBodyPipe(), validationPipe('body')) body: ReverifyRejections,
    @CurrentCaller() caller: Caller,
  ): Promise<ReverificationDto> {
    const result = await this.service.reverify(body.source, caller.actor, body.after?.toLowerCase());
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

export function renderRejection({ id, source, receivedAt, reason, bytes }: Rejection): RejectionDto {
  return { rejectionId: id, source, receivedAt: iso(receivedAt), reason, bytes };
}
