import { Controller, Get, Header, Inject, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { GatewayError, parseUuid, SCHEME, type StoredEvent } from '@chargelog/domain';
import {
  answer,
  answerOf,
  CURSOR_PROBLEMS,
  CurrentCaller,
  historyCursor,
  idPart,
  iso,
  maySeeTenant,
  Operation,
  readHistoryCursor,
  RequireScope,
  SESSION_STARTED_EVENT,
  SESSION_STARTED_ID,
  validationPipe,
  visibleHeaders,
  withinTenantsOf,
  type Caller,
  Tag,
} from '@chargelog/http';
import { EVENT_READER, type DeliveryRecord, type EventReader } from '@chargelog/pipeline';
import { renderCloudEvent } from './cloud-event.js';
import { explainConformance } from './conformance.js';
import { EVENT } from './event-schemas.js';
import {
  dataForm,
  DataQuery,
  DELIVERIES,
  EVENT_PAGE,
  ListEventsQuery,
  toHistoryFilter,
  type DeliveriesDto,
  type DeliveryDto,
} from './events.dto.js';
import { originalHeaders } from './original-headers.js';

const JSON_TYPE = 'application/json; charset=utf-8';
/** A list without an upper bound ends here, so that one event from a clock in the far future does not lead every page. */
const AHEAD_MS = 86_400_000;

const EVENT_ID = { id: idPart('Event', SESSION_STARTED_ID) };

@Tag('Events')
@Controller('v1/events')
export class EventsController {
  constructor(@Inject(EVENT_READER) private readonly reader: EventReader) {}

  @Get()
  @RequireScope('events:read')
  @Operation({
    id: 'listEvents',
    summary: 'History, newest first',
    description:
      'All parameters narrow together. `notification`, `conformance`, `ahead`, `receivedAfter` and `receivedBefore` need a type, a subject or an id beside them, or a span of `occurredAfter` and `occurredBefore` of at most 31 days. Page with `after`, repeating the other parameters. A list without `occurredBefore` ends a day from now, so that an event from a clock in the far future does not lead every page.',
    returns: answer('One page.', EVENT_PAGE, {
      data: [SESSION_STARTED_EVENT],
      next: null,
      occurredBefore: '2026-03-15T00:00:00.000Z',
    }),
    problems: [...CURSOR_PROBLEMS, 'bound-required'],
  })
  @Header('content-type', JSON_TYPE)
  async list(
    @Query(validationPipe('query')) query: ListEventsQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<string> {
    const filter = { ...toHistoryFilter(query), ...withinTenantsOf(caller) };
    const context = { epoch: await this.reader.epoch(), filter: [filter, query.order] };
    const after = query.after === undefined ? undefined : readHistoryCursor(query.after, context);
    const occurredBefore = filter.occurredBefore ?? Date.now() + AHEAD_MS;
    const { events, more } = await this.reader.page({
      filter: { ...filter, occurredBefore },
      order: query.order,
      limit: query.limit,
      ...(after === undefined ? {} : { after }),
    });
    const form = dataForm(query.data, caller);
    const last = more ? events.at(-1) : undefined;
    const next = last === undefined ? null : historyCursor(last.id, context);
    const bound = JSON.stringify(new Date(occurredBefore).toISOString());
    return `{"data":[${events.map((event) => renderCloudEvent(event, form)).join(',')}],"next":${JSON.stringify(next)},"occurredBefore":${bound}}`;
  }

  @Get(':id')
  @RequireScope('events:read')
  @Operation({
    id: 'getEvent',
    summary: 'One event',
    path: EVENT_ID,
    returns: answer('The event.', EVENT, SESSION_STARTED_EVENT),
    problems: ['not-found'],
  })
  @Header('content-type', JSON_TYPE)
  async find(
    @Param('id') id: string,
    @Query(validationPipe('query')) query: DataQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<string> {
    return renderCloudEvent(await this.visible(id, caller), dataForm(query.data, caller));
  }

  @Get(':id/deliveries')
  @RequireScope('events:read')
  @Operation({
    id: 'listDeliveries',
    summary: 'Every copy that arrived, why they are one event, and what is unusual in it',
    path: EVENT_ID,
    returns: answer('All copies, the first one first.', DELIVERIES),
    problems: ['invalid-parameter', 'not-found'],
  })
  async deliveries(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<DeliveriesDto> {
    const event = await this.visible(id, caller);
    const records = await this.reader.deliveries(event.id);
    if (records === undefined) throw noSuchEvent();
    return {
      eventId: event.id,
      identity: {
        scheme: SCHEME,
        rule: 'Equal own time, tenant, notification name and canonical body make one event, whichever path a copy took.',
        tenant: event.tenant,
        notification: event.notification,
        occurredAt: iso(event.occurredAt),
      },
      ...explainConformance(event),
      data: records.map((record) => renderDelivery(record, caller)),
    };
  }

  @Get(':id/raw')
  @RequireScope('events:read-sensitive')
  @Operation({
    id: 'getRawEvent',
    summary: 'The exact bytes as received',
    description:
      "The first delivery's body, with its headers under `original-…` and its digest in `Content-Digest` (RFC 9530), so that the signature can be verified again.",
    path: EVENT_ID,
    returns: answerOf('application/octet-stream', 'The bytes.', {}),
    problems: ['invalid-parameter', 'not-found'],
  })
  async raw(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const event = await this.visible(id, caller);
    const raw = await this.reader.raw(event.id);
    if (raw === undefined) throw noSuchEvent();
    void reply.headers(originalHeaders(raw.first.headers));
    await reply
      .header('content-type', 'application/octet-stream')
      .header('content-disposition', `attachment; filename="${id}.json"`)
      .header('x-content-type-options', 'nosniff')
      .header('content-digest', `sha-256=:${raw.sha256.toString('base64')}:`) // RFC 9530
      .send(raw.body);
  }

  /** An event of a tenant the caller may not see does not exist for it. */
  private async visible(id: string, caller: Caller): Promise<StoredEvent> {
    const event = await this.reader.find(eventId(id));
    if (event === undefined || !maySeeTenant(caller, event.tenant)) throw noSuchEvent();
    return event;
  }
}

function renderDelivery(record: DeliveryRecord, caller: Caller): DeliveryDto {
  return {
    deliveryKey: record.key,
    role: record.first ? 'first' : 'duplicate',
    source: record.source,
    transport: record.transport,
    receivedAt: iso(record.receivedAt),
    sameBytes: record.sameBytes,
    ...visibleHeaders(record.headers, caller),
    ...(record.taken && { taken: record.taken.how }),
    ...(record.verification && { verifiedBy: record.verification }),
    ...(record.kafka && {
      kafka: {
        ...record.kafka,
        timestamp: iso(record.kafka.timestamp),
      },
    }),
  };
}

function eventId(text: string): string {
  if (parseUuid(text) !== undefined) return text.toLowerCase();
  const reason = 'must be an event id (a UUID)';
  throw new GatewayError('invalid-parameter', `id: ${reason}`, {
    errors: [{ in: 'path', name: 'id', reason }],
  });
}

function noSuchEvent(): GatewayError {
  return new GatewayError('not-found', 'No event has this id.');
}
