import { StoreCheck } from '@chargelog/event-log';
import { answer, isAtIntakeListener, Open, Operation, Tag } from '@chargelog/http';
import { NOTIFICATION_SOURCES, type NotificationSource } from '@chargelog/pipeline';
import { Controller, Get, Inject, Optional, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LIVE, READINESS, type LiveDto, type ReadinessDto } from './health.dto.js';

/** A topic can have thousands of partitions without a leader. */
const MAX_LISTED = 20;

@Tag('Operation')
@Controller('health')
export class HealthController {
  constructor(
    @Inject(StoreCheck) private readonly store: Pick<StoreCheck, 'trouble'>,
    @Optional() @Inject(NOTIFICATION_SOURCES) private readonly sources: readonly NotificationSource[] = [],
  ) {}

  @Get('live')
  @Open()
  @Operation({
    id: 'isLive',
    summary: 'The process runs and answers',
    description:
      'Says nothing of the database: restarting this process would not mend that one. Meant for liveness probes.',
    returns: answer('It does.', LIVE, { status: 'live' }),
  })
  live(): LiveDto {
    return { status: 'live' };
  }

  @Get('ready')
  @Open()
  @Operation({
    id: 'isReady',
    summary: 'Whether every part works, each with its state',
    description:
      'Asks whether an event could be stored now and the feed be read, by the statements that do it, at most once a second. ' +
      'Meant for balancers and readiness probes.',
    returns: answer('All parts work.', READINESS),
    alsoReturns: { 503: answer('At least one part does not; it is named.', READINESS) },
  })
  async ready(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReadinessDto> {
    const isPublic = isAtIntakeListener(request);
    const trouble = await this.store.trouble();
    const database = {
      ok: trouble === undefined,
      // What is wrong with a database, in its own words, is not for strangers either.
      ...(trouble !== undefined &&
        (isPublic
          ? { detail: 'No event can be stored.' }
          : { detail: `No event can be stored: ${trouble.problem}.`, whatToDo: asSentence(trouble.cure) })),
    };
    // The public door is told without Kafka: webhooks do not wait for it, and its brokers are not for strangers to see.
    const sources = isPublic ? [] : this.sources;
    const kafka = sources.map((source) => {
      const health = source.health();
      return {
        source: health.source,
        ok: health.state === 'running' && health.problems.length === 0 && health.unacknowledgedGaps === 0,
        state: health.state,
        ...(health.detail === undefined ? {} : { detail: health.detail }),
        ...(health.lag === undefined ? {} : { lag: health.lag.toString() }),
        ...(health.problems.length > 0 && { problems: health.problems.slice(0, MAX_LISTED) }),
        gaps: health.gaps,
        unacknowledgedGaps: health.unacknowledgedGaps,
        ...(health.unacknowledgedGaps > 0 && { whatToDo: gapAdvice(health.source) }),
      };
    });
    const ready = database.ok && kafka.every(({ ok }) => ok);
    // Set here, not thrown: an exception becomes a problem document, which would not name the part that fails.
    if (!ready) void reply.status(503);
    return { status: ready ? 'ready' : 'not ready', database, kafka };
  }
}

/** A gap is nothing that passes by itself. */
function gapAdvice(source: string): string {
  return (
    `List the gaps with \`chargelog sources gaps list ${source}\` (GET /v1/sources/${source}/gaps), see to what is missing, ` +
    `then acknowledge them with \`chargelog sources gaps acknowledge\`. They stay on record.`
  );
}

function asSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
