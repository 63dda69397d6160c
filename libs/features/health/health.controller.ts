import { DatabasePulse } from '@chargelog/event-log';
import { isAtIntakeListener, Open } from '@chargelog/http';
import { NOTIFICATION_SOURCES, type NotificationSource } from '@chargelog/pipeline';
import { Controller, Get, Inject, Optional, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

@Controller('health')
export class HealthController {
  constructor(
    @Inject(DatabasePulse) private readonly pulse: Pick<DatabasePulse, 'beat'>,
    @Optional() @Inject(NOTIFICATION_SOURCES) private readonly sources: readonly NotificationSource[] = [],
  ) {}

  /** The process runs and answers. Says nothing of the database: restarting this process would not mend that one. */
  @Get('live')
  @Open()
  live(): unknown {
    return { status: 'live' };
  }

  /** Every part that must work for this instance to do its job, each named with its state. */
  @Get('ready')
  @Open()
  async ready(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const database = await this.pulse.beat().then(
      () => ({ ok: true }),
      () => ({ ok: false, detail: 'The event store does not answer.' }),
    );
    // The public door is told without Kafka: webhooks do not wait for it, and its brokers are not for strangers to see.
    const sources = isAtIntakeListener(request) ? [] : this.sources;
    const kafka = sources.map((source) => {
      const health = source.health();
      return {
        source: health.source,
        ok: health.state === 'running' && health.unacknowledgedGaps === 0,
        state: health.state,
        ...(health.detail === undefined ? {} : { detail: health.detail }),
        ...(health.lag === undefined ? {} : { lag: health.lag.toString() }),
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
