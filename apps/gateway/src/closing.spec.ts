import { describe, expect, it } from 'vitest';
import { Closing } from './closing.js';

function setUp(withinMs?: number) {
  const order: string[] = [];
  const logged: string[] = [];
  const closing = new Closing((_level, message) => void logged.push(message), withinMs);
  const closes = (name: string) => async (): Promise<void> => {
    order.push(`${name} begins`);
    await new Promise((resolve) => setImmediate(resolve));
    order.push(name);
  };
  return { closing, closes, order, logged };
}

describe('Closing', () => {
  it('closes doors, then parts at once, then what is underneath from top to bottom', async () => {
    const { closing, closes, order } = setUp();
    closing.underneath(closes('server'));
    closing.underneath(closes('pool'));
    closing.push(closes('kafka'));
    closing.push(closes('webhook'));
    closing.door(closes('http'));
    await closing.closeAll();
    expect(order).toEqual([
      'http begins',
      'http',
      'kafka begins',
      'webhook begins',
      'kafka',
      'webhook',
      'pool begins',
      'pool',
      'server begins',
      'server',
    ]);
  });

  it('goes on when a part fails, and when one hangs', async () => {
    const { closing, closes, order, logged } = setUp(20);
    closing.door(() => Promise.reject(new Error('no')));
    closing.push(() => new Promise(() => undefined));
    closing.underneath(closes('pool'));
    await closing.closeAll();
    expect(order).toContain('pool');
    expect(logged).toEqual([
      'a part did not stop cleanly',
      'a part did not stop in time and is left behind; nothing acknowledged is lost',
    ]);
  });

  it('closes everything once only', async () => {
    const { closing, closes, order } = setUp();
    closing.push(closes('a'));
    await Promise.all([closing.closeAll(), closing.closeAll()]);
    expect(order).toEqual(['a begins', 'a']);
  });
});
