import { Controller, Get, Header, Inject, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '@chargelog/domain';
import { renderCloudEvent, dataForm, toEventFilter } from '@chargelog/features/events';
import {
  answer,
  CurrentCaller,
  feedCursor,
  instantOf,
  Operation,
  readFeedCursor,
  RequireScope,
  validationPipe,
  withinTenantsOf,
  type Caller,
  Tag,
} from '@chargelog/http';
import { EVENT_READER, type EventFilter, type EventReader, type FeedSlice } from '@chargelog/pipeline';
import { FeedSignal } from './feed-signal.js';
import { FEED_PAGE, FeedQuery } from './feed.dto.js';

/** `after` that begins with it names a time instead of a position. */
const RECEIVED = 'received:';
/** A filter that matches little may scan for this long before it answers with how far it got. */
const SCAN_BUDGET_MS = 2_000;
/** How often the key of a read that waits is looked at; with what the directory believes, within the 5 s of other calls. */
const KEY_LOOK_EVERY_MS = 1_000;

@Tag('Feed')
@Controller('v1/feed')
export class FeedController {
  constructor(
    @Inject(EVENT_READER) private readonly reader: EventReader,
    private readonly signal: FeedSignal,
  ) {}

  /**
   * Events after a cursor, in position order: the order of arrival per source, never skipping one, late events included.
   * `next` is always there, also when nothing matched; `more` says that a further read will not have to wait.
   */
  @Get()
  @RequireScope('events:read')
  @Operation({
    id: 'readFeed',
    summary: 'Events in order of arrival, never skipping one',
    description:
      'Keep `next` and pass it back as `after`. A reader without a cursor starts at the beginning, at the present end (`end`), or at an arrival (`received:2026-03-14T09:26:53Z`): with the first event that was received then or later, or some before it, never one after it. A reader may change its filter and go on with the same cursor. Read late events here, not in history: they have an old time and a new position.',
    returns: answer('One read.', FEED_PAGE),
    problems: ['invalid-cursor', 'epoch-changed'],
  })
  @Header('content-type', 'application/json; charset=utf-8')
  async read(
    @Query(validationPipe('query')) query: FeedQuery,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const epoch = await this.reader.epoch();
    const after = await this.startOf(query.after, epoch);
    // Nothing is beyond the end yet; without a wait there is nothing to ask for.
    if (query.after === 'end' && query.wait === 0) return page([], feedCursor(after, epoch), false);
    const filter = { ...toEventFilter(query), ...withinTenantsOf(caller) };
    const slice = await this.follow(after, query, filter, caller, request);
    // This answer comes after the server has closed its idle connections; a client that kept this one would hold up the end.
    if (this.signal.isClosed) void reply.header('connection', 'close');
    const form = dataForm(query.data, caller);
    const events = slice.events.map((event) => renderCloudEvent(event, form));
    return page(events, feedCursor(slice.position, epoch), slice.more);
  }

  /** The position to read after. @throws GatewayError `invalid-cursor`, `epoch-changed`. */
  private async startOf(after: string | undefined, epoch: string): Promise<bigint> {
    if (after === undefined) return 0n;
    if (after === 'end') return this.reader.end();
    if (!after.startsWith(RECEIVED)) return readFeedCursor(after, epoch);
    const at = instantOf(after.slice(RECEIVED.length));
    if (at !== undefined) return this.reader.positionBefore(at);
    const reason = `must have an RFC 3339 instant or a date after "${RECEIVED}", like ${RECEIVED}2026-03-14T09:26:53Z`;
    throw new GatewayError('invalid-cursor', `after: ${reason}`, {
      errors: [{ in: 'query', name: 'after', reason }],
    });
  }

  /** @throws GatewayError `unauthenticated` when the key ends while the read waits. */
  private async follow(
    after: bigint,
    query: FeedQuery,
    filter: EventFilter,
    caller: Caller,
    request: FastifyRequest,
  ): Promise<FeedSlice> {
    const { socket } = request.raw;
    const gone = new AbortController();
    const leave = (): void => gone.abort();
    if (socket.destroyed) leave();
    socket.once('close', leave);
    const key = watchKey(caller, leave);
    try {
      const slice = await this.followUntil(after, query, filter, gone.signal);
      if (key.hasEnded()) {
        throw new GatewayError('unauthenticated', 'The API key has expired or was revoked during the read.');
      }
      return slice;
    } finally {
      key.close();
      // The socket outlives the request where connections are kept alive.
      socket.off('close', leave);
    }
  }

  private async followUntil(
    after: bigint,
    query: FeedQuery,
    filter: EventFilter,
    gone: AbortSignal,
  ): Promise<FeedSlice> {
    const startedAt = performance.now();
    let position = after;
    for (;;) {
      const slice = await this.reader.feed(position, query.limit, filter);
      position = slice.position;
      if (slice.events.length > 0 || gone.aborted || this.signal.isClosed) return slice;
      const waitedMs = performance.now() - startedAt;
      if (slice.more) {
        if (waitedMs > SCAN_BUDGET_MS) return slice;
        continue;
      }
      const leftMs = query.wait * 1_000 - waitedMs;
      if (leftMs <= 0) return slice;
      await this.signal.wait(slice.horizon, leftMs, gone);
    }
  }
}

/** Looks at the caller's key from time to time until it is closed. While the look-up fails, the key counts as live. */
function watchKey({ isLive }: Caller, onEnd: () => void): { hasEnded(): boolean; close(): void } {
  let hasEnded = false;
  const look = async (): Promise<void> => {
    if (hasEnded || (await isLive?.().catch(() => true)) !== false) return;
    hasEnded = true;
    onEnd();
  };
  const timer = isLive && setInterval(() => void look(), KEY_LOOK_EVERY_MS);
  return { hasEnded: () => hasEnded, close: () => clearInterval(timer) };
}

function page(events: readonly string[], next: string, more: boolean): string {
  return `{"data":[${events.join(',')}],"next":${JSON.stringify(next)},"more":${more}}`;
}
