import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatUuid, newUuidV7 } from '@chargelog/domain';
import { hostileBody } from '@test/hostile-bodies.js';
import type { Prepared } from './ports/event-log.js';
import { prepare } from './prepare.js';

/** Few in `npm test`, many in `npm run test:long`; a run by hand that says its figures: `FUZZ_CASES=100000`. */
const CASES = Number(
  process.env['FUZZ_CASES'] ?? (process.env['LONG_SEARCH'] === undefined ? 8_000 : 95_000),
);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_124);
/** A body of some kilobytes takes a tenth of a millisecond; what takes this long is not linear. */
const SLOW_MS = 2_000;
const RECEIVED_AT = Date.UTC(2026, 2, 14, 9, 27);
const KEY = newUuidV7(RECEIVED_AT);
const SOURCE = { id: 1, name: 'ampeco', kind: 'webhook', tenant: 'acme', tenantId: 1 } as const;

const prepareBody = (body: Buffer): Prepared =>
  prepare({ key: KEY, source: SOURCE, receivedAt: RECEIVED_AT, body, headers: {} });

/** @throws Error when a row could not hold it, or a copy would become something else */
function judge(body: Buffer): Prepared['outcome'] {
  const before = Buffer.from(body);
  const one = prepareBody(body);
  const other = prepareBody(before);
  if (!body.equals(before)) throw new Error('the bytes were changed');
  if (one.outcome === 'quarantine' || other.outcome === 'quarantine') {
    if (one.outcome !== other.outcome) throw new Error('a copy had another outcome');
    return one.outcome;
  }
  if (formatUuid(one.id) !== formatUuid(other.id)) throw new Error('a copy had another id');
  for (const id of Object.values(one.related))
    if (id !== undefined && BigInt.asIntN(64, id) !== id) throw new Error('an id is no bigint');
  for (const text of [one.notification, one.type, one.subject?.id ?? ''])
    if (text.includes('\0') || !text.isWellFormed()) throw new Error('a text is none to Postgres');
  return one.outcome;
}

describe('prepare, whatever the bytes', () => {
  it('makes of every body an event or an entry of quarantine, of its copy the same, and takes no time', () => {
    const outcomes = { event: 0, quarantine: 0 };
    let slowestMs = 0;
    const startedAt = performance.now();
    fc.assert(
      fc.property(hostileBody, (body) => {
        const begun = performance.now();
        outcomes[judge(body)] += 1;
        slowestMs = Math.max(slowestMs, performance.now() - begun);
      }),
      { numRuns: CASES, seed: SEED },
    );
    if (process.env['FUZZ_CASES'] !== undefined) {
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
      process.stdout.write(
        `${CASES} bodies in ${seconds} s, slowest ${slowestMs.toFixed(1)} ms: ${JSON.stringify(outcomes)}\n`,
      );
    }
    expect(slowestMs).toBeLessThan(SLOW_MS);
    // Were nearly all refused, what is behind the reading would not have been reached.
    expect(Math.min(outcomes.event, outcomes.quarantine)).toBeGreaterThan(CASES / 5);
  }, 3_600_000);
});
