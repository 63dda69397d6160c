import { createHmac } from 'node:crypto';
import { bodyVariants, type BodyVariant } from './body-variants.js';
import type { DoctorSecret, SignatureCase } from './case.js';
import type { Claim } from './read-claims.js';
import { LARGEST_TAKEN_APART } from './reserialize.js';
import { secretVariants, type SecretChange } from './secret-variants.js';
import { configurableStrings, nearStrings, type SignedString } from './signed-strings.js';

/** How the signature can be reproduced. Undefined members are as they arrived or as they are configured. */
export interface Reproduction {
  readonly secret: DoctorSecret;
  readonly claim: Claim;
  readonly signed: SignedString;
  readonly body: BodyVariant | undefined;
  readonly secretChange: SecretChange | undefined;
}

export interface SearchResult {
  readonly reproduction: Reproduction | undefined;
  /** Digests that were compared. */
  readonly tried: number;
  /** False when the budget ended the search, or the body was too large to be written in other ways. */
  readonly complete: boolean;
}

/** About half a second of hashing; a usual body of 1 KiB stays below it with hundreds of secrets. */
const BUDGET_BYTES = 512 * 1024 * 1024;
const YIELD_EVERY_BYTES = 256 * 1024;

/**
 * Looks for the simplest explanation first: the body as it came with every secret in every form that can be configured,
 * own secrets before those of other sources; then one thing changed, the body, the secret or the string around the
 * body. Yields now and then, so that a caller with other work can do it in between.
 */
export function* search(claims: readonly Claim[], given: SignatureCase): Generator<void, SearchResult> {
  const byDigest = groupByDigest(claims);
  const secrets = inOrder(given);
  const configurable = configurableStrings(given.timestamp);
  let hashed = 0;
  let tried = 0;
  let sinceYield = 0;

  const attempt = (key: Buffer, body: Buffer, signed: SignedString): Claim | undefined => {
    for (const [digest, candidates] of byDigest) {
      const size = body.length + 256; // a short text costs its set-up
      hashed += size;
      sinceYield += size;
      tried += 1;
      const computed = createHmac(digest, key)
        .update(signed.before)
        .update(body)
        .update(signed.after)
        .digest();
      const match = candidates.find((claim) => claim.matches(computed));
      if (match !== undefined) return match;
    }
    return undefined;
  };

  for (const step of steps(given, secrets, configurable)) {
    const claim = attempt(step.key, step.body?.bytes ?? given.body, step.signed);
    if (claim !== undefined) return { reproduction: { ...step, claim }, tried, complete: true };
    if (hashed > BUDGET_BYTES) return { reproduction: undefined, tried, complete: false };
    if (sinceYield > YIELD_EVERY_BYTES) {
      sinceYield = 0;
      yield;
    }
  }
  return { reproduction: undefined, tried, complete: given.body.length <= LARGEST_TAKEN_APART };
}

interface Step extends Omit<Reproduction, 'claim'> {
  readonly key: Buffer;
}

function* steps(
  given: SignatureCase,
  secrets: readonly DoctorSecret[],
  configurable: readonly SignedString[],
): Generator<Step> {
  const asIs = { body: undefined, secretChange: undefined };
  for (const secret of secrets)
    for (const signed of configurable) yield { ...asIs, secret, key: secret.key, signed };
  for (const secret of secrets)
    for (const { change, key } of secretVariants(secret.key))
      for (const signed of configurable) yield { ...asIs, secret, key, signed, secretChange: change };
  for (const secret of secrets)
    for (const signed of nearStrings(given.timestamp)) yield { ...asIs, secret, key: secret.key, signed };
  for (const body of bodyVariants(given.body))
    for (const secret of secrets)
      for (const signed of configurable) yield { ...asIs, body, secret, key: secret.key, signed };
}

function inOrder({ secrets, source }: SignatureCase): readonly DoctorSecret[] {
  const isOwn = (secret: DoctorSecret): boolean => secret.source === source;
  return [...secrets.filter(isOwn), ...secrets.filter((secret) => !isOwn(secret))];
}

function groupByDigest(claims: readonly Claim[]): Map<Claim['digest'], Claim[]> {
  const groups = new Map<Claim['digest'], Claim[]>();
  for (const claim of claims) {
    const group = groups.get(claim.digest);
    if (group === undefined) groups.set(claim.digest, [claim]);
    else group.push(claim);
  }
  return groups;
}
