import type { SignatureCase, FindingCode } from '@chargelog/features/rejections';
import { BODY, hex, hmac, parsed, SENT, STAMP, type Row } from './signature-case.js';

export const NOBODY = 'a-token-that-nobody-here-knows';
const unexplained = (of: string, given: Partial<SignatureCase>, codes: readonly FindingCode[]): Row => ({
  of,
  given,
  verdict: 'unexplained',
  codes,
});
export const UNEXPLAINED: readonly Row[] = [
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
