import { describe, expect, it } from 'vitest';
import { departuresOf } from '@chargelog/catalogue';
import { contentKey } from '../account/account.js';
import { Life } from './life.js';
import type { SimulatedNotification } from './notification.js';

const NOW = Date.UTC(2026, 2, 14, 9, 26, 53);

function emitted(
  count: number,
  options: { seed?: number; msPerNotification?: number } = {},
): SimulatedNotification[] {
  const life = new Life({ seed: options.seed ?? 7, chargePoints: 12, startedAt: NOW });
  return Array.from({ length: count }, (_, index) =>
    life.next(NOW + index * (options.msPerNotification ?? 1)),
  );
}

describe('Life', () => {
  it('gives the same notifications again for the same seed and clock', () => {
    expect(emitted(2_000)).toEqual(emitted(2_000));
  });

  it('gives others for another seed', () => {
    expect(emitted(50, { seed: 8 })).not.toEqual(emitted(50, { seed: 7 }));
  });

  it.each([0, 0.5, 50])('never gives two equal bodies, %d ms apart', (msPerNotification) => {
    const keys = new Set(emitted(20_000, { msPerNotification }).map(({ body }) => contentKey(body)));

    expect(keys.size).toBe(20_000);
  });

  it('gives bodies as AMPECO documents them, unknown names apart', () => {
    const departures = emitted(10_000).flatMap(({ name, body }) =>
      departuresOf(name, body).map(({ kind, path }) => `${name} ${path} ${kind}`),
    );
    expect([...new Set(departures)]).toEqual(['depot.slotAssigned  unknown-name']);
  });

  it('gives every kind of notification in the long run', () => {
    const names = new Set(emitted(20_000).map(({ name }) => name));

    expect([...names].sort()).toEqual([
      'BootNotification',
      'ChargePointSyncConfigurationNotification',
      'CircuitConsumptionNotification',
      'DiagnosticsStatusNotification',
      'HardwareStatusNotification',
      'LocationChangedNotification',
      'NetworkStatusNotification',
      'SecurityEventNotification',
      'SessionMeterValuesNotification',
      'SessionUpdateNotification',
      'TariffChangedNotification',
      'UserChangedNotification',
      'authorization.changed',
      'chargePoint.changed',
      'chargePoint.dataTransferReceived',
      'chargingProfile.applied',
      'circuit.changed',
      'depot.slotAssigned',
      'evse.changed',
      'idTag.changed',
      'parkingSpace.occupancyStatus.changed',
      'partner.changed',
      'partnerInvite.changed',
      'reservation.changed',
      'session.start.stop.notification',
      'transaction.changed',
      'user.invoiceDetails.changed',
      'user.paymentMethod.changed',
      'user.subscription.changed',
      'userBalance.changed',
    ]);
  });

  it('reaches sessions within the first 600 notifications', () => {
    const names = new Set(emitted(600).map(({ name }) => name));

    expect(names).toContain('SessionMeterValuesNotification');
    expect(names).toContain('session.start.stop.notification');
  });

  it('stamps with the clock it is given, never ahead of it by more than the microseconds it needs', () => {
    const life = new Life({ seed: 3, chargePoints: 4, startedAt: NOW });
    for (let index = 0; index < 5_000; index++) {
      const now = NOW + index * 20;
      const { body } = life.next(now);
      const stamp = body['timestamp'] ?? body['lastUpdatedAt'];
      if (typeof stamp !== 'string') continue;
      const occurredAt = new Date(stamp).getTime();
      expect(occurredAt).toBeLessThanOrEqual(now + 1);
      expect(occurredAt).toBeGreaterThan(now - 3_000);
    }
  });

  it('does not go back when the clock does', () => {
    const life = new Life({ seed: 3, chargePoints: 1, startedAt: NOW });
    const stamps: string[] = Array.from({ length: 2_000 }, (_, index) => life.next(NOW - index * 100).body)
      .map((body) => JSON.stringify(body['timestamp'] ?? null))
      .filter((stamp) => stamp.endsWith('Z"'));

    expect(stamps.length).toBeGreaterThan(100);
    expect(stamps).toEqual(stamps.toSorted((a, b) => (a < b ? -1 : 1)));
  });

  it('ends every session with the energy its meter values added up to', () => {
    const lastEnergy = new Map<unknown, unknown>();
    let stops = 0;
    for (const { name, body } of emitted(20_000)) {
      if (name === 'SessionMeterValuesNotification') {
        const values = body['meterValues'] as { measurand: string; value: number }[];
        lastEnergy.set(
          body['sessionId'],
          values.find(({ measurand }) => measurand === 'Energy Consumed')?.value,
        );
      }
      if (name === 'session.start.stop.notification' && body['action'] === 'stop') {
        stops++;
        expect(body['energyConsumed']).toBe(lastEnergy.get(body['sessionId']));
        expect(Number(body['meterStop']) - Number(body['meterStart'])).toBe(body['energyConsumed']);
      }
    }
    expect(stops).toBeGreaterThan(50);
  });

  it('starts a session once, and only while its EVSE has none', () => {
    const running = new Map<unknown, unknown>();
    const seen = new Set<unknown>();
    for (const { name, body } of emitted(20_000)) {
      if (name !== 'session.start.stop.notification') continue;
      if (body['action'] === 'start') {
        expect(seen).not.toContain(body['sessionId']);
        expect(running.has(body['evseId'])).toBe(false);
        seen.add(body['sessionId']);
        running.set(body['evseId'], body['sessionId']);
      } else {
        expect(running.get(body['evseId'])).toBe(body['sessionId']);
        running.delete(body['evseId']);
      }
    }
  });

  it('hands out ids that go on growing in a later run', () => {
    const earlier = new Life({ seed: 1, chargePoints: 2, startedAt: NOW }).world;
    const later = new Life({ seed: 1, chargePoints: 2, startedAt: NOW + 3_600_000 }).world;

    expect(later.counters.session).toBeGreaterThan(earlier.counters.session);
    expect(later.chargePoints.map(({ id }) => id)).toEqual(earlier.chargePoints.map(({ id }) => id));
  });
});
