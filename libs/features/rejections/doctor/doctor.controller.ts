import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { GatewayError } from '@chargelog/domain';
import {
  answer,
  JsonBodyPipe,
  Operation,
  RequireScope,
  Tag,
  validationPipe,
  writtenBytes,
} from '@chargelog/http';
import { RejectionService } from '../rejection.service.js';
import { renderRejection } from '../rejections.controller.js';
import type { Diagnosis } from './diagnose-signature.js';
import { DIAGNOSIS, ExplainSignature, type DiagnosisDto } from './doctor.dto.js';

/** Says what is wrong with a signature: which secret, encoding and signed string match, or what is nearest. */
@Tag('Rejections')
@Controller('v1/doctor')
@RequireScope('admin')
export class DoctorController {
  constructor(private readonly service: RejectionService) {}

  /** Never shows a secret, nor the signature a secret would make. */
  @Post('signature')
  @HttpCode(200)
  @Operation({
    id: 'explainSignature',
    summary: 'What is wrong with a signature',
    description:
      'Tries every secret, encoding and signed string, and what goes wrong on the way (bodies written again, line breaks added, other secrets), for a kept rejection or a delivery given whole.',
    body: {
      description: 'Which delivery.',
      example: {
        source: 'ampeco',
        body: '{"notification":"cdr.received"}',
        headers: { 'X-Signature': 'ab'.repeat(32) },
      },
    },
    returns: answer('The findings, most telling first.', DIAGNOSIS),
    problems: ['not-found', 'conflict'],
  })
  async explain(
    @Body(new JsonBodyPipe(), validationPipe('body')) request: ExplainSignature,
  ): Promise<DiagnosisDto> {
    const { source, rejectionId, body } = request;
    if (typeof body !== 'string') {
      const { diagnosis, rejection } = await this.service.explainKept(source, rejectionId ?? undefined);
      return { ...rendered(diagnosis), rejection: renderRejection(rejection) };
    }
    if (typeof rejectionId === 'string')
      throw refused('rejectionId', 'is given beside a body; give one of the two');
    const diagnosis = await this.service.explain(source, {
      body: writtenBytes(body, request.bodyEncoding ?? 'text'),
      headers: headersOf(request.headers ?? {}),
    });
    return { ...rendered(diagnosis), rejection: null };
  }
}

function rendered({ verdict, match, findings, tried }: Diagnosis): Omit<DiagnosisDto, 'rejection'> {
  return {
    verdict,
    match: match === undefined ? null : { ...match, form: match.form ?? null },
    findings,
    tried,
  };
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
