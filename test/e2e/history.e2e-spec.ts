import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FeedEvent, FeedPage } from '@test/gateway-process.js';
import { GatewayWithDatabase } from '@test/gateway-with-database.js';
import { storeThreeKinds } from '@test/three-kinds.js';
import { WEBHOOK_SECRET } from '@test/webhook-yaml.js';

interface Page {
  readonly data: readonly FeedEvent[];
  readonly next: string | null;
  readonly occurredBefore: string | null;
}

let gateway: GatewayWithDatabase;
/** In order of occurrence. */
let ids: readonly string[];

beforeAll(async () => {
  gateway = await GatewayWithDatabase.start();
  ids = await storeThreeKinds(gateway);
});
afterAll(() => gateway?.close());

const send = async (text: string) => (await gateway.postWebhook('ampeco', WEBHOOK_SECRET, text)).body;
const page = async (search: string): Promise<Page> => {
  const { status, body: answer } = await gateway.api<Page>(`/v1/events?${search}`);
  if (status !== 200) throw new Error(`${search} answered ${status}: ${JSON.stringify(answer)}`);
  return answer;
};

async function walk(search: string): Promise<FeedEvent[]> {
  const events: FeedEvent[] = [];
  for (let after = ''; ;) {
    const { data, next } = await page(search + after);
    events.push(...data);
    if (next === null) return events;
    after = `&after=${next}`;
  }
}

const refusal = async (path: string): Promise<[number, string]> => {
  const { status, body } = await gateway.api<{ readonly code: string }>(path);
  return [status, body.code];
};

describe('history', () => {
  it.each([1, 7, 46, 100, 230, 1_000])(
    'pages both ways without loss or repeat, %i at a time',
    async (limit) => {
      if (limit > 1) {
        expect((await walk(`order=asc&limit=${limit}`)).map(({ id }) => id)).toEqual(ids);
      }
      const newest = await walk(`limit=${limit}&occurredAfter=2026-03-14T09:03:00Z`);
      expect(newest.map(({ id }) => id)).toEqual(ids.slice(180).toReversed());
    },
  );

  it('keeps its place while events are added on either side', async () => {
    const first = await page('order=asc&limit=100&type=chargePoint.booted&chargePointId=100');
    const expected = ids.filter((_, n) => n % 12 === 0);
    expect(first.data.map(({ id }) => id)).toEqual(expected);
    const half = await page('order=asc&limit=10&type=chargePoint.booted&chargePointId=100');
    for (const at of ['2020-01-01T00:00:00Z', '2026-03-14T08:59:59Z']) {
      await send(JSON.stringify({ notification: 'BootNotification', chargePointId: 100, timestamp: at }));
    }
    const rest = await page(
      `order=asc&limit=10&type=chargePoint.booted&chargePointId=100&after=${half.next}`,
    );
    expect([...half.data, ...rest.data].map(({ id }) => id)).toEqual(expected);
  });

  it.each([
    ['type=tariff.updated', (n: number) => n % 3 === 2],
    ['type=tariff.*&type=chargePoint.booted', (n: number) => n % 3 !== 1],
    ['type=chargePoint.*&chargePointId=101', (n: number) => n % 3 !== 2 && n % 4 === 1],
    ['chargePointId=102', (n: number) => n % 3 !== 2 && n % 4 === 2],
    ['subject=chargePoint/102', (n: number) => n % 3 !== 2 && n % 4 === 2],
    ['subject=tariff/77', (n: number) => n === 77],
    ['subject=tariff/78', () => false],
    ['chargePointId=100&subject=chargePoint/101', () => false],
    ['evseId=102', () => false],
    ['subject=chargePoint/99999999999999999999', () => false],
    ['subject=nothing/1', () => false],
    ['type=user.*', () => false],
    ['occurredBefore=2026-03-14T09:00:20Z', (n: number) => n < 20],
    [
      'occurredAfter=2026-03-14T10:00:20%2B01:00&occurredBefore=2026-03-14T09:00:21Z',
      (n: number) => n === 20,
    ],
    ['occurredAfter=2026-03-14T09:00:20Z&occurredBefore=2026-03-14T09:00:20Z', () => false],
    ['type=tariff.*&deprecated=exclude', (n: number) => n % 3 === 2],
    ['notification=BootNotification&occurredBefore=2026-03-15', (n: number) => n % 3 === 0],
    ['notification=nothing&occurredBefore=2026-03-15', () => false],
    ['type=tariff.*&notification=BootNotification', () => false],
    ['conformance=unrecognized&occurredBefore=2026-03-15', () => false],
    ['receivedBefore=2026-03-14&type=tariff.*', () => false],
  ])('narrows by %s', async (search, matches) => {
    const span = search.includes('occurredAfter') ? '' : '&occurredAfter=2026-03-14T09:00:00Z';
    const events = await walk(`${search}${span}&order=asc&limit=1000`);
    expect(events.map(({ id }) => id)).toEqual(ids.filter((_, n) => matches(n)));
  });

  it('says where it ends when no end was asked for', async () => {
    const ahead = Date.parse((await page('limit=1')).occurredBefore ?? '') - Date.now();
    expect(ahead).toBeGreaterThan(86_000_000);
    expect(ahead).toBeLessThanOrEqual(86_400_000);
  });

  it('serves one event by its id, in any case', async () => {
    const id = ids[5] ?? '';
    const { status, headers, body: event } = await gateway.api<FeedEvent>(`/v1/events/${id.toUpperCase()}`);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    expect([event.id, event.subject]).toEqual([id, 'tariff/5']);
  });
});

