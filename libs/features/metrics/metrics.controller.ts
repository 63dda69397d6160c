import { RequireScope } from '@chargelog/http';
import { GatewayMetrics } from '@chargelog/telemetry';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

@Controller('metrics')
export class MetricsController {
  constructor(@Inject(GatewayMetrics) private readonly metrics: GatewayMetrics) {}

  /** Prometheus text format; the database is not asked, so it answers when the database does not. */
  @Get()
  @RequireScope('metrics')
  async read(@Res() reply: FastifyReply): Promise<void> {
    await reply.type(this.metrics.contentType).send(await this.metrics.render());
  }
}
