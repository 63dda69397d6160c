import { REJECTION_REASONS } from '@chargelog/pipeline';
import {
  INSTANT,
  json,
  object,
  QUERY_PROBLEMS,
  RECEIVED_PAGE,
  ref,
  SOURCE_NAME,
  STORE_PROBLEMS,
  UUID,
  type OperationDescription,
  type Schema,
} from './description.js';

const REASON: Schema = { type: 'string', enum: REJECTION_REASONS };

export const REJECTION_SCHEMAS: Readonly<Record<string, Schema>> = {
  Rejection: object({
    rejectionId: UUID,
    source: { type: 'string' },
    receivedAt: INSTANT,
    reason: REASON,
    bytes: { type: 'integer', description: 'Length of the body.' },
  }),
  RejectionPage: object({
    data: { type: 'array', items: ref('Rejection') },
    next: { type: ['string', 'null'] },
    isKeeping: {
      type: 'boolean',
      description: 'False where no key seals them: they are counted only.',
    },
    counts: {
      type: 'array',
      items: object({
        source: { type: 'string' },
        reason: REASON,
        rejected: { type: 'integer', description: 'By whole hours; includes those that were not kept.' },
        kept: { type: 'integer' },
      }),
    },
  }),
  Reverification: object({
    examined: { type: 'integer' },
    stored: { type: 'integer' },
    duplicate: { type: 'integer' },
    quarantined: { type: 'integer' },
    stillRejected: { type: 'integer', description: 'They verify no more than before, and stay.' },
    unreadable: { type: 'integer', description: 'No key opens them.' },
    next: { type: ['string', 'null'], description: 'Where to go on; null when all were looked at.' },
  }),
  SignatureQuestion: object(
    {
      source: SOURCE_NAME,
      rejectionId: { type: ['string', 'null'], description: 'A kept rejection; default: the newest.' },
      body: { type: ['string', 'null'], description: 'Or a delivery given whole.' },
      bodyEncoding: { type: ['string', 'null'], enum: ['text', 'hex', 'base64'] },
      headers: { type: ['object', 'null'], additionalProperties: { type: 'string' } },
    },
    ['source'],
  ),
  Diagnosis: object({
    verdict: {
      type: 'string',
      enum: ['verifies', 'configurable', 'explained', 'unexplained'],
      description:
        '`configurable`: after the changes of the findings it verifies, and kept rejections can be admitted. `explained`: the cause lies outside the gateway.',
    },
    match: {
      oneOf: [
        object({
          source: { type: 'string' },
          secret: { type: 'string', description: 'Its name; the secret itself is never shown.' },
          form: { type: ['string', 'null'] },
        }),
        { type: 'null' },
      ],
    },
    findings: {
      type: 'array',
      items: object(
        {
          code: { type: 'string' },
          detail: { type: 'string' },
          change: { type: 'string', description: 'What to do about it.' },
        },
        ['code', 'detail'],
      ),
    },
    tried: { type: 'integer', description: 'Digests that were computed.' },
    rejection: { oneOf: [ref('Rejection'), { type: 'null' }] },
  }),
};

export const REJECTIONS: readonly OperationDescription[] = [
  {
    id: 'listRejections',
    method: 'get',
    path: '/v1/rejections',
    tag: 'Rejections',
    summary: 'Deliveries whose signature was not valid, newest first',
    description:
      'Kept for 72 hours, at most 64 MiB of each source, encrypted; their headers and bodies are shown to nobody. Counts stay.',
    access: 'admin',
    parameters: [
      {
        in: 'query',
        name: 'source',
        description: 'Name of the source.',
        schema: { type: 'string' },
        example: 'ampeco',
      },
      {
        in: 'query',
        name: 'reason',
        description: 'What is wrong with the signature.',
        schema: REASON,
        example: 'signature-wrong',
      },
      ...RECEIVED_PAGE,
      { in: 'query', name: 'after', description: '`next` of the page before.', schema: UUID },
    ],
    answers: { 200: { description: 'One page.', content: json(ref('RejectionPage')) } },
    problems: [...QUERY_PROBLEMS, ...STORE_PROBLEMS],
  },
  {
    id: 'reverifyRejections',
    method: 'post',
    path: '/v1/rejections/reverify',
    tag: 'Rejections',
    summary: 'Admit kept rejections that verify today',
    description:
      'After a secret or form was corrected: they become events with their true receipt time, each once, however often this is called.',
    access: 'admin',
    body: {
      description: 'Of which source.',
      schema: object(
        {
          source: SOURCE_NAME,
          after: { type: ['string', 'null'], description: '`next` of the call before.' },
        },
        ['source'],
      ),
      example: { source: 'ampeco' },
      required: true,
    },
    answers: { 200: { description: 'What was done.', content: json(ref('Reverification')) } },
    problems: ['invalid-body', 'unknown-parameter', 'not-found', ...STORE_PROBLEMS],
  },
  {
    id: 'explainSignature',
    method: 'post',
    path: '/v1/doctor/signature',
    tag: 'Rejections',
    summary: 'What is wrong with a signature',
    description:
      'Tries every secret, encoding and signed string, and what goes wrong on the way (bodies written again, line breaks added, other secrets), for a kept rejection or a delivery given whole.',
    access: 'admin',
    body: {
      description: 'Which delivery.',
      schema: ref('SignatureQuestion'),
      example: {
        source: 'ampeco',
        body: '{"notification":"cdr.received"}',
        headers: { 'X-Signature': 'ab'.repeat(32) },
      },
      required: true,
    },
    answers: { 200: { description: 'The findings, most telling first.', content: json(ref('Diagnosis')) } },
    problems: ['invalid-body', 'unknown-parameter', 'not-found', 'conflict', ...STORE_PROBLEMS],
  },
];