describe('an event that departs from the documentation', () => {
  it('is found among the others, and its departures are named without what it holds', async () => {
    const started = new Date().toISOString();
    const bootNotification = { model: 5, vendor: 'NordicPower', invented: 'hush' };
    const timestamp = '2026-03-16T08:00:00.000000Z';
    const odd = await send(
      JSON.stringify({ notification: 'BootNotification', chargePointId: 9, timestamp, bootNotification }),
    );
    const sound = await send(
      JSON.stringify({
        notification: 'BootNotification',
        chargePointId: 9,
        timestamp,
        bootNotification: { model: 'DC-Hub', vendor: 'NordicPower' },
      }),
    );
    const idsOf = async (search: string) =>
      (await page(`chargePointId=9&receivedAfter=${started}&${search}`)).data.map(({ id }) => id);
    expect(await idsOf('conformance=nonconforming')).toEqual([odd.eventId]);
    expect(await idsOf('conformance=conforming')).toEqual([sound.eventId]);
    expect(await idsOf(`receivedBefore=${started}`)).toEqual([]);

    const { body: explained } = await gateway.api<Record<string, unknown>>(
      `/v1/events/${odd.eventId}/deliveries`,
    );
    expect(explained).toMatchObject({
      conformance: 'nonconforming',
      departures: [
        { path: '/bootNotification/model', kind: 'other-type', expected: 'string' },
        { path: '/bootNotification/invented', kind: 'new-field' },
      ],
    });
    expect(JSON.stringify(explained)).not.toContain('hush');
    const { body: nothing } = await gateway.api(`/v1/events/${sound.eventId}/deliveries`);
    expect(nothing).toMatchObject({ conformance: 'conforming', departures: [] });
  });
});

