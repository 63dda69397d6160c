import { Controller, Get, Header, Inject, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { GatewayError, parseUuid, SCHEME, type StoredEvent } from '@chargelog/domain';
import {
  CurrentCaller,
  maySeeTenant,
  RequireScope,
  withinTenantsOf,
  type Caller,
  historyCursor,
  readHistoryCursor,
  validationPipe,
  visibleHeaders,
} from '@chargelog/http';
import { EVENT_READER, type DeliveryRecord, type EventReader } from '@chargelog/pipeline';
import { renderCloudEvent } from './cloud-event.js';
import { dataForm, DataQuery } from './data-form.js';
import { explainConformance } from './explain-conformance.js';
import { ListEventsQuery, toHistoryFilter } from './list-events.query.js';
import { originalHeaders } from './original-headers.js';

const JSON_TYPE = 'application/json; charset=utf-8';
/** A list without an upper bound ends here, so that one event from a clock in the far future does not lead every page. */
const AHEAD_MS = 86_400_000;

@Controller('v1/events')
export class EventsController {
  constructor(@Inject(EVENT_READER) private readonly reader: EventReader) {}

  /** History: newest first, keyset pages. A page behind which there may be more has `next`. */
  @Get()
  @RequireScope('events:read')
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
  @Header('content-type', JSON_TYPE)
  async find(
    @Param('id') id: string,
    @Query(validationPipe('query')) query: DataQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<string> {
    return renderCloudEvent(await this.visible(id, caller), dataForm(query.data, caller));
  }

  /** Every copy that was received, why they are one event, and how it departs from the catalogue. */
  @Get(':id/deliveries')
  @RequireScope('events:read')
  async deliveries(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<unknown> {
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
        occurredAt: new Date(event.occurredAt).toISOString(),
      },
      ...explainConformance(event),
      data: records.map((record) => renderDelivery(record, caller)),
    };
  }

  /** The first delivery's exact bytes; what came with them in `original-*` headers, so that it can be verified again. */
  @Get(':id/raw')
  @RequireScope('events:read-sensitive')
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

function renderDelivery(record: DeliveryRecord, caller: Caller): unknown {
  return {
    deliveryKey: record.key,
    role: record.first ? 'first' : 'duplicate',
    source: record.source,
    transport: record.transport,
    receivedAt: new Date(record.receivedAt).toISOString(),
    sameBytes: record.sameBytes,
    ...visibleHeaders(record.headers, caller),
    ...(record.verification && { verifiedBy: record.verification }),
    ...(record.kafka && {
      kafka: {
        ...record.kafka,
        timestamp:
          record.kafka.timestamp === undefined ? null : new Date(record.kafka.timestamp).toISOString(),
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
