import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Source } from '@chargelog/domain';
import { Keyring } from '@chargelog/features/sealing';
import type { RejectedRequest } from '@chargelog/webhook';
import { RejectionRecorder, type RecorderLimits } from './rejection-recorder.js';
import type { NewRejection, RejectionStore, RejectionTally } from './rejection.store.js';
import { openRequest } from './sealed-request.js';

const SOURCE: Source = { id: 1, name: 'ampeco', kind: 'webhook', tenant: 'acme', tenantId: 1 };
const OTHER: Source = { ...SOURCE, id: 2, name: 'other' };
const KEYRING = Keyring.of([randomBytes(32)]);
const LIMITS: RecorderLimits = {
  perSecond: 10,
  burst: 500,
  maxQueuedRows: 2_000,
  maxQueuedBytes: 16 * 1024 * 1024,
};
const AWAY = new Error('the database is away');

/** What was kept, with a database's bad days. */
class FakeRejectionStore implements Pick<RejectionStore, 'keep' | 'trim'> {
  /** Set: every call fails with it. */
  failure: Error | undefined;
  /** Set: trimming fails with it. */
  trimFailure: Error | undefined;
  rows: readonly NewRejection[] = [];
  tallies: readonly RejectionTally[] = [];
  /** Rows of every write. */
  readonly writes: number[] = [];

  async keep(rejections: readonly NewRejection[], tallies: readonly RejectionTally[]): Promise<void> {
    await Promise.resolve();
    if (this.failure !== undefined) throw this.failure;
    this.rows = [...this.rows, ...rejections];
    this.tallies = [...this.tallies, ...tallies.map((tally) => ({ ...tally }))];
    this.writes.push(rejections.length);
  }

  async trim({ receivedBefore }: { readonly receivedBefore: number }): Promise<number> {
    await Promise.resolve();
    const failure = this.failure ?? this.trimFailure;
    if (failure !== undefined) throw failure;
    const before = this.rows.length;
    this.rows = this.rows.filter(({ receivedAt }) => receivedAt >= receivedBefore);
    return before - this.rows.length;
  }
}

function setUp(limits: Partial<RecorderLimits> = {}, sealer: Keyring | 'none' = KEYRING) {
  const store = new FakeRejectionStore();
  const said: string[] = [];
  const recorder = new RejectionRecorder({
    store,
    sealer: sealer === 'none' ? undefined : sealer,
    log: (_level, message, fields) => said.push([message, fields['source']].join(' ').trim()),
    limits: { ...LIMITS, ...limits },
  });
  const offer = (count: number, parts: Partial<RejectedRequest> = {}): void => {
    for (let n = 0; n < count; n += 1) {
      recorder.offer({
        source: SOURCE,
        receivedAt: Date.now(),
        body: Buffer.from(`body ${n}`),
        headers: { 'x-signature': 'f'.repeat(64), 'x-tenant': 't' },
        ...parts,
      });
    }
  };
  const counted = (source = SOURCE): [rejected: number, kept: number] => {
    const sums = store.tallies.filter(({ sourceId }) => sourceId === source.id);
    return [
      sums.reduce((sum, { rejected }) => sum + rejected, 0),
      sums.reduce((sum, { kept }) => sum + kept, 0),
    ];
  };
  const keptCount = (): number => store.rows.length;
  return { store, recorder, offer, counted, keptCount, said };
}

const write = (): Promise<unknown> => vi.advanceTimersByTimeAsync(250);

