import { describe, expect, it } from 'vitest';
import { runSchedule, type ScheduleOptions } from './schedule.js';

/** A clock on which only sleeping takes time. */
function virtualClock(): { now(): number; sleep(ms: number): Promise<void> } {
  let now = 1_000;
  return {
    now: () => now,
    sleep: (ms) => {
      now += ms;
      return Promise.resolve();
    },
  };
}

async function madeAt(options: Partial<ScheduleOptions> = {}): Promise<number[]> {
  const clock = virtualClock();
  const times: number[] = [];
  await runSchedule({
    rate: 50,
    durationMs: 30_000,
    signal: new AbortController().signal,
    clock,
    room: () => Number.POSITIVE_INFINITY,
    make: () => times.push(clock.now() - 1_000),
    ...options,
  });
  return times;
}

describe('runSchedule', () => {
  it.each([
    [50, 30_000, 1_500],
    [0.5, 10_000, 5],
    [3_333, 1_000, 3_333],
    [7, 999, 6],
  ])('makes %d per second for %d ms: %d in all', async (rate, durationMs, expected) => {
    expect(await madeAt({ rate, durationMs })).toHaveLength(expected);
  });

  it('spreads them evenly', async () => {
    const times = await madeAt({ rate: 100, durationMs: 10_000 });

    for (let second = 1; second < 10; second++) {
      const made = times.filter((time) => time < second * 1_000).length;
      expect(Math.abs(made - second * 100)).toBeLessThanOrEqual(2);
    }
  });

  it('makes none while there is no room, and makes up for it afterwards', async () => {
    let asked = 0;
    const times = await madeAt({ rate: 100, durationMs: 2_000, room: () => (asked++ < 50 ? 0 : 1_000) });

    expect(times[0]).toBeGreaterThan(50);
    expect(times).toHaveLength(200);
  });

  it('leaves out what there was never room for', async () => {
    let room = 30;
    let made = 0;
    const times = await madeAt({ room: () => room - made, make: () => void made++ });
    room = 0;

    expect(times).toHaveLength(0);
    expect(made).toBe(30);
  });

  it('ends early when its signal says so', async () => {
    const stop = new AbortController();
    let made = 0;
    await madeAt({
      signal: stop.signal,
      make: () => {
        if (++made === 10) stop.abort();
      },
    });

    expect(made).toBe(10);
  });
});
