import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '@chargelog/domain';
import { CreateKey } from '@chargelog/features/access';
import { EventFilterQuery, toEventFilter, ListEventsQuery } from '@chargelog/features/events';
import { FeedQuery } from '@chargelog/features/feed';
import { ListQuarantineQuery } from '@chargelog/features/quarantine';

import { JsonBodyPipe, validationPipe } from './validation.js';

/** As Fastify's parser gives it: no prototype, repeated names as an array. */
function parse(search: string): Record<string, string | string[]> {
  const params = new URLSearchParams(search);
  const result = Object.create(null) as Record<string, string | string[]>;
  for (const name of new Set(params.keys())) {
    const all = params.getAll(name);
    result[name] = all.length === 1 ? (all[0] ?? '') : all;
  }
  return result;
}

async function read<T>(metatype: Type<T>, search: string): Promise<T> {
  return (await validationPipe('query').transform(parse(search), { type: 'query', metatype })) as T;
}

async function refusal(metatype: Type, search: string): Promise<GatewayError> {
  const error: unknown = await read(metatype, search).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof GatewayError)) throw new Error(`${search} was taken`);
  return error;
}

const LISTS = [ListEventsQuery, FeedQuery, ListQuarantineQuery];

describe('query parameters', () => {
  it('have their defaults', async () => {
    expect(await read(ListEventsQuery, '')).toEqual({
      data: 'normalized',
      orderBy: 'occurred',
      order: 'desc',
      limit: 50,
    });
    expect(await read(FeedQuery, '')).toEqual({ data: 'normalized', limit: 100, wait: 0 });
    expect(await read(ListQuarantineQuery, '')).toEqual({ limit: 50 });
  });

  it.each([
    'nope=1',
    'Limit=5',
    'type[]=session.started',
    '__proto__=1',
    'constructor=1',
    'prototype=1',
    'hasOwnProperty=1',
    'toString=1',
    '__defineGetter__=1',
    'then=1',
    '=1',
  ])('that are unknown are refused: %s', async (search) => {
    for (const list of LISTS) expect((await refusal(list, search)).code).toBe('unknown-parameter');
  });

  it('name the one that is unknown', async () => {
    expect(await refusal(FeedQuery, '__proto__=1')).toMatchObject({
      errors: [{ in: 'query', name: '__proto__', reason: 'is not known here' }],
    });
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
  });

  it.each([
    'limit=',
    'limit=0',
    'limit=-1',
    'limit=1e2',
    'limit=01',
    'limit=1.5',
    'limit=0x10',
    'limit=NaN',
    'limit=%2B5',
    'limit=5&limit=6',
    'limit=999999999999',
    'limit=99999999999999999999',
    'limit=Infinity',
  ])('with no usable limit are refused: %s', async (search) => {
    for (const list of LISTS) {
      const error = await refusal(list, search);
      expect([error.code, error.errors[0]?.name]).toEqual(['invalid-parameter', 'limit']);
    }
  });

  it.each([
    [ListEventsQuery, 'limit=1001'],
    [FeedQuery, 'limit=1001'],
    [ListQuarantineQuery, 'limit=201'],
    [FeedQuery, 'wait=61'],
    [FeedQuery, 'wait=-1'],
    [FeedQuery, 'wait=NaN'],
    [FeedQuery, 'wait='],
    [ListEventsQuery, 'wait=5'],
    [ListEventsQuery, 'order='],
    [ListEventsQuery, 'order=DESC'],
    [ListEventsQuery, 'order=asc&order=desc'],
    [ListEventsQuery, 'after=a&after=b'],
    [ListQuarantineQuery, 'reason='],
    [ListQuarantineQuery, 'reason=unknown'],
    [ListQuarantineQuery, 'reason=%00'],
    [ListQuarantineQuery, 'reason=toString'],
    [ListQuarantineQuery, 'source='],
    [ListQuarantineQuery, 'source=%00'],
    [ListQuarantineQuery, 'source=a&source=b'],
  ])('of %o are refused: %s', async (list, search) => {
    expect((await refusal(list, search)).code).toMatch(/^(invalid|unknown)-parameter$/);
  });

  it.each([
    'type=',
    'type=session',
    'type=*',
    'type=session.started&type=nope',
    'type=%00',
    'chargePointId=',
    'chargePointId=%00',
    'chargePointId=a%0Ab',
    'chargePointId=1&chargePointId=2',
    'subject=',
    'subject=tariff',
    'subject=tariff/',
    'subject=/5',
    'subject=tariff/%00',
    'subject=tariff/a%00b',
    'subject=tariff/1&subject=tariff/2',
    'occurredAfter=',
    'occurredAfter=yesterday',
    'occurredAfter=2026-02-30',
    'occurredAfter=1700000000',
    'occurredAfter=2026-01-01&occurredAfter=2026-01-02',
    'occurredBefore=2026-13-01T00:00:00Z',
    'deprecated=',
    'deprecated=true',
  ])('that narrow events are refused when they mean nothing: %s', async (search) => {
    for (const list of [ListEventsQuery, FeedQuery]) {
      expect((await refusal(list, search)).code).toBe('invalid-parameter');
    }
  });

  it.each([
    ['51 types', 'type=session.started&'.repeat(51)],
    ['an id of 5,000 digits', `chargePointId=${'9'.repeat(5_000)}`],
    ['a subject of 300 letters', `subject=tariff/${'a'.repeat(300)}`],
    ['a cursor of 201 characters', `after=${'a'.repeat(201)}`],
  ])('that are too much are refused: %s', async (_what, search) => {
    for (const list of [ListEventsQuery, FeedQuery]) {
      expect((await refusal(list, search)).code).toBe('invalid-parameter');
    }
  });

  it.each([
    [ListEventsQuery, 'limit=many', 'limit', 'must be a whole number'],
    [ListEventsQuery, 'limit=0', 'limit', 'must be from 1 to 1000'],
    [ListEventsQuery, 'order=up', 'order', 'must be one of: asc, desc'],
    [ListEventsQuery, `after=${'a'.repeat(201)}`, 'after', 'must have 200 characters or fewer'],
    [FeedQuery, 'wait=61', 'wait', 'must be from 0 to 60'],
    [ListQuarantineQuery, 'limit=201', 'limit', 'must be from 1 to 200'],
    [FeedQuery, 'wait=2s', 'wait', 'must be a number'],
    [FeedQuery, 'occurredAfter=2026-03-14T09:26:53+01:00', 'occurredAfter', /a \+ stands for a space/],
    [FeedQuery, 'occurredAfter=yesterday', 'occurredAfter', /^must be an RFC 3339 instant[^+]*$/],
    [ListEventsQuery, 'sessionID=5', 'sessionID', 'is not known here'],
  ])('of %o give one reason, in plain words: %s', async (list, search, name, reason) => {
    const { errors } = await refusal(list, search);
    expect(errors).toEqual([
      { in: 'query', name, reason: typeof reason === 'string' ? reason : expect.stringMatching(reason) },
    ]);
  });

  it('name what is known, once', async () => {
    const { message } = await refusal(ListEventsQuery, 'sessionID=5&from=1');
    expect(message).toMatch(
      /^sessionID: is not known here; from: is not known here; known are .*\bsessionId\b.*\boccurredAfter\b/,
    );
    expect(message.match(/known are/g)).toHaveLength(1);
  });

  it('tell of unknown and of invalid ones together', async () => {
    const error = await refusal(ListEventsQuery, 'limit=x&nope=1');
    expect(error.code).toBe('invalid-parameter');
    expect(new Set(error.errors.map(({ name }) => name))).toEqual(new Set(['limit', 'nope']));
  });
});