describe('an id that is no usual number', () => {
  const status = (chargePointId: string, evseId: string) =>
    `{"notification":"HardwareStatusNotification","chargePointId":${chargePointId},"evseId":${evseId},"hardwareStatus":"available","errorCode":null,"timestamp":"2026-03-17T09:26:53Z"}`;

  it.each([
    ['above 2^53', '9007199254740993', '9007199254740993'],
    ['of 20 digits', '92233720368547758079', '92233720368547758079'],
    ['a text', '"DE*XYZ*E1"', 'DE*XYZ*E1'],
    ['a text with other letters', '"Zürich/7 №1"', 'Zürich/7 №1'],
    ['a number as text', '"77001"', '77001'],
  ])('is found by its parameter, by its subject and in the feed: %s', async (_what, written, id) => {
    const { eventId } = await send(status(written, written));
    for (const search of [
      `chargePointId=${encodeURIComponent(id)}`,
      `evseId=${encodeURIComponent(id)}`,
      `subject=evse/${encodeURIComponent(id)}`,
      `chargePointId=${encodeURIComponent(id)}&type=evse.*&orderBy=received`,
    ]) {
      const { data } = await page(search);
      expect([search, data.map((event) => event.id)]).toEqual([search, [eventId]]);
      expect(data[0]).toMatchObject({
        chargepointid: id,
        evseid: id,
        subject: `evse/${id}`,
        conformance: expect.any(String),
      });
      if (search.includes('orderBy')) continue;
      const { body: feed } = await gateway.api<FeedPage>(`/v1/feed?${search}`);
      expect(feed.data.map((event) => event.id)).toEqual([eventId]);
    }
    expect((await page(`chargePointId=${encodeURIComponent(`${id}0`)}`)).data).toEqual([]);
  });

  it('one digit away is another one', async () => {
    for (const evseId of ['9007199254740994', '9007199254740995']) {
      const { eventId } = await send(status('5', evseId));
      expect((await page(`evseId=${evseId}`)).data.map(({ id }) => id)).toEqual([eventId]);
    }
  });
});

describe('an event of a clock that is ahead', () => {
  /** @param aheadMs of its arrival */
  const boot = async (chargePointId: number, aheadMs: number): Promise<string | undefined> => {
    const timestamp = new Date(Date.now() + aheadMs).toISOString();
    const body = { notification: 'BootNotification', chargePointId, timestamp };
    return (await send(JSON.stringify(body))).eventId;
  };
  const idsOf = async (search: string) => (await page(search)).data.map(({ id }) => id);

  it('says so, and is left out or listed alone', async () => {
    const [right, ahead] = [await boot(41, 0), await boot(41, 3_600_000)];
    const flags = (await page('chargePointId=41')).data.map((event) => [event.id, event.ahead]);
    expect(flags).toEqual([
      [ahead, true],
      [right, undefined],
    ]);
    expect(await idsOf('chargePointId=41&ahead=include')).toEqual([ahead, right]);
    expect(await idsOf('chargePointId=41&ahead=exclude')).toEqual([right]);
    expect(await idsOf('chargePointId=41&ahead=only')).toEqual([ahead]);
    expect(await idsOf('chargePointId=41&ahead=only&conformance=unrecognized')).toEqual([]);
    expect(await idsOf(`ahead=only&occurredAfter=${new Date().toISOString()}`)).toEqual([ahead]);
    expect(await refusal('/v1/events?ahead=only')).toEqual([422, 'bound-required']);
    expect(await refusal('/v1/events?chargePointId=41&ahead=true')).toEqual([400, 'invalid-parameter']);
  });

  it('is found where a range is asked for that begins beyond the usual end of a list', async () => {
    const far = await boot(42, 400 * 86_400_000);
    const [today, later] = [1, 2].map((days) =>
      new Date(Date.now() + days * 86_400_000 + 60_000).toISOString(),
    );
    expect(await idsOf('chargePointId=42')).toEqual([]);
    expect(await page(`chargePointId=42&occurredAfter=${today}`)).toMatchObject({
      data: [{ id: far, ahead: true }],
      occurredBefore: null,
    });
    expect(await idsOf(`occurredAfter=${later}`)).toEqual([far]);
    expect(await idsOf(`chargePointId=42&occurredAfter=${today}&occurredBefore=${later}`)).toEqual([]);
    expect(await refusal(`/v1/events?ahead=only&occurredAfter=${later}`)).toEqual([422, 'bound-required']);
  });

  it('stands among the others where they are listed by arrival', async () => {
    const sent: (string | undefined)[] = [];
    for (const days of [0, 300, -4_000, 0, 3_000]) sent.push(await boot(43, days * 86_400_000));
    expect(await idsOf('chargePointId=43&orderBy=received')).toEqual(sent.toReversed());
    expect(await idsOf('chargePointId=43&orderBy=received&order=asc')).toEqual(sent);
    expect((await page('orderBy=received&limit=5')).data.map(({ id }) => id)).toEqual(sent.toReversed());
    expect(await page('orderBy=received&limit=1')).toMatchObject({ occurredBefore: null });
    const ahead = [sent[4], sent[1]];
    expect(await idsOf('orderBy=received&ahead=only&limit=2')).toEqual(ahead);
    expect(await idsOf('orderBy=received&chargePointId=43&occurredBefore=2030-01-01&ahead=only')).toEqual([
      sent[1],
    ]);
  });
});

