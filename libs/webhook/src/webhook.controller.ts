import { Controller, HttpCode, Param, Post, Req, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Open } from '@chargelog/http';
import type { AppendOutcome } from '@chargelog/pipeline';
import { takeAnyContentType } from './any-content-type.js';
import { WebhookIntake } from './webhook-intake.js';

const NO_BODY = Buffer.alloc(0);

/** The public door: what AMPECO posts to. Its key is the signature, so no API key is asked for. */
@Controller('webhooks')
export class WebhookController implements OnModuleInit {
  constructor(
    private readonly intake: WebhookIntake,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  onModuleInit(): void {
    takeAnyContentType(this.adapterHost.httpAdapter.getInstance<FastifyInstance>());
  }

  @Post(':source')
  @Open()
  @HttpCode(202)
  receive(@Param('source') source: string, @Req() request: FastifyRequest): Promise<AppendOutcome> {
    const body = Buffer.isBuffer(request.body) ? request.body : NO_BODY;
    // The raw headers: those of Fastify may carry our stand-in for a malformed content type.
    return this.intake.receive(source, body, request.raw.headers);
  }
}
