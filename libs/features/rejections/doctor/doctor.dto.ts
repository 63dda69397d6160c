import { IsIn, IsObject, IsOptional, IsString, IsUUID } from 'class-validator';
import {
  BODY_ENCODINGS,
  type BodyEncoding,
  Described,
  IsSourceName,
  json,
  NamedSchema,
} from '@chargelog/http';
import { REJECTION } from '../rejections.dto.js';

@NamedSchema('SignatureQuestion')
export class ExplainSignature {
  @Described('Name of the webhook source it was sent to.')
  @IsSourceName()
  source!: string;

  @Described('A kept rejection; default: the newest.', { nullable: true })
  @IsOptional()
  @IsUUID()
  rejectionId?: string | null;

  @Described('Or a delivery given whole: its bytes, written as `bodyEncoding` says.', { nullable: true })
  @IsOptional()
  @IsString()
  body?: string | null;

  @Described('`text` unless given.', { nullable: true })
  @IsOptional()
  @IsIn(BODY_ENCODINGS)
  bodyEncoding?: BodyEncoding | null;

  @Described('Of the delivery given whole; `X-Signature` and `X-Timestamp` matter.', {
    nullable: true,
    schema: { additionalProperties: json.text() },
  })
  @IsOptional()
  @IsObject()
  headers?: Record<string, unknown> | null;
}

export const DIAGNOSIS = json.named(
  'Diagnosis',
  json.object({
    verdict: json.oneOf(
      ['verifies', 'configurable', 'explained', 'unexplained'],
      '`configurable`: after the changes of the findings it verifies, and kept rejections can be admitted. `explained`: the cause lies outside the gateway.',
    ),
    match: json.orNull(
      json.object({
        source: json.text(),
        secret: json.text('Its name; the secret itself is never shown.'),
        form: json.orNull(json.text()),
      }),
    ),
    findings: json.listOf(
      json.object({ code: json.text(), detail: json.text() }, { change: json.text('What to do about it.') }),
    ),
    tried: json.count('Digests that were computed.'),
    rejection: json.orNull(REJECTION),
  }),
);
export type DiagnosisDto = json.Of<typeof DIAGNOSIS>;
