import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { IsIn, IsObject, IsOptional, IsString, IsUUID } from 'class-validator';
import { GatewayError } from '@chargelog/domain';
import { RequireScope, IsSourceName, JsonBodyPipe, validationPipe } from '@chargelog/http';
import { RejectionDesk } from '../rejection-desk.js';
import { render } from '../rejections.controller.js';
import type { Diagnosis } from './diagnose-signature.js';

const ENCODINGS = ['text', 'hex', 'base64'] as const;

export class ExplainSignature {
  /** Name of the webhook source it was sent to. */
  @IsSourceName()
  source!: string;

  /** A kept rejection; absent, with `body` absent too: the newest of the source. */
  @IsOptional()
  @IsUUID()
  rejectionId?: string | null;

  /** A delivery given whole: its bytes, written as `bodyEncoding` says. */
  @IsOptional()
  @IsString()
  body?: string | null;

  @IsOptional()
  @IsIn(ENCODINGS)
  bodyEncoding?: (typeof ENCODINGS)[number] | null;

  /** Its headers; `X-Signature` and `X-Timestamp` matter. */
  @IsOptional()
  @IsObject()
  headers?: Record<string, unknown> | null;
}

/** Says what is wrong with a signature: which secret, encoding and signed string match, or what is nearest. */
@Controller('v1/doctor')
@RequireScope('admin')
export class DoctorController {
  constructor(private readonly desk: RejectionDesk) {}

  /** Never shows a secret, nor the signature a secret would make. */
  @Post('signature')
  @HttpCode(200)
  async explain(
    @Body(new JsonBodyPipe(), validationPipe('body')) request: ExplainSignature,
  ): Promise<unknown> {
    const { source, rejectionId, body } = request;
    if (typeof body !== 'string') {
      const { diagnosis, rejection } = await this.desk.explainKept(source, rejectionId ?? undefined);
      return { ...rendered(diagnosis), rejection: render(rejection) };
    }
    if (typeof rejectionId === 'string')
      throw refused('rejectionId', 'is given beside a body; give one of the two');
    const diagnosis = await this.desk.explain(source, {
      body: bytesOf(body, request.bodyEncoding ?? 'text'),
      headers: headersOf(request.headers ?? {}),
    });
    return { ...rendered(diagnosis), rejection: null };
  }
}

function rendered({ verdict, match, findings, tried }: Diagnosis): Record<string, unknown> {
  return {
    verdict,
    match: match === undefined ? null : { ...match, form: match.form ?? null },
    findings,
    tried,
  };
}

function bytesOf(text: string, encoding: (typeof ENCODINGS)[number]): Buffer {
  if (encoding === 'text') return Buffer.from(text, 'utf8');
  const bytes = Buffer.from(text, encoding);
  const isWhole =
    encoding === 'hex'
      ? bytes.length * 2 === text.length
      : bytes.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '');
  if (!isWhole) throw refused('body', `is not ${encoding}`);
  return bytes;
}

function headersOf(given: Readonly<Record<string, unknown>>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (typeof value !== 'string') throw refused(`headers.${name}`, 'must be a text');
    headers[name.toLowerCase()] = value;
  }
  return headers;
}

function refused(name: string, reason: string): GatewayError {
  return new GatewayError('invalid-body', `${name}: ${reason}`, { errors: [{ in: 'body', name, reason }] });
}
