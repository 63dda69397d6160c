import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signingSecret, verifySignature } from '@chargelog/webhook';
import { BODY_CHANGES, HEADER_CHANGES } from '@test/doctor/changes-on-the-way.js';
import {
  CONFIGURATION,
  NEAR_STAMPS,
  SECRET_CHANGES,
  STAMPED,
  VERIFYING,
} from '@test/doctor/settings-and-secrets.js';
import { aCase, hex, hmac, secret, SECRETS, SENT, STAMP, TOKEN } from '@test/doctor/signature-case.js';
import { NOBODY, UNEXPLAINED } from '@test/doctor/unexplained.js';
import { diagnoseGently, diagnoseSignature } from './diagnose-signature.js';

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
      { numRuns: process.env['LONG_SEARCH'] === undefined ? 40 : 200 },
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