describe('a body', () => {
  const readBody = (value: unknown): unknown =>
    validationPipe('body').transform(value, { type: 'body', metatype: EventFilterQuery });

  it('is refused with inherited names at any depth', async () => {
    const value: unknown = JSON.parse('{"type":["session.started"],"chargePointId":{"__proto__":{"a":1}}}');
    await expect(Promise.resolve().then(() => readBody(value))).rejects.toMatchObject({
      code: 'unknown-parameter',
      errors: [{ in: 'body', name: 'chargePointId.__proto__' }],
    });
  });

  it('may hold ids as numbers, as they stand in the bodies of AMPECO, or as text', async () => {
    expect(
      await readBody({ chargePointId: 1187, evseId: '2291', sessionId: 0, userId: 'DE*1' }),
    ).toMatchObject({
      chargePointId: '1187',
      evseId: '2291',
      sessionId: '0',
      userId: 'DE*1',
    });
  });

  it.each([[2 ** 53], [-1], [1.5], [true], [['1187']], [{ id: 1 }], [''], ['x'.repeat(256)]])(
    'is refused with the id %j, which cannot be one or lost digits on the way',
    async (chargePointId) => {
      await expect(readBody({ chargePointId })).rejects.toMatchObject({
        code: 'invalid-body',
        errors: [
          {
            in: 'body',
            name: 'chargePointId',
            reason: expect.stringContaining('write a larger number as text'),
          },
        ],
      });
    },
  );

  it('says once of each missing member that it is required', async () => {
    const reading = validationPipe('body').transform(
      {},
      { type: 'body', metatype: CreateKey },
    ) as Promise<unknown>;
    await expect(reading).rejects.toMatchObject({
      message: 'name: is required; scopes: is required',
      errors: [
        { in: 'body', name: 'name', reason: 'is required' },
        { in: 'body', name: 'scopes', reason: 'is required' },
      ],
    });
  });

  it('is told as missing when there is none', () => {
    expect(() => new JsonBodyPipe().transform(Buffer.alloc(0))).toThrow(/no body/);
    expect(() => new JsonBodyPipe().transform(undefined)).toThrow(/no body/);
    expect(() => new JsonBodyPipe().transform(Buffer.from('{'))).toThrow(/not JSON/);
  });

  it('is refused when it nests deeper than anything here, before anything recurses into it', async () => {
    const value: unknown = JSON.parse(`{"type":${'['.repeat(50_000)}${']'.repeat(50_000)}}`);
    await expect(Promise.resolve().then(() => readBody(value))).rejects.toMatchObject({
      code: 'invalid-body',
    });
  });
});

