import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { IsIn, IsOptional } from 'class-validator';
import { isUtf8 } from 'node:buffer';
import { GatewayError } from '@chargelog/domain';
import {
  CurrentCaller,
  RequireScope,
  type Caller,
  quarantineCursor,
  readQuarantineCursor,
  JsonBodyPipe,
  StatedReason,
  validationPipe,
  visibleHeaders,
} from '@chargelog/http';
import { EVENT_READER, type EventReader } from '@chargelog/pipeline';
import { ListQuarantineQuery, toQuarantineFilter } from './list-quarantine.query.js';
import { QuarantineDesk, type ReleaseResult } from './quarantine-desk.js';
import type { QuarantineEntry } from './quarantine.store.js';

const BODY_ENCODINGS = ['text', 'hex', 'base64'] as const;
type BodyEncoding = (typeof BODY_ENCODINGS)[number];

export class ShowQuarantineQuery {
  /** How the bytes are written. Without it: text where they are UTF-8, else base64. */
  @IsOptional()
  @IsIn(BODY_ENCODINGS)
  encoding?: BodyEncoding;
}

/** The inbox of authenticated deliveries that could not become events. */
@Controller('v1/quarantine')
@RequireScope('quarantine')
export class QuarantineController {
  constructor(
    private readonly desk: QuarantineDesk,
    @Inject(EVENT_READER) private readonly reader: EventReader,
  ) {}

  /** Newest first, without the bytes. */
  @Get()
  async list(@Query(validationPipe('query')) query: ListQuarantineQuery): Promise<unknown> {
    const filter = toQuarantineFilter(query);
    const context = { epoch: await this.reader.epoch(), filter };
    const after = query.after === undefined ? undefined : readQuarantineCursor(query.after, context);
    const entries = await this.desk.list({ ...filter, limit: query.limit, ...(after && { after }) });
    const last = entries.length === query.limit ? entries.at(-1) : undefined;
    return {
      data: entries.map(renderEntry),
      next: last === undefined ? null : quarantineCursor(last.id, context),
    };
  }

  /** One entry with its headers and, for keys that may see sensitive data, its exact bytes. */
  @Get(':id')
  async find(
    @Param('id') id: string,
    @Query(validationPipe('query')) query: ShowQuarantineQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<unknown> {
    const entry = await this.desk.find(id);
    const { body } = entry.delivery;
    const shown = { ...renderEntry(entry), ...visibleHeaders(entry.delivery.headers, caller) };
    // What cannot be read cannot be masked member by member.
    if (!caller.scopes.includes('events:read-sensitive')) return { ...shown, body: null };
    return { ...shown, ...renderBody(body, query.encoding) };
  }

  /** Runs the pipeline over the stored bytes again. */
  @Post(':id/release')
  @HttpCode(200)
  release(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<ReleaseResult> {
    return this.desk.release(id, caller.actor);
  }

  /** The bytes are kept. */
  @Post(':id/discard')
  @HttpCode(200)
  async discard(
    @Param('id') id: string,
    @Body(new JsonBodyPipe(), validationPipe('body')) body: StatedReason,
    @CurrentCaller() caller: Caller,
  ): Promise<unknown> {
    return renderEntry(await this.desk.discard(id, body.reason, caller.actor));
  }
}

function renderEntry(entry: QuarantineEntry): Record<string, unknown> {
  const { released, discarded } = entry;
  const decided = released ?? discarded;
  return {
    quarantineId: entry.id,
    state: entry.state,
    reason: entry.reason,
    detail: entry.detail,
    source: entry.source,
    transport: entry.transport,
    receivedAt: new Date(entry.receivedAt).toISOString(),
    bytes: entry.bytes,
    ...(decided && { decidedAt: new Date(decided.at).toISOString(), decidedBy: decided.by }),
    ...(released && { outcome: released.as, eventId: released.eventId }),
    ...(discarded && { discardReason: discarded.reason }),
  };
}

function renderBody(
  body: Buffer,
  asked: BodyEncoding | undefined,
): { body: string; bodyEncoding: BodyEncoding } {
  const isText = isUtf8(body);
  if (asked === 'text' && !isText) {
    const reason = 'the bytes are not UTF-8; ask for hex or base64';
    throw new GatewayError('invalid-parameter', `encoding: ${reason}`, {
      errors: [{ in: 'query', name: 'encoding', reason }],
    });
  }
  const bodyEncoding = asked ?? (isText ? 'text' : 'base64');
  return { body: body.toString(bodyEncoding === 'text' ? 'utf8' : bodyEncoding), bodyEncoding };
}
