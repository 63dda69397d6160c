import { describe, expect, it } from 'vitest';
import { PartsClosing } from './parts-closing.js';

function setUp(withinMs?: number) {
  const logged: string[] = [];
  const closing = new PartsClosing((_level, message) => void logged.push(message), withinMs);
  return { closing, logged };
}

describe('PartsClosing', () => {
  it('goes on when a part fails, and when one hangs', async () => {
    const { closing, logged } = setUp(20);
    await closing.close(() => Promise.reject(new Error('no')));
    await closing.close(() => new Promise(() => undefined));
    expect(logged).toEqual([
      'a part did not stop cleanly',
      'a part did not stop in time and is left behind; nothing acknowledged is lost',
    ]);
  });

  it('gives all parts together one time, and still closes what comes after it is over', async () => {
    const { closing, logged } = setUp(20);
    await closing.close(() => new Promise(() => undefined));
    const closed: string[] = [];
    await closing.close(() => Promise.resolve().then(() => void closed.push('after')));
    expect(closed).toEqual(['after']);
    expect(logged).toHaveLength(1);
  });
});
