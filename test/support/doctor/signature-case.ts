import { createHmac } from 'node:crypto';
import type { DoctorSecret, SignatureCase, Verdict, FindingCode } from '@chargelog/features/rejections';

export const TOKEN = '17|a-token-that-only-tests-use-0001';
export const SECOND = 'a-second-token-of-the-source-0002';
export const OTHER = 'a-token-of-another-source-0003';
export const STAMP = '2026-03-14T09:26:53.123456Z';
// As AMPECO's PHP writes it: compact, slashes and non-ASCII characters escaped, a number with a fraction of zero.
export const SENT =
  '{"notification":"SecurityEventNotification","chargePointId":1187,"techInfo":"a\\/b caf\\u00e9 <1>","power":1.0,"list":[],"critical":false}';
export const BODY = Buffer.from(SENT);
export const parsed = (): Record<string, unknown> => JSON.parse(SENT) as Record<string, unknown>;

export const hmac = (body: Buffer | string, key: Buffer | string = TOKEN, algorithm = 'sha256') =>
  createHmac(algorithm, key).update(body).digest();
export const hex = (body: Buffer | string, key: Buffer | string = TOKEN): string =>
  hmac(body, key).toString('hex');
export const secret = (
  name: string,
  value: string | Buffer,
  parts: Partial<DoctorSecret> = {},
): DoctorSecret => ({
  source: 'ampeco',
  name,
  key: Buffer.from(value),
  ...parts,
});
export const SECRETS = [
  secret('present', TOKEN),
  secret('second', SECOND),
  secret('b-present', OTHER, { source: 'ampeco-b' }),
];
export const aCase = (parts: Partial<SignatureCase>): SignatureCase => ({
  source: 'ampeco',
  body: BODY,
  signature: hex(BODY),
  timestamp: STAMP,
  rules: { encodings: ['hex', 'base64'], signed: ['body'] },
  secrets: SECRETS,
  ...parts,
});

/** What a delivery is given, and what is found of it. */
export interface Row {
  readonly of: string;
  readonly given: Partial<SignatureCase>;
  readonly verdict: Verdict;
  readonly codes: readonly FindingCode[];
  readonly secret?: string;
  readonly form?: string;
}

export const found = (
  of: string,
  given: Partial<SignatureCase>,
  verdict: Verdict,
  codes: readonly FindingCode[],
  match: { readonly secret?: string; readonly form?: string } = {},
): Row => ({ of, given, verdict, codes, secret: 'present', ...match });
