import { describe, expect, it } from 'vitest';
import { NOTIFICATIONS } from '../notifications/index.js';
import { dataPlanOf } from './data-plans.js';
import { renderData } from './render-data.js';

describe('dataPlanOf', () => {
  it('compiles the declarations of every notification, once', () => {
    for (const { name, major } of NOTIFICATIONS) {
      const plan = dataPlanOf(name);
      expect(plan).toBeDefined();
      expect(dataPlanOf(name, major)).toBe(plan);
    }
  });

  it('has none for a major that is not there', () => {
    expect(dataPlanOf('BootNotification', 2)).toBeUndefined();
    expect(dataPlanOf('BootNotification', 0)).toBeUndefined();
  });

  it.each(['depot.slotAssigned', '__proto__', 'constructor'])(
    'serves the unknown %s as it came, masked by names',
    (name) => {
      const plan = dataPlanOf(name, 7);
      if (plan === undefined) throw new Error('an unknown name has a plan');
      const body = '{"id":1,"at":"2026-03-14 09:26:53","pin":"4471","hardwareStatus":"charging"}';
      expect(renderData(body, plan, { normalized: true, masked: false }).text).toBe(body);
      expect(renderData(body, plan, { normalized: true, masked: true }).maskedPaths).toEqual(['/pin']);
    },
  );
});
