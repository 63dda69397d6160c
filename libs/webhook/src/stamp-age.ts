import { parseInstant, type Verification } from '@chargelog/domain';
import type { SignatureRules } from './signature.js';

/** Seconds or milliseconds since 1970, as senders write them that do not write RFC 3339. */
const SECONDS = /^\d{9,11}$/;
const MILLISECONDS = /^\d{12,14}$/;

/**
 * Whether a delivery whose signature is valid is too old to be taken: its `X-Timestamp` is signed, and further from its
 * arrival than the source allows. A stamp ahead of the arrival is refused alike, or a request that was recorded from a
 * sender with a wrong clock would be taken for as long as that clock was ahead.
 *
 * @param receivedAt ms since 1970 UTC
 * @returns one sentence for the sender; undefined when the delivery is taken
 */
export function stampFault(
  timestamp: string | undefined,
  { form }: Verification,
  { maxAgeMs }: Pick<SignatureRules, 'maxAgeMs'>,
  receivedAt: number,
): string | undefined {
  // An unsigned stamp proves nothing: whoever sends a recorded request again can write another one.
  if (maxAgeMs === undefined || form.startsWith('body:')) return undefined;
  const at = toInstant(timestamp?.trim() ?? '');
  if (at === undefined) {
    return 'X-Timestamp is neither an RFC 3339 time nor seconds or milliseconds since 1970, and this source takes no delivery of unknown age (maxAge).';
  }
  const seconds = Math.round((receivedAt - at) / 1_000);
  if (Math.abs(receivedAt - at) <= maxAgeMs) return undefined;
  const distance = seconds > 0 ? `${seconds} s old` : `${-seconds} s ahead of the clock here`;
  return `X-Timestamp is ${distance}; this source takes at most ${Math.round(maxAgeMs / 1_000)} s (maxAge).`;
}

function toInstant(text: string): number | undefined {
  if (SECONDS.test(text)) return Number(text) * 1_000;
  return MILLISECONDS.test(text) ? Number(text) : parseInstant(text);
}
