import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../json/json-value.js';
import { ownTime } from './own-time.js';

const day = (date: number) => Date.UTC(2026, 3, date);
const text = (date: number) => `2026-04-${String(date).padStart(2, '0')}T00:00:00Z`;

/** The list in its order; each entry dates a body that has nothing before it. */
const places: readonly ((at: string) => JsonObject)[] = [
  (at) => ({ timestamp: at }),
  (at) => ({ stoppedAtTimestamp: at }),
  (at) => ({ startedAtTimestamp: at }),
  (at) => ({ appliedAt: at }),
  (at) => ({ lastUpdatedAt: at }),
  (at) => ({ updatedAt: at }),
  (at) => ({ createdAt: at }),
  (at) => ({ session: { lastUpdatedAt: at } }),
  (at) => ({ session: { stoppedAt: at } }),
  (at) => ({ session: { startedAt: at } }),
  (at) => ({ meterValues: [{ timestamp: at }] }),
  (at) => ({ currentConsumption: [{ lastUpdatedAt: at }] }),
  (at) => ({ configuration: [{ lastUpdatedAt: at }] }),
  (at) => ({ configuration: [{ timestamp: at }] }),
];

function merge(bodies: readonly JsonObject[]): JsonObject {
  const session = Object.assign({}, ...bodies.map((body) => body['session'])) as JsonObject;
  const configuration = bodies.flatMap((body) => (body['configuration'] ?? []) as JsonObject[]);
  return { ...Object.assign({}, ...bodies), session, configuration } as JsonObject;
}

describe('ownTime', () => {
  it.each(places.map((_, index) => index))('takes place %i of the list before all later ones', (index) => {
    const body = merge(places.slice(index).map((place, offset) => place(text(index + offset + 1))));
    expect(ownTime(body)).toBe(day(index + 1));
  });

  it.each(places.map((_, index) => index))('passes over place %i when it does not parse', (index) => {
    const later = places[index + 1];
    const broken = places[index]!('0000-00-00 00:00:00');
    expect(ownTime(broken)).toBeUndefined();
    if (later !== undefined) expect(ownTime(merge([broken, later(text(20))]))).toBe(day(20));
  });

  it.each([
    ['the first that counts', '2015-01-01T00:00:00Z', Date.UTC(2015, 0, 1)],
    ['the last that counts', '2035-12-31T23:59:59.999Z', Date.UTC(2036, 0, 1) - 1],
    ['a leap second before the end', '2035-12-31T23:59:60Z', Date.UTC(2036, 0, 1) - 1],
    ['before 2015', '2014-12-31T23:59:59.999Z', undefined],
    ['before 2015 in UTC, though not where it was written', '2015-01-01T00:59:59+01:00', undefined],
    ['of 2036', '2036-01-01T00:00:00Z', undefined],
    ['of 2036 in UTC, though not where it was written', '2035-12-31T23:00:00-01:00', undefined],
    ['of a clock that was never set', '1970-01-01T00:00:12Z', undefined],
    ['of a clock without a battery', '2000-01-01T00:00:00Z', undefined],
    ['of the next era of NTP', '2036-02-07T06:28:16Z', undefined],
    ['before 1970', '1969-12-31T23:59:59Z', undefined],
    ['of the year 0', '0000-01-01T00:00:00Z', undefined],
    ['of the year 9999', '9999-12-31T23:59:59Z', undefined],
  ] as const)('counts times from 2015 to 2035: %s', (_what, at, counted) => {
    for (const place of places) expect(ownTime(place(at))).toBe(counted);
  });

  it.each(['1970-01-01T00:00:00Z', '2000-01-01T00:00:00Z', '2036-02-07T06:28:16Z'])(
    'passes over %s, which no set clock gives, for the next place and the next element',
    (unset) => {
      for (const [index, place] of places.entries()) {
        const later = places[index + 1];
        if (later !== undefined) expect(ownTime(merge([place(unset), later(text(20))]))).toBe(day(20));
      }
      expect(ownTime({ meterValues: [{ timestamp: unset }, { timestamp: text(3) }] })).toBe(day(3));
    },
  );

  it('takes the latest element of an array that parses', () => {
    const meterValues = [
      { timestamp: text(3) },
      null,
      { timestamp: text(9) },
      'x',
      { timestamp: 'x' },
      { timestamp: text(4) },
    ];
    expect(ownTime({ meterValues })).toBe(day(9));
  });

  it.each([
    [{ timestamp: 1_773_480_413_000 }],
    [{ timestamp: [text(1)] }],
    [{ session: [text(1)] }],
    [{ session: text(1) }],
    [{ meterValues: { timestamp: text(1) } }],
    [{ meterValues: [[text(1)], [{ timestamp: text(1) }]] }],
    [{}],
  ] as [JsonObject][])('finds no time in %j', (body) => {
    expect(ownTime(body)).toBeUndefined();
  });

  it('answers to members of any shape', () => {
    const key = fc.constantFrom(
      'timestamp',
      'lastUpdatedAt',
      'session',
      'meterValues',
      'currentConsumption',
      'configuration',
    );
    const value = fc.oneof(
      fc.jsonValue(),
      fc.array(fc.dictionary(key, fc.jsonValue())),
      fc.dictionary(key, fc.jsonValue()),
    );
    fc.assert(
      fc.property(fc.dictionary(key, value), (body) => {
        expect(ownTime(body as JsonObject)).toBeUndefined();
      }),
    );
  });
});
