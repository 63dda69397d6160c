import { answerOf, Operation, RequireScope, json, Tag } from '@chargelog/http';
import { GatewayMetrics } from '@chargelog/telemetry';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

@Tag('Operation')
@Controller('metrics')
export class MetricsController {
  constructor(@Inject(GatewayMetrics) private readonly metrics: GatewayMetrics) {}

  /** The database is not asked, so it answers when the database does not. */
  @Get()
  @RequireScope('metrics')
  @Operation({
    id: 'readMetrics',
    summary: 'Metrics in the text format of Prometheus',
    description: 'docs/metrics.md says what each means and when to worry. The database is not asked.',
    returns: answerOf('text/plain', 'All metrics.', json.text()),
  })
  async read(@Res() reply: FastifyReply): Promise<void> {
    await reply.type(this.metrics.contentType).send(await this.metrics.render());
  }
}
