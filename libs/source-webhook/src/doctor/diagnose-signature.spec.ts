import { createHash, createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signingSecret, verifySignature } from '../signature.js';
import type { DoctorSecret, SignatureCase } from './case.js';
import { diagnoseGently, diagnoseSignature, type Verdict } from './diagnose-signature.js';
import type { FindingCode } from './findings.js';

const TOKEN = '17|a-token-that-only-tests-use-0001';
const SECOND = 'a-second-token-of-the-source-0002';
const OTHER = 'a-token-of-another-source-0003';
const STAMP = '2026-03-14T09:26:53.123456Z';
// As AMPECO's PHP writes it: compact, slashes and non-ASCII characters escaped, a number with a fraction of zero.
const SENT =
  '{"notification":"SecurityEventNotification","chargePointId":1187,"techInfo":"a\\/b caf\\u00e9 <1>","power":1.0,"list":[],"critical":false}';
const BODY = Buffer.from(SENT);
const parsed = (): Record<string, unknown> => JSON.parse(SENT) as Record<string, unknown>;

const hmac = (body: Buffer | string, key: Buffer | string = TOKEN, algorithm = 'sha256') =>
  createHmac(algorithm, key).update(body).digest();
const hex = (body: Buffer | string, key: Buffer | string = TOKEN): string => hmac(body, key).toString('hex');
const secret = (name: string, value: string | Buffer, parts: Partial<DoctorSecret> = {}): DoctorSecret => ({
  source: 'ampeco',
  name,
  key: Buffer.from(value),
  ...parts,
});
const SECRETS = [
  secret('present', TOKEN),
  secret('second', SECOND),
  secret('b-present', OTHER, { source: 'ampeco-b' }),
];
const aCase = (parts: Partial<SignatureCase>): SignatureCase => ({
  source: 'ampeco',
  body: BODY,
  signature: hex(BODY),
  timestamp: STAMP,
  rules: { encodings: ['hex', 'base64'], signed: ['body'] },
  secrets: SECRETS,
  ...parts,
});

interface Row {
  readonly of: string;
  readonly given: Partial<SignatureCase>;
  readonly verdict: Verdict;
  readonly codes: readonly FindingCode[];
  readonly secret?: string;
  readonly form?: string;
}

const found = (
  of: string,
  given: Partial<SignatureCase>,
  verdict: Verdict,
  codes: readonly FindingCode[],
  match: { readonly secret?: string; readonly form?: string } = {},
): Row => ({ of, given, verdict, codes, secret: 'present', ...match });