describe('toEventFilter', () => {
  const filterOf = async (search: string) => toEventFilter(await read(EventFilterQuery, search));

  it('is empty without parameters', async () => {
    expect(await filterOf('')).toEqual({});
  });

  it('takes one type and several alike, expands patterns, and does not depend on their order', async () => {
    expect(await filterOf('type=session.started')).toEqual({ types: ['session.started'] });
    const both = await filterOf('type=session.*&type=chargePoint.booted&type=session.started');
    expect(both.types).toEqual([
      'chargePoint.booted',
      'session.changed',
      'session.metered',
      'session.started',
      'session.stopped',
      'session.updated',
    ]);
    expect(await filterOf('type=session.started&type=chargePoint.booted&type=session.*')).toEqual(both);
  });

  it('reads ids, subject and instants', async () => {
    expect(
      await filterOf(
        'chargePointId=999999999999999999&evseId=0&sessionId=1&userId=2&locationId=3&subject=tariff/a/b&' +
          'occurredAfter=1970-01-01&occurredBefore=2026-03-14T10:26:53%2B01:00&deprecated=exclude',
      ),
    ).toEqual({
      related: { chargePoint: '999999999999999999', evse: '0', session: '1', user: '2', location: '3' },
      subject: { kind: 'tariff', id: 'a/b' },
      occurredAfter: 0,
      occurredBefore: Date.UTC(2026, 2, 14, 9, 26, 53),
      deprecated: 'exclude',
    });
  });
});
