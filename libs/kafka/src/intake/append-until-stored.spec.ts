import { describe, expect, it, vi } from 'vitest';
import { MemoryEventLog } from '@test/memory/memory-event-log.js';
import { appendUntilStored, type AppendAttempts } from './append-until-stored.js';

const batch = { entries: [], positions: [] };

function attempts(some: Partial<AppendAttempts> = {}): AppendAttempts {
  return {
    heartbeatIntervalMs: 10,
    heartbeat: () => Promise.resolve(),
    isWanted: () => true,
    signal: new AbortController().signal,
    onTrouble: () => undefined,
    ...some,
  };
}

describe('an append while the event log is unreachable', () => {
  it('is tried again until it is taken, with heartbeats in between', async () => {
    const eventLog = new MemoryEventLog();
    eventLog.goAway();
    const heartbeat = vi.fn(() => {
      if (heartbeat.mock.calls.length === 3) eventLog.comeBack();
      return Promise.resolve();
    });
    const onTrouble = vi.fn();

    expect(await appendUntilStored(eventLog, batch, attempts({ heartbeat, onTrouble }))).toEqual([]);
    expect(onTrouble).toHaveBeenCalledWith(expect.objectContaining({ code: 'store-away' }), 1);
    expect(heartbeat.mock.calls.length).toBeGreaterThanOrEqual(3);
  });

  it('is tried again soon though the clock is set back by an hour meanwhile', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const eventLog = new MemoryEventLog();
      eventLog.goAway();
      const onTrouble = () => void vi.setSystemTime(Date.now() - 3_600_000);
      const heartbeat = () => Promise.resolve(eventLog.comeBack());
      expect(await appendUntilStored(eventLog, batch, attempts({ heartbeat, onTrouble }))).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is given up at once when the source closes', async () => {
    const eventLog = new MemoryEventLog();
    eventLog.goAway();
    const closing = new AbortController();
    const appending = appendUntilStored(
      eventLog,
      batch,
      attempts({
        heartbeatIntervalMs: 60_000,
        signal: closing.signal,
        isWanted: () => !closing.signal.aborted,
        onTrouble: () => closing.abort(),
      }),
    );

    expect(await appending).toBeUndefined();
    expect(eventLog.appendCount).toBe(1);
  });

  it('ends with the error of a heartbeat: the partition is no longer ours', async () => {
    const eventLog = new MemoryEventLog();
    eventLog.goAway();
    const heartbeat = () => Promise.reject(new Error('rebalancing'));

    await expect(appendUntilStored(eventLog, batch, attempts({ heartbeat }))).rejects.toThrow('rebalancing');
  });

  it('keeps the membership while one slow append is under way', async () => {
    const heartbeat = vi.fn(() => Promise.resolve());
    const slow = new MemoryEventLog();
    vi.spyOn(slow, 'append').mockImplementation(async () => {
      while (heartbeat.mock.calls.length < 3) await new Promise(setImmediate);
      return [];
    });

    expect(await appendUntilStored(slow, batch, attempts({ heartbeat }))).toEqual([]);
  });
});
