import { distinct, listOf } from '../declare/collections.js';
import { section, type SectionRule } from '../declare/section.js';
import { setting, type Infer } from '../declare/setting.js';
import { formatDuration } from '../values/duration.js';
import { duration, name, oneOf, oneOfNumbers, secretText, wholeNumber } from '../declare/types.js';
import { bodyFormat } from './body-format.js';

/** Text form of the HMAC in `X-Signature`. AMPECO does not document it, therefore both are tried by default. */
export const SIGNATURE_ENCODINGS = ['hex', 'base64'] as const;
export type SignatureEncoding = (typeof SIGNATURE_ENCODINGS)[number];

/** What the HMAC covers: the body, or the body and `X-Timestamp` joined in one of three ways. */
export const SIGNED_STRINGS = ['body', 'timestamp+body', 'timestamp.body', 'body+timestamp'] as const;
export type SignedString = (typeof SIGNED_STRINGS)[number];

const webhookSecret = section({
  name: setting(name, 'Shown and recorded in place of the value; unique within the source.', {
    example: 'a',
  }),
  value: setting(secretText, 'The AMPECO API token that created the subscription.', {
    example: '${AMPECO_TOKEN}',
  }),
});
export type WebhookSecret = Infer<typeof webhookSecret>;

const holdsBody = { anyOf: [{ const: 'body' }, { type: 'array', contains: { const: 'body' } }] };
/** Whoever sends a recorded request again can change a stamp that is not signed. */
const agesAreSigned: SectionRule = {
  check(given, values, at) {
    if (!Object.hasOwn(given, 'maxAge')) return;
    const { signed } = values as { readonly signed?: readonly SignedString[] };
    if (signed?.includes('body') !== true) return;
    at.child('maxAge').add(
      'needs X-Timestamp to be signed: set `signed` to forms with timestamp alone, without body',
    );
  },
  schema: {
    if: { required: ['maxAge'] },
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    then: { required: ['signed'], properties: { signed: { not: holdsBody } } },
  },
};

const signature = section(
  {
    encodings: setting(listOf(oneOf(SIGNATURE_ENCODINGS)), 'Text forms of the HMAC-SHA256.', {
      default: SIGNATURE_ENCODINGS,
    }),
    signed: setting(
      listOf(oneOf(SIGNED_STRINGS), { isOneEnough: true }),
      'What is signed; one, or a list of those that are accepted. `timestamp` is the value of `X-Timestamp`.',
      { default: 'body' },
    ),
    maxAge: setting(
      duration('10s', '30d'),
      'How far `X-Timestamp` may be from the arrival; other deliveries are refused, so that a recorded request cannot be sent again later. Late retries that keep their stamp are refused too. Only where each form in `signed` holds `timestamp`. Unset: any age is taken.',
      { as: 'maxAgeMs', optional: true },
    ),
  },
  { rules: [agesAreSigned] },
);

const rateLimit = section(
  {
    perSecond: setting(wholeNumber(1, 1_000_000), 'Deliveries per second that are taken in the long run.'),
    burst: setting(
      wholeNumber(1, 1_000_000),
      'Deliveries that may come at once after a quiet time; as many as `perSecond` when unset.',
      { optional: true },
    ),
  },
  { into: ({ perSecond, burst = perSecond }) => ({ perSecond, burst }) },
);
/** A bucket that holds `burst` deliveries and is filled by `perSecond`. */
export type RateLimit = Infer<typeof rateLimit>;

export const webhookSource = section(
  {
    name: setting(name, 'Unique name of the source; the last part of its callback URL.', {
      example: 'ampeco',
      summary: false,
    }),
    kind: setting(oneOf(['webhook']), 'Says that this is a webhook source.', {
      example: 'webhook',
      summary: (kind) => kind,
    }),
    tenant: setting(
      name,
      'The AMPECO tenant whose notifications arrive here. Taken from here, never from `X-Tenant`.',
      { example: 'acme', summary: (tenant) => `tenant ${tenant}` },
    ),
    secrets: setting(
      listOf(webhookSecret, {
        rules: [
          distinct('name', (first) => `is also the name of ${first}`),
          distinct('value', (first) => `is the same secret as ${first}`),
        ],
      }),
      'Secrets of which one must have signed a delivery. Several are active at once, so that a token can be changed without a gap.',
      { summary: (secrets) => secrets.map(({ name }) => `secret ${name} set`) },
    ),
    signature: setting(signature, 'Forms of `X-Signature` that are accepted.', {
      default: {},
      summary: ({ signed, encodings, maxAgeMs }) =>
        `signed ${signed.join(' or ')} in ${encodings.join(' or ')}${maxAgeMs === undefined ? '' : `, at most ${formatDuration(maxAgeMs)} old`}`,
    }),
    format: bodyFormat,
    answer: setting(
      oneOfNumbers([200, 202, 204]),
      'Status of the answer to a delivery that is stored, known already or in quarantine. AMPECO documents 202; change it for a sender or a proxy that counts another one as the only success. With 204 the answer has no body.',
      { default: 202, summary: (status) => (status === 202 ? [] : `answers ${status}`) },
    ),
    rateLimit: setting(
      rateLimit,
      'Most signed deliveries that are taken from this source; further ones are answered with 429 and `Retry-After`. Each instance counts for itself.',
      { optional: true, summary: ({ perSecond, burst }) => `at most ${perSecond}/s with bursts of ${burst}` },
    ),
  },
  {
    heading: 'Webhook source',
    description: 'A webhook subscription of one AMPECO tenant, received at `/webhooks/{name}`.',
  },
);
export type WebhookSourceConfig = Infer<typeof webhookSource>;
