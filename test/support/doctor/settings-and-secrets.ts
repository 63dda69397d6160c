import { createHash } from 'node:crypto';
import type { DoctorSecret, FindingCode } from '@chargelog/features/rejections';
import {
  BODY,
  found,
  hex,
  hmac,
  OTHER,
  SECOND,
  secret,
  SENT,
  STAMP,
  TOKEN,
  type Row,
} from './signature-case.js';

export const VERIFYING: readonly Row[] = [
  found('the second secret', { signature: hex(BODY, SECOND) }, 'verifies', ['verifies'], {
    secret: 'second',
    form: 'body:hex',
  }),
  found('hex', {}, 'verifies', ['verifies'], { form: 'body:hex' }),
  found('hex in upper case', { signature: hex(BODY).toUpperCase() }, 'verifies', ['verifies'], {
    form: 'body:hex',
  }),
  found('hex behind sha256=', { signature: `sha256=${hex(BODY)}` }, 'verifies', ['verifies'], {
    form: 'body:hex',
  }),
  found('hex with white space around', { signature: ` ${hex(BODY)}\t` }, 'verifies', ['verifies'], {
    form: 'body:hex',
  }),
  found('base64', { signature: hmac(BODY).toString('base64') }, 'verifies', ['verifies'], {
    form: 'body:base64',
  }),
  found(
    'base64 without padding',
    { signature: hmac(BODY).toString('base64').slice(0, -1) },
    'verifies',
    ['verifies'],
    { form: 'body:base64' },
  ),
];

export const STAMPED: readonly Row[] = (
  [
    ['timestamp+body', STAMP + SENT],
    ['timestamp.body', `${STAMP}.${SENT}`],
    ['body+timestamp', SENT + STAMP],
  ] as const
).flatMap(([form, text]) => [
  found(`${form}, not enabled`, { signature: hex(text) }, 'configurable', ['form-not-enabled'], {
    form: `${form}:hex`,
  }),
  found(
    `${form} in base64, not enabled`,
    { signature: hmac(text).toString('base64') },
    'configurable',
    ['form-not-enabled'],
    {
      form: `${form}:base64`,
    },
  ),
  found(
    `${form}, enabled`,
    { signature: hex(text), rules: { encodings: ['hex'], signed: [form] } },
    'verifies',
    ['verifies'],
    {
      form: `${form}:hex`,
    },
  ),
]);

export const NEAR_STAMPS: readonly Row[] = [
  ['seconds', `1773480413.${SENT}`, 'stamp-rewritten'],
  ['milliseconds', `1773480413123${SENT}`, 'stamp-rewritten'],
  ['whole seconds', `${SENT}2026-03-14T09:26:53Z`, 'stamp-rewritten'],
  ['an offset', `2026-03-14T09:26:53+00:00.${SENT}`, 'stamp-rewritten'],
  ['a colon between', `${STAMP}:${SENT}`, 'stamp-joined-otherwise'],
  ['a line break between', `${STAMP}\n${SENT}`, 'stamp-joined-otherwise'],
  ['a dot and the stamp behind', `${SENT}.${STAMP}`, 'stamp-joined-otherwise'],
].map(([of = '', text = '', code]) =>
  found(`a stamp with ${of}`, { signature: hex(text) }, 'explained', [
    code as FindingCode,
    ...(code === 'stamp-rewritten' ? (['form-not-enabled'] as const) : []),
  ]),
);

export const CONFIGURATION: readonly Row[] = [
  found(
    'an encoding that is not enabled',
    { rules: { encodings: ['base64'], signed: ['body'] } },
    'configurable',
    ['encoding-not-enabled'],
    {
      form: 'body:hex',
    },
  ),
  found(
    'a form and an encoding that are not enabled',
    { signature: hmac(SENT + STAMP).toString('base64'), rules: { encodings: ['hex'], signed: ['body'] } },
    'configurable',
    ['form-not-enabled', 'encoding-not-enabled'],
    { form: 'body+timestamp:base64' },
  ),
  found(
    'a secret of another source',
    { signature: hex(BODY, OTHER) },
    'configurable',
    ['secret-of-other-source'],
    {
      secret: 'b-present',
      form: 'body:hex',
    },
  ),
];

const configured = (value: string | Buffer): readonly DoctorSecret[] => [secret('present', value)];
export const SECRET_CHANGES: readonly Row[] = [
  found(
    'a secret with a line break behind it',
    { secrets: configured(`${TOKEN}\n`) },
    'configurable',
    ['secret-has-space'],
    { form: 'body:hex' },
  ),
  found('a secret with a space before it', { secrets: configured(` ${TOKEN}`) }, 'configurable', [
    'secret-has-space',
  ]),
  found('a sender that signs with a line break', { signature: hex(BODY, `${TOKEN}\n`) }, 'explained', [
    'secret-lacks-newline',
  ]),
  found('a secret in quotes', { secrets: configured(`"${TOKEN}"`) }, 'configurable', ['secret-quoted']),
  found('a secret with Bearer', { secrets: configured(`Bearer ${TOKEN}`) }, 'configurable', [
    'secret-has-bearer',
  ]),
  found('a sender that signs with Bearer', { signature: hex(BODY, `Bearer ${TOKEN}`) }, 'configurable', [
    'secret-lacks-bearer',
  ]),
  found(
    'a sender that signs with the part behind the bar',
    { signature: hex(BODY, TOKEN.slice(3)) },
    'configurable',
    ['secret-after-pipe'],
  ),
  found(
    'a sender that signs with the hash of the token',
    { signature: hex(BODY, createHash('sha256').update(TOKEN).digest('hex')) },
    'configurable',
    ['secret-hashed'],
  ),
  found(
    'a secret in base64',
    { secrets: configured(Buffer.from(SECOND).toString('base64')), signature: hex(BODY, SECOND) },
    'explained',
    ['secret-from-base64'],
  ),
  found(
    'a secret in hex',
    { secrets: configured(Buffer.from(SECOND).toString('hex')), signature: hex(BODY, SECOND) },
    'explained',
    ['secret-from-hex'],
  ),
  found('a sender without a secret', { signature: hex(BODY, '') }, 'explained', ['secret-empty']),
];
