import { Controller, HttpCode, Param, Post, Req, Res, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answer, json, Open, Operation, SESSION_STARTED, SESSION_STARTED_ID, Tag } from '@chargelog/http';
import { takeAnyContentType } from './any-content-type.js';
import { WebhookIntake, type Acknowledgement } from './webhook-intake.js';

const ACKNOWLEDGEMENT = json.named(
  'Acknowledgement',
  json.described(
    json.either(
      json.object(
        { outcome: json.oneOf(['stored', 'duplicate']), eventId: json.uuid() },
        {
          undated: json.flag(
            'The body holds no time of its own that counts (a time from 2015 to 2035 in a form that is read).',
          ),
        },
      ),
      json.object({ outcome: json.literal('quarantined'), quarantineId: json.uuid() }),
    ),
    'The delivery is in the database: as a new event, as a further copy of one, or in quarantine.',
  ),
);

const NO_BODY = Buffer.alloc(0);

/** The public door: what AMPECO posts to. Its key is the signature, so no API key is asked for. */
@Tag('Intake')
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
  @Operation({
    id: 'receiveWebhook',
    summary: 'Where AMPECO delivers',
    description:
      'Any content type; the bytes are kept as they are. The answer follows the commit: what was acknowledged is stored. What cannot be read is acknowledged too, and waits in quarantine. A query string is accepted and ignored, and so are doubled slashes, upper case and slashes at the end of the path. Other methods are answered 405, with a sentence that says whether the URL is right.',
    proof: 'signature',
    path: {
      source: {
        description: 'Name of a configured webhook source.',
        schema: json.sourceName(),
        example: 'ampeco',
      },
    },
    headers: {
      'X-Signature': {
        description:
          'HMAC-SHA256 over the raw body with the AMPECO API token that created the subscription; hex or base64, optionally after `sha256=`.',
        required: true,
      },
      'X-Timestamp': {
        description:
          "When AMPECO sent it. Part of the signed text only where the source's configuration says so. Equal bodies without a time of their own that carry the same one are copies, at any age.",
      },
    },
    body: {
      description:
        'A notification of AMPECO. The largest body that is taken is configured (1 MiB by default).',
      schema: {
        type: 'object',
        properties: { notification: { type: 'string', minLength: 1 } },
        required: ['notification'],
        additionalProperties: true,
      },
      example: SESSION_STARTED,
    },
    returns: answer(
      'Stored, known already, or in quarantine; in the database in each case.',
      ACKNOWLEDGEMENT,
      { outcome: 'stored', eventId: SESSION_STARTED_ID },
    ),
    alsoReturns: {
      200: answer('The same, of a source with `answer: 200`.', ACKNOWLEDGEMENT),
      204: { description: 'The same without a body, of a source with `answer: 204`.' },
    },
    problems: ['bad-signature', 'not-found', 'too-large', 'rate-limited', 'overloaded', 'store-away'],
  })
  async receive(
    @Param('source') source: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Acknowledgement | undefined> {
    const body = Buffer.isBuffer(request.body) ? request.body : NO_BODY;
    // The raw headers: those of Fastify may carry our stand-in for a malformed content type.
    const outcome = await this.intake.receive(source, body, request.raw.headers);
    const status = this.intake.answerOf(source);
    if (status === 202) return outcome;
    void reply.status(status);
    return status === 204 ? undefined : outcome;
  }
}
