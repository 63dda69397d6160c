import type { JsonObject, JsonValue } from '@chargelog/domain';
import { describe, expect, it } from 'vitest';
import { loadSamples } from '../../../../test/fixtures/ampeco/load.js';
import { departuresOf } from '../index.js';

/** The sample of a notification with one place set, or removed if the value is undefined. */
function sampleWith(notification: string, path: readonly string[], value: JsonValue | undefined): JsonObject {
  const sample = loadSamples().find(({ file }) => file === `${notification}.json`);
  const body = JSON.parse(sample?.body.toString() ?? '') as Record<string, JsonValue>;
  const last = path.at(-1) ?? '';
  let at = body as Record<string, JsonValue | undefined>;
  for (const name of path.slice(0, -1)) at = (at[name] ??= {}) as typeof at;
  if (value === undefined) Reflect.deleteProperty(at, last);
  else at[last] = value;
  return body;
}

// Details that AMPECO's tables of field names lack and its OpenAPI document 3.110.0 has: what lists hold, and members that
// another part of an `allOf` requires.
describe('a body by the letter of the specification', () => {
  it.each<[string, string, readonly string[], JsonValue]>([
    [
      'names of user groups',
      'TariffChangedNotification',
      ['tariff', 'restrictions', 'applyToUsersWithGroups'],
      ['Staff'],
    ],
    [
      'ids of user groups',
      'TariffChangedNotification',
      ['tariff', 'restrictions', 'applyToUserGroupIds'],
      [12],
    ],
    [
      'special dates',
      'TariffChangedNotification',
      ['tariff', 'pricing', 'daysWhenApplied'],
      [{ specialDates: ['2026-01-30'] }],
    ],
    [
      'prices of periods',
      'TariffChangedNotification',
      ['tariff', 'pricing', 'pricePeriods'],
      { energyFeePeriods: { fee: [0.35, 1] } },
    ],
    ['CDRs of a roaming session', 'SessionUpdateNotification', ['session', 'roaming', 'cdrIds'], [90412]],
    [
      'tariffs of a roaming EVSE',
      'ChargePointChangedNotification',
      ['chargePoint', 'evses'],
      [{ id: 1, networkId: '1', roaming: { tariffIds: ['T-1'], capabilities: ['RFID_READER'] } }],
    ],
  ])('conforms with %s', (_, notification, path, value) => {
    expect(departuresOf(notification, sampleWith(notification, path, value))).toEqual([]);
  });

  it.each<[string, string, readonly string[], JsonValue]>([
    [
      'user groups by id in the list of names',
      'TariffChangedNotification',
      ['tariff', 'restrictions', 'applyToUsersWithGroups'],
      [12],
    ],
    [
      'prices as text',
      'TariffChangedNotification',
      ['tariff', 'pricing', 'pricePeriods'],
      { energyFeePeriods: { fee: ['0.35'] } },
    ],
    ['CDR ids as text', 'SessionUpdateNotification', ['session', 'roaming', 'cdrIds'], ['90412']],
  ])('departs with %s', (_, notification, path, value) => {
    const departures = departuresOf(notification, sampleWith(notification, path, value));
    expect(departures.map(({ kind }) => kind)).toEqual(['other-type']);
  });

  it.each(['networkProtocol', 'accessType'])('departs without the %s of a charge point', (name) => {
    const body = sampleWith('ChargePointChangedNotification', ['chargePoint', name], undefined);
    expect(departuresOf('ChargePointChangedNotification', body)).toMatchObject([
      { kind: 'missing-field', path: `/chargePoint/${name}` },
    ]);
  });
});
