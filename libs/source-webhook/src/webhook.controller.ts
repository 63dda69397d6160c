import { Open } from '@chargelog/access';
import type { AppendOutcome } from '@chargelog/pipeline';
import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { WebhookIntake } from './webhook-intake.js';

const NO_BODY = Buffer.alloc(0);

/** The public door: what AMPECO posts to. Its key is the signature, so no API key is asked for. */
@Controller('webhooks')
export class WebhookController {
  constructor(private readonly intake: WebhookIntake) {}

  @Post(':source')
  @Open()
  @HttpCode(202)
  receive(@Param('source') source: string, @Req() request: FastifyRequest): Promise<AppendOutcome> {
    const body = Buffer.isBuffer(request.body) ? request.body : NO_BODY;
    return this.intake.receive(source, body, request.headers);
  }
}