describe('history by arrival', () => {
  it.each([
    '',
    '&type=tariff.*',
    '&chargePointId=101',
    '&notification=BootNotification',
    '&occurredBefore=2026-03-15',
  ])('is paged both ways without loss or repeat, and has the order of the feed%s', async (search) => {
    const whole = await walk(`orderBy=received&order=asc&limit=1000${search}`);
    const positions = whole.map(({ position }) => BigInt(position));
    expect(positions).toEqual(positions.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(whole.length).toBeGreaterThan(30);
    const ascending = await walk(`orderBy=received&order=asc&limit=7${search}`);
    const descending = await walk(`orderBy=received&limit=9${search}`);
    expect(ascending.map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
    expect(descending.map(({ id }) => id)).toEqual(whole.map(({ id }) => id).toReversed());
    if (search === '')
      expect(whole.map(({ id }) => id)).toEqual((await gateway.wholeFeed()).map(({ id }) => id));
  });

  it('goes on only with its own cursor', async () => {
    const { next: received } = await page('orderBy=received&limit=5');
    const { next: occurred } = await page('limit=5');
    expect(await refusal(`/v1/events?limit=5&after=${received}`)).toEqual([400, 'invalid-cursor']);
    expect(await refusal(`/v1/events?orderBy=received&limit=5&after=${occurred}`)).toEqual([
      400,
      'invalid-cursor',
    ]);
    expect(await refusal(`/v1/events?orderBy=received&order=asc&limit=5&after=${received}`)).toEqual([
      400,
      'cursor-filter-mismatch',
    ]);
  });
});

describe('a cursor', () => {
  it('is refused when it is damaged, and never read as the beginning', async () => {
    const { next } = await page('limit=5');
    const feedNext = (await gateway.api<FeedPage>('/v1/feed?limit=5')).body.next;
    for (const bad of ['', 'end', 'x', next?.slice(1), `${next}A`, `${next}=`, next?.replace(/.$/, '!')]) {
      expect([bad, ...(await refusal(`/v1/events?limit=5&after=${bad}`))]).toEqual([
        bad,
        400,
        'invalid-cursor',
      ]);
    }
    for (const bad of ['', 'begin', '0', feedNext.slice(0, -1), `${feedNext}A`]) {
      expect([bad, ...(await refusal(`/v1/feed?after=${bad}`))]).toEqual([bad, 400, 'invalid-cursor']);
    }
    expect(await refusal(`/v1/feed?after=${next}`)).toEqual([400, 'invalid-cursor']);
    expect(await refusal(`/v1/events?after=${feedNext}`)).toEqual([400, 'invalid-cursor']);
    expect(await refusal(`/v1/quarantine?after=${feedNext}`)).toEqual([400, 'invalid-cursor']);
  });

  it('of history continues only the list it came from', async () => {
    const { next } = await page('limit=5&type=tariff.updated');
    for (const other of ['limit=5', 'type=tariff.*&chargePointId=1', 'type=tariff.updated&order=asc']) {
      expect(await refusal(`/v1/events?${other}&after=${next}`)).toEqual([400, 'cursor-filter-mismatch']);
    }
    expect((await page(`limit=7&type=tariff.updated&after=${next}`)).data).toHaveLength(7);
  });

  it('made before the log was restored is a conflict', async () => {
    const { next } = await page('limit=5');
    const bytes = Buffer.from((next ?? '').slice(2), 'base64url').subarray(0, 41);
    bytes.writeUInt8(bytes.readUInt8(3) ^ 1, 3);
    const checksum = createHash('sha256').update(bytes).digest().subarray(0, 4);
    const other = `1.${Buffer.concat([bytes, checksum]).toString('base64url')}`;
    expect(await refusal(`/v1/events?limit=5&after=${other}`)).toEqual([409, 'epoch-changed']);
  });
});
