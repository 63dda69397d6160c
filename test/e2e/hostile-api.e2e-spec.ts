import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayWithDatabase } from '@test/gateway-with-database.js';
import { exchange, requestBytes } from '@test/raw-http.js';
import { WEBHOOK_SECRET } from '@test/webhook-yaml.js';

const ID = '01a20bcf-a366-812e-9b07-000000000000';
const NESTED = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;

let gateway: GatewayWithDatabase;

beforeAll(async () => {
  gateway = await GatewayWithDatabase.start();
  for (let n = 0; n < 5; n += 1) {
    const body = JSON.stringify({ notification: 'x.y', n, timestamp: '2026-03-14T09:26:53Z' });
    await gateway.postWebhook('ampeco', WEBHOOK_SECRET, body);
  }
});
afterAll(() => gateway?.close());

interface Call {
  readonly method?: string;
  readonly path: string;
  readonly body?: string | Buffer;
  readonly headers?: readonly string[];
}

/** `400 invalid-parameter`, `404 not-found`, `431`: the answer in short, after a look at whether the gateway is well. */
async function answerTo({ method = 'GET', path, body, headers }: Call): Promise<string> {
  const key = `authorization: Bearer ${gateway.adminKey}`;
  const [answer, ...more] = await exchange(
    gateway.baseUrl,
    requestBytes({
      method,
      path,
      ...(body === undefined ? { contentLength: false } : { body }),
      headers: headers ?? [key],
    }),
  );
  if (answer === undefined || more.length > 0) throw new Error(`${1 + more.length} answers`);
  const ready = await fetch(`${gateway.baseUrl}/health/ready`);
  expect([ready.status, gateway.output.includes('request failed')]).toEqual([200, false]);
  if (answer.status < 400) return String(answer.status);
  expect(answer.head.toLowerCase()).toContain('content-type: application/problem+json');
  expect(answer.body).not.toMatch(/node_modules|SELECT|select |at \w+ \(/);
  const { code } = JSON.parse(answer.body) as { code?: string };
  return code === undefined ? String(answer.status) : `${answer.status} ${code}`;
}

const get = (path: string): Call => ({ path });
const post = (path: string, body: string | Buffer): Call => ({ method: 'POST', path, body });
const replay = (parts: Record<string, unknown>): Call =>
  post('/v1/replays', JSON.stringify({ target: { url: 'http://127.0.0.1:9/' }, ...parts }));

describe('parameters that are hostile', () => {
  it.each<readonly [string, Call, string]>([
    ['a name that nothing has', get('/v1/events?nope=1'), '400 unknown-parameter'],
    ['a name that every object has', get('/v1/events?__proto__=1'), '400 unknown-parameter'],
    ['a name in brackets', get('/v1/events?type[]=session.*'), '400 unknown-parameter'],
    ['a name in other capitals', get('/v1/events?LIMIT=1'), '400 unknown-parameter'],
    ['no name', get('/v1/events?=1'), '400 unknown-parameter'],
    ['10,000 parameters', get(`/v1/events?${'a&'.repeat(7_000)}`), '400 unknown-parameter'],
    ['one where none is taken', get('/v1/replays?state=running'), '400 unknown-parameter'],
    ['one beside a body', post('/v1/keys?dryRun=true', '{}'), '400 unknown-parameter'],
    ['10,000 where none is taken', get(`/v1/keys?${'a&'.repeat(7_000)}`), '400 unknown-parameter'],
    ['all nonconforming of all time', get('/v1/events?conformance=nonconforming'), '422 bound-required'],
    [
      'what arrived since, of a year',
      get('/v1/events?receivedAfter=2026-03-14&occurredAfter=2025-03-14&occurredBefore=2026-03-15'),
      '422 bound-required',
    ],
    ['a limit of nothing', get('/v1/events?limit='), '400 invalid-parameter'],
    ['a limit of zero', get('/v1/events?limit=0'), '400 invalid-parameter'],
    ['a limit below zero', get('/v1/events?limit=-1'), '400 invalid-parameter'],
    ['a limit in the power of ten', get('/v1/events?limit=1e2'), '400 invalid-parameter'],
    ['a limit in other digits', get('/v1/events?limit=%D9%A1'), '400 invalid-parameter'],
    ['a limit beyond all numbers', get(`/v1/events?limit=${'9'.repeat(400)}`), '400 invalid-parameter'],
    ['a limit twice', get('/v1/events?limit=1&limit=1'), '400 invalid-parameter'],
    ['SQL for a limit', get('/v1/events?limit=1;drop%20table%20event'), '400 invalid-parameter'],
    ['SQL for an id', get("/v1/events?chargePointId=1'%20or%20'1'='1"), '200'],
    ['SQL for a type', get("/v1/events?type=x'%3B%20select%20pg_sleep(60)%3B--"), '400 invalid-parameter'],
    ['a pattern for everything', get('/v1/events?type=*'), '400 invalid-parameter'],
    ['an id beyond bigint', get('/v1/events?sessionId=9223372036854775808'), '200'],
    ['NUL in a subject', get('/v1/events?subject=tariff/%00'), '400 invalid-parameter'],
    [
      'a subject of 10,000 characters',
      get(`/v1/events?subject=tariff/${'a'.repeat(10_000)}`),
      '400 invalid-parameter',
    ],
    ['51 types', get(`/v1/events?${'type=tariff.updated&'.repeat(51)}`), '400 invalid-parameter'],
    ['a time that is none', get('/v1/events?occurredAfter=2026-02-30T00:00:00Z'), '400 invalid-parameter'],
    ['a time without an offset, which is UTC', get('/v1/events?occurredAfter=2026-02-03T00:00:00'), '200'],
    [
      'a time beyond all calendars',
      get('/v1/events?occurredAfter=%2B275760-09-13T00:00:00Z'),
      '400 invalid-parameter',
    ],
    ['a wait of Infinity', get('/v1/feed?wait=Infinity'), '400 invalid-parameter'],
    ['a wait of 61 s', get('/v1/feed?wait=61'), '400 invalid-parameter'],
    ['a cursor that is none', get('/v1/events?after=x'), '400 invalid-cursor'],
    ['a cursor of zeros', get(`/v1/feed?after=1.${'A'.repeat(60)}`), '400 invalid-cursor'],
    ['a cursor of 10,000 characters', get(`/v1/feed?after=1.${'A'.repeat(10_000)}`), '400 invalid-parameter'],
    ['an empty cursor', get('/v1/events?after='), '400 invalid-cursor'],
    ['an id that is none', get('/v1/events/nope'), '400 invalid-parameter'],
    ['NUL for an id', get('/v1/events/%00/raw'), '400 invalid-parameter'],
    ['up and away', get('/v1/events/..%2f..%2fetc%2fpasswd'), '400 invalid-parameter'],
    ['an encoding that is none', get('/v1/events/%zz'), '400'],
    ['bytes that are not UTF-8', get('/v1/events?subject=%ff%fe'), '400 invalid-parameter'],
    ['an id of 301 characters', get(`/v1/events/${'a'.repeat(301)}`), '414'],
    ['a problem that is none', get('/problems/__proto__'), '404 not-found'],
    ['a path that is none', get('/v1/../v1/events'), '404 not-found'],
    ['a quarantine id with NUL', get('/v1/quarantine/%00'), '404 not-found'],
  ])('%s', async (_what, call, answer) => {
    expect(await answerTo(call)).toBe(answer);
  });
});

describe('bodies that are hostile', () => {
  it.each<readonly [string, Call, string]>([
    ['none', { method: 'POST', path: '/v1/replays' }, '400 invalid-body'],
    ['an empty one', post('/v1/replays', ''), '400 invalid-body'],
    ['not JSON', post('/v1/replays', '{'), '400 invalid-body'],
    ['a list', post('/v1/replays', '[]'), '400 invalid-body'],
    ['null', post('/v1/keys', 'null'), '400 invalid-body'],
    ['not UTF-8', post('/v1/keys', Buffer.from([0x7b, 0xff, 0x7d])), '400 invalid-body'],
    [
      'UTF-8 broken within a text',
      post('/v1/keys', Buffer.from('{"name":"\xff","scopes":["events:read"]}', 'latin1')),
      '400 invalid-body',
    ],
    ['50,000 levels', post('/v1/replays', NESTED), '400 invalid-body'],
    [
      '50,000 levels where a filter belongs',
      post('/v1/replays', `{"filter":${NESTED},"target":{"url":"http://127.0.0.1:9/"}}`),
      '400 invalid-body',
    ],
    [
      '50,000 levels where a scope belongs',
      post('/v1/keys', `{"name":"a","scopes":${NESTED}}`),
      '400 invalid-body',
    ],
    ['over the limit', post('/v1/keys', `{"name":"${'a'.repeat(1_100_000)}"}`), '413 too-large'],
    [
      'members that nobody knows',
      post('/v1/keys', '{"name":"a","scopes":["events:read"],"admin":true}'),
      '400 unknown-parameter',
    ],
    [
      '__proto__',
      post('/v1/keys', '{"name":"a","scopes":["events:read"],"__proto__":{"admin":true}}'),
      '400 unknown-parameter',
    ],
    [
      'constructor',
      post('/v1/keys', '{"name":"a","scopes":["events:read"],"constructor":{"prototype":{}}}'),
      '400 unknown-parameter',
    ],
    [
      'an object for a name',
      post('/v1/keys', '{"name":{"length":5},"scopes":["events:read"]}'),
      '400 invalid-body',
    ],
    ['a name with NUL', post('/v1/keys', '{"name":"a\\u0000","scopes":["events:read"]}'), '400 invalid-body'],
    ['a scope that is none', post('/v1/keys', '{"name":"a","scopes":["everything"]}'), '400 invalid-body'],
    [
      'an object that looks like a list',
      post('/v1/keys', '{"name":"a","scopes":{"0":"admin","length":1}}'),
      '400 invalid-body',
    ],
    [
      'a key that ended before it began',
      post('/v1/keys', '{"name":"a","scopes":["events:read"],"expiresAt":"2020-01-01T00:00:00Z"}'),
      '400 invalid-body',
    ],
    ['a target that is a file', replay({ target: { url: 'file:///etc/passwd' } }), '400 invalid-body'],
    [
      'a target inside',
      replay({ target: { url: 'http://169.254.169.254/latest/meta-data' } }),
      '403 target-not-allowed',
    ],
    [
      'a target inside, in other digits',
      replay({ target: { url: 'http://0xa9fea9fe/' } }),
      '403 target-not-allowed',
    ],
    [
      'a target with a password',
      replay({ target: { url: 'http://user:pass@example.com/' } }),
      '400 invalid-body',
    ],
    ['a target that is no URL', replay({ target: { url: 'http://' } }), '400 invalid-body'],
    ['a target that is a list', replay({ target: [] }), '400 invalid-body'],
    ['a replay from a damaged cursor', replay({ from: 'x' }), '400 unknown-parameter'],
    ['a decision without a reason', post(`/v1/quarantine/${ID}/discard`, '{}'), '400 invalid-body'],
    ['a release of what is not there', post(`/v1/quarantine/${ID}/release`, ''), '404 not-found'],
    ['a body behind GET', { method: 'GET', path: '/v1/events', body: '{"limit":1}' }, '200'],
  ])('%s', async (_what, call, answer) => {
    expect(await answerTo(call)).toBe(answer);
  });
});

describe('keys that are hostile', () => {
  it.each<readonly [string, readonly string[]]>([
    ['none', []],
    ['an empty one', ['authorization:']],
    ['only a scheme', ['authorization: Bearer']],
    ['another scheme', ['authorization: Basic YWRtaW46YWRtaW4=']],
    ['a short one', ['authorization: Bearer clk_']],
    ['one that is not there', [`authorization: Bearer clk_${'A'.repeat(43)}`]],
    ['one in bytes that are no text', ['authorization: Bearer clk_\xff\xfe']],
    ['one of 10,000 characters', [`authorization: Bearer clk_${'a'.repeat(10_000)}`]],
    ['what every object has', ['authorization: Bearer __proto__']],
    ['SQL', ["authorization: Bearer clk_' or true --"]],
    ['two of them', ['authorization: Bearer clk_a', 'authorization: Bearer clk_b']],
    ['in a query', ['x-api-key: clk_a', 'cookie: key=clk_a']],
  ])('%s', async (_what, headers) => {
    expect(await answerTo({ path: '/v1/events', headers })).toBe('401 unauthenticated');
  });
});