describe('RejectionRecorder', () => {
  // performance.now as well: it is the clock of the rate.
  beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] }));
  afterEach(() => vi.useRealTimers());

  it('keeps what came, sealed, with its arrival and reason', async () => {
    const { store, offer } = setUp();
    const receivedAt = Date.now();
    offer(1, { receivedAt });
    await write();
    const [row] = store.rows;
    expect(row).toMatchObject({ source: SOURCE, receivedAt, reason: 'signature-wrong', bytes: 6 });
    expect(openRequest(KEYRING, row?.id ?? '', row?.sealed ?? { keyId: '', bytes: Buffer.alloc(0) })).toEqual(
      {
        headers: { 'x-signature': 'f'.repeat(64), 'x-tenant': 't' },
        body: Buffer.from('body 0'),
      },
    );
  });

  it('writes at most four times a second, 200 rows at a time', async () => {
    const { store, offer } = setUp();
    offer(450);
    expect(store.writes).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(store.writes).toEqual([200, 200, 50]);
  });

  it('bounds what it writes at once by bytes too', async () => {
    const { store, offer } = setUp();
    offer(5, { body: Buffer.alloc(1024 * 1024) });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(store.writes).toEqual([2, 2, 1]);
  });

  it('keeps a burst and then a sample of a flood, and counts every one', async () => {
    const { offer, counted, keptCount } = setUp();
    for (let second = 0; second < 20; second += 1) {
      offer(1_000);
      await vi.advanceTimersByTimeAsync(1_000);
    }
    await vi.advanceTimersByTimeAsync(5_000);
    const [rejected, kept] = counted();
    expect(rejected).toBe(20_000);
    expect(kept).toBeGreaterThanOrEqual(500 + 19 * 10 - 1);
    expect(kept).toBeLessThanOrEqual(500 + 20 * 10);
    expect(keptCount()).toBe(kept);
  });

  it('lets the flood of one source cost another nothing', async () => {
    const { offer, counted } = setUp();
    offer(1_500);
    offer(20, { source: OTHER });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(counted(OTHER)).toEqual([20, 20]);
  });

  it.each([
    ['rows', { burst: 10_000 }, 3_000, 1, 2_000],
    ['bytes', { burst: 10_000, maxQueuedBytes: 1_000_000 }, 50, 100_000, 10],
  ] as const)(
    'holds no more than so many %s while the store is away',
    async (_, limits, count, bytes, held) => {
      const { store, offer, counted, keptCount } = setUp(limits);
      store.failure = AWAY;
      offer(count, { body: Buffer.alloc(bytes) });
      await vi.advanceTimersByTimeAsync(5_000);
      store.failure = undefined;
      await vi.advanceTimersByTimeAsync(10_000);
      expect(counted()).toEqual([count, held]);
      expect(keptCount()).toBe(held);
    },
  );

  it('loses neither rows nor counts to a write that failed', async () => {
    const { store, offer, counted, keptCount, said } = setUp();
    store.failure = AWAY;
    offer(10);
    await vi.advanceTimersByTimeAsync(3_000);
    offer(5);
    store.failure = undefined;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(counted()).toEqual([15, 15]);
    expect(keptCount()).toBe(15);
    expect(said).toContain('rejected deliveries could not be kept, trying again');
  });

  it('counts nothing as kept that could not be sealed', async () => {
    const broken = Keyring.of([randomBytes(32)]);
    const seal = broken.seal.bind(broken);
    broken.seal = () => {
      throw new Error('no entropy');
    };
    const { store, offer, counted } = setUp({}, broken);
    offer(3);
    await write();
    expect(store.writes).toEqual([]);
    broken.seal = seal;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(counted()).toEqual([3, 3]);
  });

  it('counts once what a failed trim follows', async () => {
    const { store, offer, counted, keptCount } = setUp();
    store.trimFailure = AWAY;
    offer(6, { body: Buffer.alloc(1024 * 1024) });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(counted()).toEqual([6, 6]);
    expect(keptCount()).toBe(6);
    expect(store.writes.reduce((sum, rows) => sum + rows, 0)).toBe(6);
  });

  it('trims what is older than 72 hours after some megabytes', async () => {
    const { offer, store, keptCount } = setUp();
    offer(1, { receivedAt: Date.now() - 73 * 3_600_000 });
    await write();
    expect(keptCount()).toBe(1);
    offer(6, { body: Buffer.alloc(1024 * 1024) });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(store.rows.every(({ bytes }) => bytes > 1_000)).toBe(true);
  });

  it('only counts where nothing seals', async () => {
    const { offer, counted, keptCount } = setUp({}, 'none');
    offer(7);
    await write();
    expect(counted()).toEqual([7, 0]);
    expect(keptCount()).toBe(0);
  });

  it('writes all that waits when it is closed, and takes nothing more', async () => {
    const { recorder, offer, counted } = setUp();
    offer(450);
    await recorder.close();
    offer(10);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(counted()).toEqual([450, 450]);
  });

  it('ends though the store is away', async () => {
    const { store, recorder, offer } = setUp();
    store.failure = AWAY;
    offer(10);
    await recorder.close();
    expect(store.writes).toEqual([]);
  });

  it('says once a minute and source what to do', async () => {
    const { offer, said } = setUp();
    offer(100);
    offer(1, { source: OTHER });
    const message = 'deliveries are rejected for their signature';
    expect(said).toEqual([`${message} ampeco`, `${message} other`]);
    await vi.advanceTimersByTimeAsync(60_000);
    offer(100);
    expect(said).toHaveLength(3);
  });
});
