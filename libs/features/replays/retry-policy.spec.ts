import { describe, expect, it } from 'vitest';
import type { ReplayRetry } from './replay.js';
import { DEFAULT_RETRY, judge, storable, type FailedAttempt, type Verdict } from './retry-policy.js';

const attempt = (parts: Partial<FailedAttempt>): FailedAttempt => ({
  ok: false,
  status: 503,
  message: 'the target answered 503',
  retryAfterMs: undefined,
  forbidden: false,
  ...parts,
});

/** The verdicts on one event whose attempts end like this, up to the last one. */
function verdicts(outcomes: readonly Partial<FailedAttempt>[]): readonly Verdict[] {
  const all: Verdict[] = [];
  let before: ReplayRetry | undefined;
  for (const outcome of outcomes) {
    const verdict = judge('e', attempt(outcome), before, DEFAULT_RETRY);
    all.push(verdict);
    if (verdict.retry === undefined) break;
    before = verdict.retry;
  }
  return all;
}

const times = (count: number, parts: Partial<FailedAttempt> = {}): Partial<FailedAttempt>[] =>
  Array.from({ length: count }, () => parts);
const waits = (of: readonly Verdict[]): number[] =>
  of.flatMap((verdict) => (verdict.retry === undefined ? [] : [verdict.waitMs]));

describe('the retry policy', () => {
  it('gives up after 16 attempts and about a quarter of an hour', () => {
    const all = verdicts(times(99));
    expect(all).toHaveLength(16);
    expect(all.at(-1)).toMatchObject({ failure: { attempts: 16, status: 503 } });
    const minutes = waits(all).reduce((sum, ms) => sum + ms, 0) / 60_000;
    expect(minutes).toBeGreaterThan(10);
    expect(minutes).toBeLessThan(20);
  });

  it('gives up after 5 refusals', () => {
    expect(verdicts(times(99, { status: 422 }))).toHaveLength(5);
  });

  it('survives a moment of 404 at the end of a long outage', () => {
    const all = verdicts([...times(10, { status: undefined }), { status: 404 }]);
    expect(all.at(-1)?.retry).toMatchObject({ attempts: 11, refusals: 1, attemptsLeft: 4 });
  });

  it('tells how many attempts are left', () => {
    const left = verdicts([...times(2), { status: 404 }, {}]).map(({ retry }) => retry?.attemptsLeft);
    expect(left).toEqual([15, 14, 4, 12]);
  });

  it.each([
    [429, 30_000, 30_000],
    [503, 30_000, 30_000],
    [503, 999_999_999_000, 120_000],
  ])('after %i with Retry-After: %i ms waits %i ms', (status, retryAfterMs, waitMs) => {
    expect(waits(verdicts([{ status, retryAfterMs }]))).toEqual([waitMs]);
  });

  it('is not hurried by a Retry-After of nothing', () => {
    expect(waits(verdicts(times(15, { retryAfterMs: 0 }))).at(-1)).toBeGreaterThanOrEqual(90_000);
  });

  it('gives up at once where nothing may be sent', () => {
    expect(verdicts([{ status: undefined, forbidden: true }])).toMatchObject([{ failure: { attempts: 1 } }]);
  });
});

describe('the text of a failure', () => {
  it('can be stored, whatever the target put into it', () => {
    expect(storable('CN: a\u0000b\r\n\ud800c')).toBe('CN: a b   c');
    const cut = storable('x'.repeat(499) + '\u{1f50c}'.repeat(9_000));
    expect(cut).toBe(`${'x'.repeat(499)} `);
  });
});
