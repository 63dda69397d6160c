import { IsIn, IsObject, IsOptional, IsString, IsUUID } from 'class-validator';
import {
  arrayOf,
  COUNT,
  Described,
  IsSourceName,
  type JsonOf,
  named,
  NamedSchema,
  object,
  orNull,
  TEXT,
} from '@chargelog/http';
import { REJECTION } from '../rejections.dto.js';

const ENCODINGS = ['text', 'hex', 'base64'] as const;
export type BodyEncoding = (typeof ENCODINGS)[number];

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
  @IsIn(ENCODINGS)
  bodyEncoding?: BodyEncoding | null;

  @Described('Of the delivery given whole; `X-Signature` and `X-Timestamp` matter.', {
    nullable: true,
    schema: { additionalProperties: TEXT },
  })
  @IsOptional()
  @IsObject()
  headers?: Record<string, unknown> | null;
}

export const DIAGNOSIS = named(
  'Diagnosis',
  object({
    verdict: {
      type: 'string',
      enum: ['verifies', 'configurable', 'explained', 'unexplained'],
      description:
        '`configurable`: after the changes of the findings it verifies, and kept rejections can be admitted. `explained`: the cause lies outside the gateway.',
    },
    match: orNull(
      object({
        source: TEXT,
        secret: { ...TEXT, description: 'Its name; the secret itself is never shown.' },
        form: { type: ['string', 'null'] },
      }),
    ),
    findings: arrayOf(
      object({ code: TEXT, detail: TEXT }, { change: { ...TEXT, description: 'What to do about it.' } }),
    ),
    tried: { ...COUNT, description: 'Digests that were computed.' },
    rejection: orNull(REJECTION),
  }),
);
export type DiagnosisDto = JsonOf<typeof DIAGNOSIS>;
