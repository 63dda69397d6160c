import {
  answer,
  BODY_PROBLEMS,
  INSTANT,
  object,
  pageOf,
  QUERY_PROBLEMS,
  ref,
  SOURCE_NAME,
  STORE_PROBLEMS,
  UUID,
  type OperationDescription,
  type Schema,
  queryParameter,
  RECEIVED_PAGE,
} from '@chargelog/http';
import { REJECTION_REASONS } from './rejection-reason.js';

const REASON: Schema = { type: 'string', enum: REJECTION_REASONS };

export const REJECTION_SCHEMAS: Readonly<Record<string, Schema>> = {
  Rejection: object({
    rejectionId: UUID,
    source: { type: 'string' },
    receivedAt: INSTANT,
    reason: REASON,
    bytes: { type: 'integer', description: 'Length of the body.' },
  }),
  RejectionPage: pageOf(ref('Rejection'), {
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
      queryParameter('source', 'Name of the source.', { type: 'string' }, 'ampeco'),
      queryParameter('reason', 'What is wrong with the signature.', REASON, 'signature-wrong'),
      ...RECEIVED_PAGE,
      queryParameter('after', '`next` of the page before.', UUID),
    ],
    answers: { 200: answer('One page.', ref('RejectionPage')) },
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
    },
    answers: { 200: answer('What was done.', ref('Reverification')) },
    problems: [...BODY_PROBLEMS, 'not-found', ...STORE_PROBLEMS],
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
    },
    answers: { 200: answer('The findings, most telling first.', ref('Diagnosis')) },
    problems: [...BODY_PROBLEMS, 'not-found', 'conflict', ...STORE_PROBLEMS],
  },
];
