import { describe, expect, it } from 'vitest';
import { FailureDelay } from './failure-delay.js';

function setUp() {
  let now = 1_000_000;
  const delay = new FailureDelay(() => now);
  return {
    delay,
    pass: (ms: number) => (now += ms),
    fail: (times: number, address = '192.0.2.1'): number =>
      Array.from({ length: times }, () => delay.count(address)).at(-1) ?? 0,
  };
}

describe('FailureDelay', () => {
  it('lets ten failures go by at once, then answers later and later, two seconds at most', () => {
    const { fail } = setUp();
    expect(fail(10)).toBe(0);
    expect(fail(1)).toBe(1_000);
    expect(fail(1)).toBe(2_000);
    expect(fail(100)).toBe(2_000);
  });

  it('forgets one failure a second, so that nobody is held up for long', () => {
    const { fail, pass } = setUp();
    fail(1_000);
    pass(3_000);
    expect(fail(1)).toBe(0);
    expect(fail(1)).toBe(1_000);
    pass(60_000);
    expect(fail(10)).toBe(0);
  });

  it('is not led astray by a clock that goes back', () => {
    const { fail, pass } = setUp();
    fail(11);
    pass(-3_600_000);
    expect(fail(1)).toBe(2_000);
  });

  it('judges each address by itself', () => {
    const { fail } = setUp();
    fail(50, '192.0.2.1');
    expect(fail(10, '192.0.2.2')).toBe(0);
  });

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', true],
    ['2001:db8:1:2::1', '2001:DB8:1:2:3:4:5:6', true],
    ['2001:db8::1', '2001:db8:0:0:9::', true],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
    ['::1', '::2', true],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.2', false],
  ])('takes %s and %s for one sender: %s', (one, other, isSame) => {
    const { fail } = setUp();
    fail(50, one);
    expect(fail(1, other) > 0).toBe(isSame);
  });

  it('remembers a bounded number of addresses, and of those the ones that failed last', () => {
    const { delay, fail } = setUp();
    fail(50, 'persistent');
    for (let n = 0; n < 9_999; n += 1) delay.count(`once-${n}`);
    expect(fail(1, 'persistent')).toBeGreaterThan(0);
    for (let n = 0; n < 20_000; n += 1) delay.count(`more-${n}`);
    expect(delay.rememberedAddresses).toBe(10_000);
    expect(fail(1, 'persistent')).toBe(0);
  });

  it('holds back a bounded number of answers', async () => {
    const { delay, fail } = setUp();
    fail(50);
    const held = Array.from({ length: 500 }, () => delay.hold(50));
    expect(fail(1)).toBe(0);
    await Promise.all(held);
    expect(fail(1)).toBe(2_000);
  });
});
