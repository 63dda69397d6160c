import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { isUtf8 } from 'node:buffer';
import { GatewayError } from '@chargelog/domain';
import {
  answer,
  CURSOR_PROBLEMS,
  CurrentCaller,
  idPart,
  iso,
  JsonBodyPipe,
  Operation,
  OptionalJsonBodyPipe,
  quarantineCursor,
  readQuarantineCursor,
  RequireScope,
  StatedReason,
  validationPipe,
  visibleHeaders,
  writtenBytes,
  type BodyEncoding,
  type Caller,
  Tag,
} from '@chargelog/http';
import { EVENT_READER, type EventReader } from '@chargelog/pipeline';
import { QuarantineService, type ReleaseResult } from './quarantine.service.js';
import type { QuarantineEntry } from './quarantine.store.js';
import {
  ENTRY,
  ENTRY_PAGE,
  ListQuarantineQuery,
  QUARANTINED_DELIVERY,
  RELEASE_RESULT,
  ReleaseQuarantined,
  ShowQuarantineQuery,
  toQuarantineFilter,
  type QuarantinedDeliveryDto,
  type QuarantineEntryDto,
  type QuarantinePageDto,
} from './quarantine.dto.js';

const ID = { id: idPart('Quarantine', '019ceb8a-ccf0-7d51-9c7e-3f6a20b1d4e8') };

/** The inbox of authenticated deliveries that could not become events. */
@Tag('Quarantine')
@Controller('v1/quarantine')
@RequireScope('quarantine')
export class QuarantineController {
  constructor(
    private readonly service: QuarantineService,
    @Inject(EVENT_READER) private readonly reader: EventReader,
  ) {}

  @Get()
  @Operation({
    id: 'listQuarantine',
    summary: 'Deliveries that could not become events, newest first',
    returns: answer('One page, without the bytes.', ENTRY_PAGE),
    problems: [...CURSOR_PROBLEMS],
  })
  async list(@Query(validationPipe('query')) query: ListQuarantineQuery): Promise<QuarantinePageDto> {
    const filter = toQuarantineFilter(query);
    const context = { epoch: await this.reader.epoch(), filter };
    const after = query.after === undefined ? undefined : readQuarantineCursor(query.after, context);
    const entries = await this.service.list({ ...filter, limit: query.limit, ...(after && { after }) });
    const last = entries.length === query.limit ? entries.at(-1) : undefined;
    return {
      data: entries.map(renderEntry),
      next: last === undefined ? null : quarantineCursor(last.id, context),
    };
  }

  @Get(':id')
  @Operation({
    id: 'getQuarantined',
    summary: 'One entry with its headers and its exact bytes',
    path: ID,
    returns: answer('The entry.', QUARANTINED_DELIVERY),
    problems: ['not-found'],
  })
  async find(
    @Param('id') id: string,
    @Query(validationPipe('query')) query: ShowQuarantineQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<QuarantinedDeliveryDto> {
    const entry = await this.service.find(id);
    const { body } = entry.delivery;
    const shown = { ...renderEntry(entry), ...visibleHeaders(entry.delivery.headers, caller) };
    // What cannot be read cannot be masked member by member.
    if (!caller.scopes.includes('events:read-sensitive')) return { ...shown, body: null };
    return { ...shown, ...renderBody(body, query.encoding) };
  }

  @Post(':id/release')
  @HttpCode(200)
  @Operation({
    id: 'releaseQuarantined',
    summary: 'Run the pipeline over the stored bytes again',
    description:
      'For what an upgrade, or a `format` of its source, can read today; or with a corrected notification in `body`. The event keeps the receipt time of the delivery, and its bytes as they arrived. Asking again changes nothing; what still cannot be read stays held.',
    path: ID,
    body: {
      description: 'Nothing, or the notification as it should have been.',
      example: {
        body: '{"notification":"cdr.received","id":"a-1"}',
        reason: 'the closing brace was cut off',
      },
      isOptional: true,
    },
    returns: answer('What it led to.', RELEASE_RESULT),
    problems: ['not-found', 'conflict'],
  })
  release(
    @Param('id') id: string,
    @Body(new OptionalJsonBodyPipe(), validationPipe('body')) given: ReleaseQuarantined,
    @CurrentCaller() caller: Caller,
  ): Promise<ReleaseResult> {
    const { body, bodyEncoding, reason } = given;
    return this.service.release(id, caller.actor, {
      ...(typeof body === 'string' && { body: writtenBytes(body, bodyEncoding ?? 'text') }),
      ...(typeof reason === 'string' && { reason }),
    });
  }

  @Post(':id/discard')
  @HttpCode(200)
  @Operation({
    id: 'discardQuarantined',
    summary: 'Decide that an entry will never be an event',
    description: 'The bytes are kept, and the entry goes on counting as quarantined.',
    path: ID,
    body: {
      description: 'Why nobody needs it as an event; kept with the entry.',
      example: { reason: 'a probe of the load balancer' },
    },
    returns: answer('The entry as it is now.', ENTRY),
    problems: ['not-found', 'conflict'],
  })
  async discard(
    @Param('id') id: string,
    @Body(new JsonBodyPipe(), validationPipe('body')) body: StatedReason,
    @CurrentCaller() caller: Caller,
  ): Promise<QuarantineEntryDto> {
    return renderEntry(await this.service.discard(id, body.reason, caller.actor));
  }
}

function renderEntry(entry: QuarantineEntry): QuarantineEntryDto {
  const { released, discarded } = entry;
  const decided = released ?? discarded;
  return {
    quarantineId: entry.id,
    state: entry.state,
    reason: entry.reason,
    detail: entry.detail,
    source: entry.source,
    transport: entry.transport,
    receivedAt: iso(entry.receivedAt),
    bytes: entry.bytes,
    ...(decided && { decidedAt: iso(decided.at), decidedBy: decided.by }),
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
