import type { Verification } from '@chargelog/domain';
import { isGzip, unpackGzip } from '@chargelog/pipeline';
import { verifySignature, type SignatureRules } from './signature.js';

export interface SignedRequest {
  readonly body: Buffer;
  /** Text of `X-Signature`; undefined when the header was not there. */
  readonly signature: string | undefined;
  /** Text of `X-Timestamp`. */
  readonly timestamp: string | undefined;
}

export interface Authenticated {
  readonly verification: Verification;
  /** The signature covers what the body unpacks to: a proxy on the way has compressed it, or the sender after signing. */
  readonly isPackedSince: boolean;
}

/**
 * Verifies a delivery: over the bytes as they came, and where these are compressed, over what they unpack to.
 *
 * @param mayUnpack asked before a body is unpacked that nobody has signed as it came; bounded work for strangers
 */
export function authenticate(
  { body, signature, timestamp }: SignedRequest,
  rules: SignatureRules,
  mayUnpack: () => boolean = () => true,
): Authenticated | undefined {
  const asItCame = verifySignature(body, signature, timestamp, rules);
  if (asItCame !== undefined) return { verification: asItCame, isPackedSince: false };
  if (signature === undefined || !isGzip(body) || !mayUnpack()) return undefined;
  const unpacked = unpackGzip(body);
  const verification = unpacked.ok
    ? verifySignature(unpacked.content, signature, timestamp, rules)
    : undefined;
  return verification && { verification, isPackedSince: true };
}
