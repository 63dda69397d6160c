import { Controller, Get, Header, Inject, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { GatewayError, parseUuid, SCHEME, type StoredEvent } from '@chargelog/domain';
import {
  answer,
  answerOf,
  arrivalsCursor,
  CURSOR_PROBLEMS,
  CurrentCaller,
  historyCursor,
  idPart,
  iso,
  maySeeTenant,
  Operation,
  readArrivalsCursor,
  readHistoryCursor,
  RequireScope,
  SESSION_STARTED_EVENT,
  SESSION_STARTED_ID,
  validationPipe,
  visibleHeaders,
  withinTenantsOf,
  type Caller,
  type CursorContext,
  Tag,
} from '@chargelog/http';
import { EVENT_READER, type DeliveryRecord, type EventReader, type HistoryFilter } from '@chargelog/pipeline';
import { renderCloudEvent } from './cloud-event.js';
import { explainConformance } from './conformance.js';
import { EVENT } from './event-schemas.js';
import {
  dataForm,
  DataQuery,
  DELIVERIES,
  endOf,
  EVENT_PAGE,
  ListEventsQuery,
  toHistoryFilter,
  type DeliveriesDto,
  type DeliveryDto,
} from './events.dto.js';
import { originalHeaders } from './original-headers.js';

const JSON_TYPE = 'application/json; charset=utf-8';
/** A list by arrival whose filter matches little may look for this long before it answers with how far it got. */
const LOOK_FOR_MS = 2_000;

interface ListedPage {
  readonly events: readonly StoredEvent[];
  readonly next: string | null;
}

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
      'All parameters narrow together. `notification`, `conformance`, `ahead`, `receivedAfter` and `receivedBefore` need a type, a subject or an id beside them, or a span of `occurredAfter` and `occurredBefore` of at most 31 days. Page with `after`, repeating the other parameters. A list without `occurredBefore` ends a day from now, so that an event of a wrong clock does not lead every page; one whose `occurredAfter` is later has no end.\n\nWith `orderBy=received` the list is in the order of arrival, needs neither, and has no such end. A page of it may hold fewer events than `limit`, even none, while `next` is not null: it says how far was looked. `receivedAfter` shortens the way. What arrives while you page may be missed; the feed misses nothing.',
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
    const end = endOf(filter, query, Date.now());
    const bounded = { ...filter, ...(end !== undefined && { occurredBefore: end }) };
    const { events, next } = await (query.orderBy === 'received'
      ? this.byArrival(query, bounded, context)
      : this.byOccurrence(query, bounded, context));
    const form = dataForm(query.data, caller);
    const data = events.map((event) => renderCloudEvent(event, form)).join(',');
    return `{"data":[${data}],"next":${JSON.stringify(next)},"occurredBefore":${JSON.stringify(iso(end))}}`;
  }

  private async byOccurrence(
    { order, limit, after: cursor }: ListEventsQuery,
    filter: HistoryFilter,
    context: CursorContext,
  ): Promise<ListedPage> {
    const after = cursor === undefined ? undefined : readHistoryCursor(cursor, context);
    const { events, more } = await this.reader.page({
      filter,
      order,
      limit,
      ...(after !== undefined && { after }),
    });
    const last = more ? events.at(-1) : undefined;
    return { events, next: last === undefined ? null : historyCursor(last.id, context) };
  }

  private async byArrival(
    { order, limit, after: cursor }: ListEventsQuery,
    filter: HistoryFilter,
    context: CursorContext,
  ): Promise<ListedPage> {
    let after = cursor === undefined ? undefined : readArrivalsCursor(cursor, context);
    const startedAt = performance.now();
    for (;;) {
      const slice = await this.reader.arrivals({
        filter,
        order,
        limit,
        ...(after !== undefined && { after }),
      });
      const isOver = performance.now() - startedAt > LOOK_FOR_MS;
      if (slice.events.length > 0 || !slice.more || isOver)
        return { events: slice.events, next: slice.more ? arrivalsCursor(slice.position, context) : null };
      after = slice.position;
    }
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
