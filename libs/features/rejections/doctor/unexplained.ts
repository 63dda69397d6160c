import type { SignatureCase } from './case.js';
import { BODY_REMEDY, DIGEST_NAME, type Finding } from './findings.js';
import type { Claim } from './read-claims.js';
import { parsable } from './reserialize.js';

/** What is remarkable about a delivery whose signature nothing reproduces; most telling first. */
export function unexplained(
  given: SignatureCase,
  claims: readonly Claim[],
  complete: boolean,
): readonly Finding[] {
  const headers = [...aboutSignature(given, claims), ...aboutStamp(given)];
  if (claims.length === 0) return headers;
  return [...headers, ...aboutSecrets(given), ...aboutBody(given.body), ...(complete ? [] : [SEARCH_CUT])];
}

const SEARCH_CUT: Finding = {
  code: 'search-cut',
  detail: 'The body is so large that not every combination was tried.',
  change: 'Examine a smaller delivery of the same source.',
};

function* aboutSignature({ signature }: SignatureCase, claims: readonly Claim[]): Generator<Finding> {
  if (signature === undefined) {
    yield {
      code: 'signature-missing',
      detail: 'The request has no X-Signature header.',
      change:
        'Check that it comes from an AMPECO subscription, and that no proxy on the way drops headers that begin with X-.',
    };
    return;
  }
  const length = signature.trim().length;
  if (length === 0) {
    yield {
      code: 'signature-empty',
      detail: 'The X-Signature header is empty.',
      change:
        'Check that the subscription was made with an API token, and that no proxy on the way empties the header.',
    };
    return;
  }
  if (claims.length === 0) {
    yield {
      code: 'signature-unreadable',
      detail: `X-Signature (${length} characters) is neither hex nor base64 of a known digest.`,
      change:
        'A signature has 64 hex or 44 base64 characters, with or without sha256= before it. Look for what changes headers on the way.',
    };
    return;
  }
  if (claims.some(({ digest, quirks }) => digest === 'sha256' && !quirks.includes('truncated'))) return;
  const digests = new Set(
    claims.filter(({ digest }) => digest !== 'sha256').map(({ digest }) => DIGEST_NAME[digest]),
  );
  yield {
    code: 'signature-length',
    detail:
      digests.size > 0
        ? `X-Signature (${length} characters) has the length of ${[...digests].join(' or ')}; AMPECO documents HMAC-SHA256, 64 hex or 44 base64 characters.`
        : `X-Signature (${length} characters) is shorter than an HMAC-SHA256, which has 64 hex or 44 base64 characters.`,
    change: 'Check who sends these deliveries, and what cuts or replaces the header on the way.',
  };
}

function* aboutStamp({ timestamp, rules }: SignatureCase): Generator<Finding> {
  if (timestamp !== undefined || rules.signed.includes('body')) return;
  yield {
    code: 'timestamp-missing',
    detail:
      'This source accepts only signatures over X-Timestamp and body, but the request has no X-Timestamp header.',
    change:
      'Add body to signature.signed of the source, or switch on includeTimestampInSignature for the subscription in AMPECO; check that no proxy drops the header.',
  };
}

function* aboutSecrets({ secrets, source }: SignatureCase): Generator<Finding> {
  const own = secrets.filter((secret) => secret.source === source);
  if (own.length === 0) {
    yield {
      code: 'no-secrets',
      detail: `The source "${source}" has no secret.`,
      change: 'Give it the AMPECO API token that created the subscription.',
    };
    return;
  }
  const others = secrets.length - own.length;
  yield {
    code: 'no-match',
    detail:
      `${own.length === 1 ? `The one secret of "${source}" does not sign` : `None of the ${own.length} secrets of "${source}" signs`} ` +
      `this body in any form that is known${others > 0 ? `, and neither does any of the ${others} of other sources` : ''}.`,
    change:
      'The secret is the AMPECO API token that created the subscription, not any other one: look up in AMPECO which token that was, or subscribe again with a token you know, and give that to the source.',
  };
}

function* aboutBody(body: Buffer): Generator<Finding> {
  // Only of JSON are all strings closed, so only there the pattern below is quick.
  const text = parsable(body);
  if (text === undefined) return;
  // AMPECO's PHP escapes slashes and everything beyond ASCII, and writes no spaces (payloads seen in 2023).
  const strings = text.match(/"[^"\\]*(?:\\.[^"\\]*)*"/gs) ?? [];
  const unescaped = strings.some((token) => /(^|[^\\])\/|[\u0080-\uffff]/.test(token));
  const spaced = /^\s*[{[]\s/.test(text) || /[:,]\s/.test(text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/gs, '""'));
  if (!unescaped && !spaced) return;
  yield {
    code: 'not-as-php-writes',
    detail: `The body is not written as AMPECO's PHP writes JSON (${[
      ...(unescaped ? ['slashes or non-ASCII characters stand unescaped'] : []),
      ...(spaced ? ['there are spaces between its parts'] : []),
    ].join(', ')}), so it may have been rewritten on the way.`,
    change: BODY_REMEDY,
  };
}
