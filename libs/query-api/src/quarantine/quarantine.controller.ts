import { RequireScope } from '@chargelog/access';
import { GatewayError, parseUuid } from '@chargelog/domain';
import {
  EVENT_READER,
  QUARANTINE_READER,
  type EventReader,
  type QuarantinedDelivery,
  type QuarantineReader,
  type QuarantineReason,
} from '@chargelog/pipeline';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { isUtf8 } from 'node:buffer';
import { quarantineCursor, readQuarantineCursor } from '../cursor.js';
import { AsNumber } from '../parameters.js';
import { validationPipe } from '../validation.js';

export class ListQuarantineQuery {
  @IsOptional()
  @IsString()
  @MaxLength(64)
  reason?: QuarantineReason;

  @IsOptional()
  @IsString()
  @MaxLength(64)
  source?: string;

  @IsOptional()
  @AsNumber()
  @IsInt()
  @Min(1)
  @Max(200)
  limit = 50;

  @IsOptional()
  @IsString()
  @MaxLength(200)
  after?: string;
}

/** The inbox of authenticated deliveries that could not become events. */
@Controller('v1/quarantine')
export class QuarantineController {
  constructor(
    @Inject(QUARANTINE_READER) private readonly quarantine: QuarantineReader,
    @Inject(EVENT_READER) private readonly reader: EventReader,
  ) {}

  @Get()
  @RequireScope('quarantine')
  async list(@Query(validationPipe('query')) query: ListQuarantineQuery): Promise<unknown> {
    const context = {
      epoch: await this.reader.epoch(),
      filter: [query.reason ?? null, query.source ?? null],
    };
    const after = query.after === undefined ? undefined : readQuarantineCursor(query.after, context);
    const entries = await this.quarantine.list({
      limit: query.limit,
      ...(query.reason && { reason: query.reason }),
      ...(query.source && { source: query.source }),
      ...(after && { after }),
    });
    const last = entries.length === query.limit ? entries.at(-1) : undefined;
    return {
      data: entries.map(renderEntry),
      next: last === undefined ? null : quarantineCursor(last.id, context),
    };
  }

  /** One entry with its bytes: as text where they are UTF-8, else as base64. */
  @Get(':id')
  @RequireScope('quarantine')
  async find(@Param('id') id: string): Promise<unknown> {
    const entry = parseUuid(id) && (await this.quarantine.find(id.toLowerCase()));
    if (entry === undefined) throw new GatewayError('not-found', 'Nothing in quarantine has this id.');
    const body = isUtf8(entry.body)
      ? { body: entry.body.toString('utf8') }
      : { bodyBase64: entry.body.toString('base64') };
    return { ...renderEntry(entry), headers: entry.headers, ...body };
  }
}

function renderEntry(entry: QuarantinedDelivery): Record<string, unknown> {
  return {
    quarantineId: entry.id,
    reason: entry.reason,
    detail: entry.detail,
    source: entry.source,
    transport: entry.transport,
    receivedAt: new Date(entry.receivedAt).toISOString(),
    bytes: entry.body.length,
  };
}
