import { describe, expect, it } from 'vitest';
import { isAlive, parsePostmasterPid } from './postmaster-pid.js';

describe('postmaster.pid', () => {
  it('gives process id, port and socket directory of a running server', () => {
    const text =
      '4711\n/data/postgres/data\n1764000000\n5432\n/data/postgres/socket\n\n  1234   5\nready   \n';
    expect(parsePostmasterPid(text)).toEqual({
      pid: 4711,
      port: 5432,
      socketDirectory: '/data/postgres/socket',
    });
  });

  it('gives the process id while the later lines are not written yet', () => {
    expect(parsePostmasterPid('4711\n/data\n1764000000\n5432\n')).toEqual({
      pid: 4711,
      port: 5432,
      socketDirectory: undefined,
    });
    expect(parsePostmasterPid('4711\n')).toEqual({ pid: 4711, port: undefined, socketDirectory: undefined });
  });

  // A negative number is what a single-user Postgres writes; as a process id it would name a whole group, and 0 our own.
  it.each(['', '\n', 'abc\n', '-4711\n/data\n', '0\n/data\n'])('gives nothing for %j', (text) => {
    expect(parsePostmasterPid(text)).toBeUndefined();
  });
});

describe('isAlive', () => {
  it('tells a living process from an id that no process can have', async () => {
    expect(await isAlive(process.pid)).toBe(true);
    expect(await isAlive(2 ** 30)).toBe(false);
  });
});
