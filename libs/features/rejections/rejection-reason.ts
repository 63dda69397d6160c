import { single, type RequestHeaders } from '@chargelog/webhook';

/**
 * Why a delivery was not taken: no `X-Signature`, one that is no signature at all, one that no secret made (401); or it was
 * sent to a path that is no callback URL (404).
 */
export const REJECTION_REASONS = [
  'signature-missing',
  'signature-malformed',
  'signature-wrong',
  'path-wrong',
] as const;
export type RejectionReason = (typeof REJECTION_REASONS)[number];

// The two texts a signature can have: 64 hex characters, or base64 of 32 bytes.
const SIGNATURE = /^(sha256=)?([0-9a-f]{64}|[A-Za-z0-9+/]{43}=?)$/i;

/** Says of a delivery whose signature was not found valid in what respect; cheap, for counting. */
export function rejectionReason(headers: RequestHeaders): RejectionReason {
  const signature = single(headers['x-signature'])?.trim();
  if (signature === undefined || signature === '') return 'signature-missing';
  return SIGNATURE.test(signature) ? 'signature-wrong' : 'signature-malformed';
}
