import { describe, expect, it } from 'vitest';
import type { JsonValue } from '@chargelog/domain';
import { Account, contentKey } from '../account/account.js';
import { Random } from '../random.js';
import { Life } from '../world/life.js';
import { planDelivery, type DeliveryPlanOptions, type PlannedCopy } from './plan.js';

const NOW = Date.UTC(2026, 2, 14, 9, 26, 53);
const COUNT = 3_000;

function plans(options: DeliveryPlanOptions): PlannedCopy[][] {
  const life = new Life({ seed: 4, chargePoints: 6, startedAt: NOW });
  const account = new Account();
  const random = new Random(4);
  return Array.from({ length: COUNT }, (_, index) => {
    const notification = life.next(NOW + index);
    return planDelivery(account.add(notification), notification, options, random);
  });
}

describe('planDelivery', () => {
  it('sends one copy at once when nothing else is wanted', () => {
    for (const plan of plans({ transports: ['webhook'], duplicates: 0, reorder: 0 })) {
      expect(plan).toMatchObject([{ delayMs: 0, why: 'first', copy: { transport: 'webhook' } }]);
    }
  });

  it('repeats and holds back the share that was asked for', () => {
    const copies = plans({ transports: ['webhook'], duplicates: 0.2, reorder: 0.1 }).flat();
    const share = (why: string): number => copies.filter((copy) => copy.why === why).length / COUNT;

    expect(share('duplicate')).toBeCloseTo(0.2, 1);
    expect(share('reordered')).toBeCloseTo(0.1, 1);
    for (const { delayMs } of copies) expect(delayMs).toBeLessThan(5_000);
  });

  it('repeats the same bytes', () => {
    for (const plan of plans({ transports: ['webhook', 'kafka'], duplicates: 1, reorder: 0 })) {
      const repeated = plan.find(({ why }) => why === 'duplicate')!.copy;
      const first = plan.find(
        ({ copy, why }) => why === 'first' && copy.transport === repeated.transport,
      )!.copy;
      expect(repeated.body.equals(first.body)).toBe(true);
    }
  });

  it('writes the webhook copy in ASCII and the Kafka copy in other bytes of the same content', () => {
    let different = 0;
    for (const [webhook, kafka] of plans({ transports: ['webhook', 'kafka'], duplicates: 0, reorder: 0 })) {
      const [left, right] = [webhook!.copy, kafka!.copy];
      expect(/^[\x20-\x7e]+$/.test(left.body.toString('latin1'))).toBe(true);
      expect(contentKey(JSON.parse(left.body.toString()) as JsonValue)).toBe(left.tracked.key);
      expect(contentKey(JSON.parse(right.body.toString()) as JsonValue)).toBe(left.tracked.key);
      if (!left.body.equals(right.body)) different++;
    }
    expect(different / COUNT).toBeGreaterThan(0.95);
  });
});
