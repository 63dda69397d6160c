import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { loadSignatureVectors } from '../../../test/fixtures/ampeco/load.js';
import { digest, signingSecret, verifySignature, type SignatureRules, type SignedForm } from './signature.js';

const FORMS: readonly SignedForm[] = ['body', 'timestamp+body', 'timestamp.body', 'body+timestamp'];
const BODY = Buffer.from('{"notification":"session.started"}');
const TOKEN = 'a-token-that-only-tests-use';
const HEX = createHmac('sha256', TOKEN).update(BODY).digest('hex');
const BASE64 = createHmac('sha256', TOKEN).update(BODY).digest('base64');

const rules = (parts: Partial<SignatureRules> = {}): SignatureRules => ({
  secrets: [signingSecret('a', TOKEN)],
  encodings: ['hex', 'base64'],
  signed: ['body'],
  ...parts,
});
const verify = (signature: string | undefined, parts: Partial<SignatureRules> = {}, timestamp?: string) =>
  verifySignature(BODY, signature, timestamp, rules(parts));

describe('verifySignature', () => {
  describe.each(loadSignatureVectors())('for the published vector of $sample', (vector) => {
    const timestamp = vector.headers['X-Timestamp'];
    const secrets = [signingSecret('v', vector.token)];
    const check = (signature: string, signed: readonly SignedForm[], at = timestamp) =>
      verifySignature(vector.body, signature, at, rules({ secrets, signed }));

    it('accepts hex and base64 over the body', () => {
      expect(check(vector.hex, ['body'])).toEqual({ secret: 'v', form: 'body:hex' });
      expect(check(vector.base64, ['body'])).toEqual({ secret: 'v', form: 'body:base64' });
    });

    it.each(['timestamp+body', 'timestamp.body', 'body+timestamp'] as const)(
      'accepts %s, and only as that',
      (form) => {
        const signature = vector.stampedHex[form];
        expect(check(signature, [form])).toEqual({ secret: 'v', form: `${form}:hex` });
        expect(check(signature, FORMS)).toEqual({ secret: 'v', form: `${form}:hex` });
        expect(
          check(
            signature,
            FORMS.filter((other) => other !== form),
          ),
        ).toBeUndefined();
        expect(check(signature, [form], '2026-03-14T09:26:54Z')).toBeUndefined();
        expect(
          verifySignature(vector.body, signature, undefined, rules({ secrets, signed: [form] })),
        ).toBeUndefined();
      },
    );

    it('refuses the body with one byte changed', () => {
      const changed = Buffer.from(vector.body);
      changed.writeUInt8(changed.readUInt8(10) ^ 1, 10);
      expect(verifySignature(changed, vector.hex, timestamp, rules({ secrets }))).toBeUndefined();
    });
  });

  it.each([
    ['upper-case hex', HEX.toUpperCase(), 'body:hex'],
    ['the prefix sha256=', `sha256=${HEX}`, 'body:hex'],
    ['the prefix in capitals', `SHA256=${BASE64}`, 'body:base64'],
    ['base64 without padding', BASE64.replace(/=$/, ''), 'body:base64'],
    ['blanks around it', ` ${HEX}\t`, 'body:hex'],
  ])('accepts %s', (_what, signature, form) => {
    expect(verify(signature)).toEqual({ secret: 'a', form });
  });

  it.each([
    ['none', undefined],
    ['an empty one', ''],
    ['the prefix alone', 'sha256='],
    ['a hex digit less', HEX.slice(1)],
    ['a hex digit more', `${HEX}0`],
    ['a letter beyond hex', `g${HEX.slice(1)}`],
    ['two at once', `${HEX}, ${HEX}`],
    ['base64 with two paddings', `${BASE64}=`],
    ['another digest', '0'.repeat(64)],
    ['another algorithm', `sha1=${HEX}`],
    ['letters beyond ASCII', 'ä'.repeat(64)],
  ])('refuses %s', (_what, signature) => {
    expect(verify(signature)).toBeUndefined();
  });

  it('refuses an encoding that is not allowed', () => {
    expect(verify(BASE64, { encodings: ['hex'] })).toBeUndefined();
    expect(verify(HEX, { encodings: ['base64'] })).toBeUndefined();
  });

  it('tries every secret and names the one that matched', () => {
    const secrets = [signingSecret('old', 'rotated-out'), signingSecret('new', TOKEN)];
    expect(verify(HEX, { secrets })).toEqual({ secret: 'new', form: 'body:hex' });
    expect(verify(HEX, { secrets: secrets.slice(0, 1) })).toBeUndefined();
    expect(verify(HEX, { secrets: [] })).toBeUndefined();
  });

  it('still tries the body alone when a timestamp form has no header to join', () => {
    expect(verify(HEX, { signed: ['timestamp.body', 'body'] })).toEqual({ secret: 'a', form: 'body:hex' });
  });

  it('does not take the signature of an empty timestamp for that of none', () => {
    const { key } = signingSecret('a', TOKEN);
    const signature = digest(key, 'timestamp+body', BODY, '').toString('hex');
    expect(verify(signature, { signed: ['timestamp+body'] })).toBeUndefined();
    expect(verify(signature, { signed: ['timestamp+body'] }, '')).toMatchObject({
      form: 'timestamp+body:hex',
    });
  });
});
