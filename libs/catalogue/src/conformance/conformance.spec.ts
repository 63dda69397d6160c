import type { JsonObject } from '@chargelog/domain';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { mutatedBody, wildBody } from '@test/notification-bodies.js';
import { ANNOTATIONS } from '../body-schema/json-schema.js';
import { bodyJsonSchema, departuresOf, isViolation, NOTIFICATIONS } from '../index.js';
import { compileDiagnosis } from './diagnose.js';
import { compileGate, FORMATS } from './gate.js';

// Few in a local run, many in CI.
const RUNS = { seed: 20_260_314, numRuns: process.env['LONG_SEARCH'] === undefined ? 40 : 200 };
/** Fewer, because each run compares schema, gate and walk. */
const WILD_RUNS = { ...RUNS, numRuns: Math.ceil(RUNS.numRuns / 2.5) };
const kindsAndPaths = (notification: string, body: JsonObject) =>
  departuresOf(notification, body).map(({ kind, path }) => ({ kind, path }));

describe.each(NOTIFICATIONS.map((entry) => [entry.name, entry] as const))('%s', (name, entry) => {
  let isValid: (body: unknown) => boolean;
  let gate: (body: unknown) => boolean;
  let diagnose: ReturnType<typeof compileDiagnosis>;

  beforeAll(() => {
    const ajv = new Ajv2020({ allowUnionTypes: true, strictRequired: false });
    ajv.addVocabulary([...ANNOTATIONS]);
    for (const [name, format] of Object.entries(FORMATS)) ajv.addFormat(name, format);
    isValid = ajv.compile(bodyJsonSchema(entry));
    gate = compileGate(entry);
    diagnose = compileDiagnosis(entry.body);
  });

  it('finds nothing in 200 bodies made from the declaration, and in each exactly the one thing that is changed', () => {
    fc.assert(
      fc.property(mutatedBody(entry), ({ original, body, departure }) => {
        expect(departuresOf(name, original)).toEqual([]);
        expect(isValid(original)).toBe(true);
        expect(kindsAndPaths(name, body)).toEqual([departure]);
      }),
      RUNS,
    );
  });

  it('is judged alike by schema, gate and walk, whatever the body holds', () => {
    fc.assert(
      fc.property(wildBody(entry), (body) => {
        const departures = diagnose(body);
        expect(gate(body)).toBe(departures.length === 0);
        expect(isValid(body)).toBe(!departures.some(isViolation));
      }),
      WILD_RUNS,
    );
  });
});

describe('departuresOf', () => {
  it('reports a name that the catalogue does not hold as unknown', () => {
    expect(kindsAndPaths('depot.slotAssigned', { id: 1 })).toEqual([{ kind: 'unknown-name', path: '' }]);
    expect(kindsAndPaths('__proto__', {})).toEqual([{ kind: 'unknown-name', path: '' }]);
  });

  it('names a place once, however many elements share it', () => {
    const meterValues = Array.from({ length: 30 }, (_, index) => ({
      measurand: `Sensor ${index}`,
      value: 1,
    }));
    expect(
      kindsAndPaths('SessionMeterValuesNotification', {
        sessionId: 1,
        chargePointId: 1,
        evseId: 1,
        meterValues,
      }),
    ).toEqual([{ kind: 'new-value', path: '/meterValues/*/measurand' }]);
  });

  it('lists 50 departures at most, violations first', () => {
    const added = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`added${index}`, index]));
    const departures = kindsAndPaths('evse.changed', {
      ...added,
      evseId: 1,
      action: 'moved',
      lastUpdatedAt: 'x',
    });
    expect(departures).toHaveLength(50);
    expect(departures.slice(0, 3)).toEqual([
      { kind: 'new-value', path: '/action' },
      { kind: 'new-time-form', path: '/lastUpdatedAt' },
      { kind: 'new-field', path: '/added0' },
    ]);
  });

  it('names a new member only when its name cannot be data', () => {
    const hostile = JSON.parse(
      '{"__proto__":{"action":"created"},"constructor":1,"":1,"a/b":1,"a~b":1,"dana@example.com":1,"\\u0000":1,"é":1}',
    ) as JsonObject;
    const long = { ['x'.repeat(65)]: 1, ['y'.repeat(64)]: 1 };
    const body = Object.assign(
      hostile,
      { evseId: 1, action: 'updated', lastUpdatedAt: '2026-03-14T09:26:53Z' },
      long,
    );
    expect(departuresOf('evse.changed', body).map(({ path }) => path)).toEqual([
      '/__proto__',
      '/constructor',
      '/*',
      `/${'y'.repeat(64)}`,
    ]);
  });

  it('quotes no value of a body', () => {
    const secret = 'S3cret-4471';
    const user = Object.fromEntries(
      ['id', 'email', 'pin', 'phone', 'status', 'createdAt', 'balance', 'options'].map((name) => [
        name,
        [secret],
      ]),
    );
    const departures = departuresOf('UserChangedNotification', {
      user,
      action: secret,
      lastUpdatedAt: secret,
    });
    expect(departures.length).toBeGreaterThan(8);
    expect(JSON.stringify(departures)).not.toContain(secret);
  });

  it.each([-5, 2 ** 53, 1e300])('takes %d for no id, as it could not be served as text', (evseId) => {
    const body = { evseId, action: 'updated', lastUpdatedAt: '2026-03-14T09:26:53Z' };
    expect(kindsAndPaths('evse.changed', body)).toEqual([{ kind: 'other-type', path: '/evseId' }]);
  });

  it('expects a local time with its offset, as it could not be served as RFC 3339 without', () => {
    const body = {
      sessionId: 1,
      chargePointId: 1,
      evseId: 1,
      action: 'start',
      meterStart: 1,
      meterStop: 1,
      startedAtTimestamp: '2026-03-14 09:26:53',
      lastUpdatedAt: '2026-03-14 09:26:53',
    };
    const started = (startedAtTimestampLocal: string) =>
      kindsAndPaths('session.start.stop.notification', { ...body, startedAtTimestampLocal });
    expect(started('2026-03-14 10:26:53+01:00')).toEqual([]);
    expect(started('2026-03-14T10:26:53')).toEqual([
      { kind: 'new-time-form', path: '/startedAtTimestampLocal' },
    ]);
  });

  it('does not follow a body deeper than what is documented', () => {
    const deep = JSON.parse(`${'{"user":'.repeat(5_000)}1${'}'.repeat(5_000)}`) as JsonObject;
    expect(kindsAndPaths('UserChangedNotification', deep)).toContainEqual({
      kind: 'new-field',
      path: '/user/user',
    });
  });

  it('lets a number beyond a double be no number', () => {
    const body = JSON.parse('{"circuitId":1e400,"maxCurrent":-1e400}') as JsonObject;
    expect(kindsAndPaths('CircuitConsumptionNotification', body)).toEqual([
      { kind: 'other-type', path: '/circuitId' },
      { kind: 'other-type', path: '/maxCurrent' },
    ]);
  });
});
