import { describe, expect, it } from 'vitest';
import { SigningUse } from './signing-use.js';

const MINUTE_MS = 60_000;

function setUp() {
  const stored: [string, number][] = [];
  let failure: Error | undefined;
  const use = new SigningUse({
    noteSigned: (id, at) => {
      if (failure !== undefined) return Promise.reject(failure);
      stored.push([id, at]);
      return Promise.resolve();
    },
  });
  use.assign('ampeco', new Map([['a', 'row-a']]));
  return { use, stored, fail: (error: Error | undefined) => (failure = error) };
}

describe('SigningUse', () => {
  it('stores the first use at once, then once a minute, and what is left at the end', async () => {
    const { use, stored } = setUp();
    for (const at of [1_000, 30_000, 1_000 + MINUTE_MS - 1, 1_000 + MINUTE_MS, 1_001 + MINUTE_MS]) {
      use.note('ampeco', 'a', at);
      await use.store({ all: false });
    }
    expect(stored).toEqual([
      ['row-a', 1_000],
      ['row-a', 1_000 + MINUTE_MS],
    ]);
    await use.store({ all: true });
    await use.store({ all: true });
    expect(stored.slice(2)).toEqual([['row-a', 1_001 + MINUTE_MS]]);
  });

  it('keeps a use of a secret without a row until it has one', async () => {
    const { use, stored } = setUp();
    use.note('ampeco', 'new', 5_000);
    await use.store({ all: true });
    expect(stored).toEqual([]);
    expect(use.lastSignedAt('ampeco', 'new')).toBe(5_000);
    use.assign('ampeco', new Map([['a', 'row-a'], ['new', 'row-n']])); // prettier-ignore
    await use.store({ all: false });
    expect(stored).toEqual([['row-n', 5_000]]);
  });

  it('tries again what could not be stored', async () => {
    const { use, stored, fail } = setUp();
    use.note('ampeco', 'a', 5_000);
    fail(new Error('away'));
    await expect(use.store({ all: false })).rejects.toThrow('away');
    fail(undefined);
    await use.store({ all: false });
    expect(stored).toEqual([['row-a', 5_000]]);
  });

  it('does not show a new secret as used because another one of its name was', async () => {
    const { use, stored } = setUp();
    use.note('ampeco', 'a', 5_000);
    use.assign('ampeco', new Map([['a', 'another row']]));
    expect(use.lastSignedAt('ampeco', 'a')).toBeUndefined();
    await use.store({ all: true });
    expect(stored).toEqual([]);
    use.assign('ampeco', new Map());
    use.note('ampeco', 'a', 9_000);
    use.assign('ampeco', new Map([['a', 'a third row']]));
    expect(use.lastSignedAt('ampeco', 'a')).toBe(9_000);
  });

  it('keeps sources apart', () => {
    const { use } = setUp();
    use.note('other', 'a', 5_000);
    expect(use.lastSignedAt('ampeco', 'a')).toBeUndefined();
    expect(use.isOf('ampeco', 'a', 'row-a')).toBe(true);
    expect(use.isOf('other', 'a', 'row-a')).toBe(false);
  });
});