const VERIFYING: readonly Row[] = [
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

const STAMPED: readonly Row[] = (
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

const NEAR_STAMPS: readonly Row[] = [
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

const CONFIGURATION: readonly Row[] = [
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
const SECRET_CHANGES: readonly Row[] = [
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

const arrived = (body: Buffer | string, signed: Buffer | string = BODY): Partial<SignatureCase> => ({
  body: Buffer.from(body),
  signature: hex(signed),
});
const latin = Buffer.from('{"notification":"x","name":"café"}', 'latin1');
const BODY_CHANGES: readonly Row[] = [
  found('a line break added', arrived(`${SENT}\n`), 'explained', ['newline-added'], { form: 'body:hex' }),
  found('CR LF added', arrived(`${SENT}\r\n`), 'explained', ['newline-added']),
  found('a line break removed', arrived(SENT, `${SENT}\n`), 'explained', ['newline-removed']),
  found('CR LF removed', arrived(SENT, `${SENT}\r\n`), 'explained', ['newline-removed']),
  found('CR LF made LF', arrived('{\n"notification":"x"\n}', '{\r\n"notification":"x"\r\n}'), 'explained', [
    'crlf-to-lf',
  ]),
  found('LF made CR LF', arrived('{\r\n"notification":"x"\r\n}', '{\n"notification":"x"\n}'), 'explained', [
    'lf-to-crlf',
  ]),
  found('a byte order mark added', arrived(`\uFEFF${SENT}`), 'explained', ['bom-added']),
  found('a byte order mark removed', arrived(SENT, `\uFEFF${SENT}`), 'explained', ['bom-removed']),
  found('white space added around', arrived(` ${SENT}  `), 'explained', ['space-added']),
  found(
    'a body written anew, indented by two',
    arrived(JSON.stringify(parsed(), undefined, 2).replace('"power": 1', '"power": 1.0')),
    'explained',
    ['reserialized'],
  ),
  found(
    'a body written anew, indented by four',
    arrived(JSON.stringify(parsed(), undefined, 4).replace('"power": 1', '"power": 1.0')),
    'explained',
    ['reserialized'],
  ),
  found(
    'a body written anew without escapes',
    arrived(JSON.stringify(parsed()).replace('"power":1', '"power":1.0')),
    'explained',
    ['reserialized'],
  ),
  found(
    'a body that was pretty when signed',
    arrived(
      SENT,
      SENT.replace('{"notification":', '{\n    "notification": ')
        .replaceAll(/,"(\w+)":/g, ',\n    "$1": ')
        .replace(/\}$/, '\n}'),
    ),
    'explained',
    ['reserialized'],
  ),
  found(
    'a body that was signed with spaces',
    arrived(SENT, SENT.replaceAll('":', '": ').replaceAll(',"', ', "')),
    'explained',
    ['reserialized'],
  ),
  found(
    'a body that was signed unescaped',
    arrived(SENT, SENT.replace('\\/', '/').replace('\\u00e9', 'é')),
    'explained',
    ['reserialized'],
  ),
  found(
    'a body that was signed with unescaped slashes only',
    arrived(SENT, SENT.replace('\\/', '/')),
    'explained',
    ['reserialized'],
  ),
  found(
    'a body that was signed with unescaped letters only',
    arrived(SENT, SENT.replace('\\u00e9', 'é')),
    'explained',
    ['reserialized'],
  ),
  found(
    'a body that was signed as Laravel answers',
    arrived(SENT, SENT.replace('<1>', '\\u003C1\\u003E')),
    'explained',
    ['reserialized'],
  ),
  found(
    'a body that was signed as parsed and written',
    arrived(SENT, JSON.stringify(parsed())),
    'explained',
    ['reserialized'],
  ),
  found('Latin-1 made UTF-8', arrived(Buffer.from(latin.toString('latin1'), 'utf8'), latin), 'explained', [
    'charset',
  ]),
  found(
    'UTF-8 encoded twice',
    arrived(Buffer.from(Buffer.from('{"a":"é"}').toString('latin1')), '{"a":"é"}'),
    'explained',
    ['charset'],
  ),
  found('a compressed body', arrived(gzipSync(BODY)), 'explained', ['compressed']),
  found('an empty body signed', { signature: hex('') }, 'explained', ['body-not-signed']),
  found(
    'a line break added, signed by another source',
    { body: Buffer.from(`${SENT}\n`), signature: hex(BODY, OTHER) },
    'explained',
    ['secret-of-other-source', 'newline-added'],
    { secret: 'b-present' },
  ),
  found(
    'a line break added, with a stamp',
    { body: Buffer.from(`${SENT}\n`), signature: hex(`${STAMP}.${SENT}`) },
    'explained',
    ['newline-added', 'form-not-enabled'],
  ),
];

const base64 = hmac(BODY).toString('base64');
const HEADER_CHANGES: readonly Row[] = [
  found('a cut hex signature', { signature: hex(BODY).slice(0, 40) }, 'explained', ['truncated']),
  found('an odd number of hex characters', { signature: hex(BODY).slice(0, 63) }, 'explained', ['truncated']),
  found('a cut base64 signature', { signature: base64.slice(0, 30) }, 'explained', ['truncated']),
  found(
    'base64url',
    { body: Buffer.from('{"n":7}'), signature: hmac('{"n":7}').toString('base64url') },
    'explained',
    ['base64url'],
  ),
  found('base64 of the hex', { signature: Buffer.from(hex(BODY)).toString('base64') }, 'explained', [
    'base64-of-hex',
  ]),
  found('hex of the base64', { signature: Buffer.from(base64).toString('hex') }, 'explained', [
    'hex-of-base64',
  ]),
  found('base64 in lower case', { signature: base64.toLowerCase() }, 'explained', ['case-folded']),
  found('base64 in upper case', { signature: base64.toUpperCase() }, 'explained', ['case-folded']),
  found('percent encoding', { signature: encodeURIComponent(base64) }, 'explained', ['escaped']),
  found('quotes', { signature: `"${hex(BODY)}"` }, 'explained', ['quoted']),
  found('another prefix', { signature: `v1=${hex(BODY)}` }, 'explained', ['prefixed']),
  found('a scheme before it', { signature: `HMAC-SHA256 ${base64}` }, 'explained', ['prefixed']),
  found('a time and a value', { signature: `t=1773480413,v1=${hex(BODY)}` }, 'explained', [
    'several',
    'prefixed',
  ]),
  found('the header twice', { signature: `${hex(BODY)}, ${hex(BODY, OTHER)}` }, 'explained', ['several']),
  found('a space inside', { signature: `${hex(BODY).slice(0, 32)} ${hex(BODY).slice(32)}` }, 'explained', [
    'inner-space',
  ]),
  found('SHA-1', { signature: hmac(BODY, TOKEN, 'sha1').toString('hex') }, 'explained', ['other-digest']),
  found('SHA-512', { signature: hmac(BODY, TOKEN, 'sha512').toString('hex') }, 'explained', ['other-digest']),
  found('SHA-512 in base64', { signature: hmac(BODY, TOKEN, 'sha512').toString('base64') }, 'explained', [
    'other-digest',
  ]),
  found('MD5', { signature: hmac(BODY, TOKEN, 'md5').toString('hex') }, 'explained', ['other-digest']),
  found('SHA-384', { signature: hmac(BODY, TOKEN, 'sha384').toString('hex') }, 'explained', ['other-digest']),
];

const NOBODY = 'a-token-that-nobody-here-knows';
const unexplained = (of: string, given: Partial<SignatureCase>, codes: readonly FindingCode[]): Row => ({
  of,
  given,
  verdict: 'unexplained',
  codes,
});
const UNEXPLAINED: readonly Row[] = [
  unexplained('no header', { signature: undefined }, ['signature-missing']),
  unexplained('an empty header', { signature: ' ' }, ['signature-empty']),
  unexplained('words', { signature: 'not a signature' }, ['signature-unreadable']),
  unexplained('an unknown secret', { signature: hex(BODY, NOBODY) }, ['no-match']),
  unexplained('an unknown secret and SHA-1', { signature: hmac(BODY, NOBODY, 'sha1').toString('hex') }, [
    'signature-length',
    'no-match',
  ]),
  unexplained('an unknown secret and SHA-512', { signature: hmac(BODY, NOBODY, 'sha512').toString('hex') }, [
    'signature-length',
    'no-match',
  ]),
  unexplained('an unknown secret and a cut signature', { signature: hex(BODY, NOBODY).slice(0, 50) }, [
    'signature-length',
    'no-match',
  ]),
  unexplained('a source without secrets', { secrets: [] }, ['no-secrets']),
  unexplained(
    'a stamped form without a stamp',
    {
      timestamp: undefined,
      signature: hex(STAMP + SENT),
      rules: { encodings: ['hex'], signed: ['timestamp+body'] },
    },
    ['timestamp-missing', 'no-match'],
  ),
  unexplained('one byte of the body changed', { body: Buffer.from(SENT.replace('1187', '1188')) }, [
    'no-match',
  ]),
  unexplained(
    'an unescaped body with another number',
    { body: Buffer.from(JSON.stringify({ ...parsed(), chargePointId: 1188 })) },
    ['no-match', 'not-as-php-writes'],
  ),
  unexplained('bytes that are no text', { body: Buffer.from([0xff, 0x00, 0x80]) }, ['no-match']),
  unexplained('a body beyond any depth', { body: Buffer.from('['.repeat(100_000)) }, ['no-match']),
  unexplained('nothing but opened strings', { body: Buffer.from('\\"'.repeat(100_000)) }, ['no-match']),
];

const ROWS = [
  ...VERIFYING,
  ...STAMPED,
  ...NEAR_STAMPS,
  ...CONFIGURATION,
  ...SECRET_CHANGES,
  ...BODY_CHANGES,
  ...HEADER_CHANGES,
  ...UNEXPLAINED,
];

describe('diagnoseSignature', () => {
  it.each(ROWS)('explains $of: $verdict by $codes', ({ given, verdict, codes, secret: name, form }) => {
    const subject = aCase(given);
    const diagnosis = diagnoseSignature(subject);
    expect([diagnosis.verdict, diagnosis.findings.map(({ code }) => code)]).toEqual([verdict, codes]);
    expect(diagnosis.match?.secret).toBe(name);
    if (form !== undefined) expect(diagnosis.match?.form).toBe(form);
  });

  it.each(ROWS)('shows neither secrets nor signatures of $of, and says what to do', ({ given, verdict }) => {
    const subject = aCase(given);
    const { findings } = diagnoseSignature(subject);
    const text = JSON.stringify(findings);
    for (const { key } of [...SECRETS, ...subject.secrets]) expect(text).not.toContain(key.toString().trim());
    for (const { key } of SECRETS) {
      expect(text).not.toContain(hex(subject.body, key).slice(0, 12));
      expect(text).not.toContain(hmac(subject.body, key).toString('base64').slice(0, 12));
    }
    if (verdict === 'verifies') return;
    for (const finding of findings) expect(finding.change).toMatch(/^[A-Z].*\.$/s);
  });

  it('says "verifies" exactly where the door would open', () => {
    for (const { given } of ROWS) {
      const subject = aCase(given);
      const secrets = subject.secrets
        .filter(({ source }) => source === subject.source)
        .map(({ name, key }) => signingSecret(name, key.toString()));
      const opens = verifySignature(subject.body, subject.signature, subject.timestamp, {
        ...subject.rules,
        secrets,
      });
      const { verdict, match } = diagnoseSignature(subject);
      expect(verdict === 'verifies').toBe(opens !== undefined);
      if (opens !== undefined) expect({ secret: match?.secret, form: match?.form }).toEqual(opens);
    }
  });

  it('prefers the own secret where two sources share it', () => {
    const shared = [secret('theirs', TOKEN, { source: 'ampeco-b' }), ...SECRETS];
    expect(diagnoseSignature(aCase({ secrets: shared })).match).toMatchObject({
      source: 'ampeco',
      secret: 'present',
    });
  });

  it('names the settings to write', () => {
    const { findings } = diagnoseSignature(aCase({ signature: hex(`${STAMP}.${SENT}`) }));
    expect(findings[0]?.change).toContain('signature: { signed: [body, timestamp.body] }');
  });

  it('ends by its budget on a body that is too large for every combination', () => {
    const body = Buffer.alloc(4 * 1024 * 1024, 'x');
    const many = Array.from({ length: 40 }, (_, n) => secret(`s${n}`, `token-${n}`));
    const { findings } = diagnoseSignature(aCase({ body, secrets: many, signature: hex('else', NOBODY) }));
    expect(findings.map(({ code }) => code)).toContain('search-cut');
  }, 30_000);

  // Up to CHARGELOG_MAX_BODY_BYTES at its largest: a pattern that needs stack for each character fails here.
  it.each([
    ['a', 2],
    ['/', 2],
    ['\\n', 2],
    ['a', 64],
  ])(
    'explains a body that is one string of "%s", %i MiB of it',
    (text, mebibytes) => {
      const room = mebibytes * 1024 * 1024 - 10;
      const body = Buffer.from(`{"a":"${text.repeat(room / text.length)}"}`);
      const subject = aCase({ body, signature: hex('else', NOBODY), secrets: SECRETS.slice(0, 1) });
      expect(diagnoseSignature(subject)).toMatchObject({ verdict: 'unexplained' });
    },
    30_000,
  );

  it('never throws, whatever body and headers hold', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.option(fc.string({ unit: 'binary', maxLength: 120 }), { nil: undefined }),
        fc.option(fc.string({ maxLength: 40 }), { nil: undefined }),
        (body, signature, timestamp) => {
          const { findings } = diagnoseSignature(aCase({ body: Buffer.from(body), signature, timestamp }));
          expect(findings.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: process.env['CI'] === undefined ? 40 : 200 },
    );
  });
});

describe('diagnoseGently', () => {
  it('comes to the same and lets others work meanwhile', async () => {
    const subject = aCase({ body: Buffer.alloc(512 * 1024, 'x'), signature: hex('else') });
    let turns = 0;
    const count = setInterval(() => (turns += 1), 0);
    const gently = await diagnoseGently(subject);
    clearInterval(count);
    expect(gently).toEqual(diagnoseSignature(subject));
    expect(turns).toBeGreaterThan(3);
  });
});
