import { describe, expect, it } from 'vitest';
import { RateLimiter } from './rate-limit.js';

function limiter(perSecond: number, burst: number) {
  let now = 5_000;
  const limit = new RateLimiter({ perSecond, burst }, () => now);
  const admitted = (tries: number): number =>
    Array.from({ length: tries }, () => limit.take()).filter((s) => s === 0).length;
  return { limit, admitted, pass: (ms: number) => (now += ms) };
}

describe('RateLimiter', () => {
  it('takes a burst at once, and no more', () => {
    expect(limiter(1, 20).admitted(100)).toBe(20);
  });

  it('takes perSecond in the long run, however the time is cut', () => {
    const { admitted, pass } = limiter(50, 10);
    admitted(100);
    let taken = 0;
    for (let ms = 0; ms < 10_000; ms += 7) {
      pass(7);
      taken += admitted(3);
    }
    expect(taken).toBeGreaterThanOrEqual(499);
    expect(taken).toBeLessThanOrEqual(501);
  });

  it('saves up no more than a burst', () => {
    const { admitted, pass } = limiter(1_000, 5);
    pass(3_600_000);
    expect(admitted(100)).toBe(5);
  });

  it('says after how many whole seconds to come again, and then takes it', () => {
    const { limit, pass } = limiter(1, 1);
    expect([limit.take(), limit.take()]).toEqual([0, 1]);
    pass(999);
    expect(limit.take()).toBe(1);
    pass(1);
    expect(limit.take()).toBe(0);
  });
});
