import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOTIFICATIONS, type CatalogueEntry, type Members } from '@chargelog/catalogue';
import { parseInstant, type JsonObject, type JsonValue } from '@chargelog/domain';
import { expectedOf } from '@test/design-table.js';
import { eventually } from '@test/eventually.js';
import type { WebhookAnswer } from '@test/gateway-process.js';
import { GatewayWithDatabase } from '@test/gateway-with-database.js';
import { makeKey } from '@test/make-key.js';
import {
  conformingBody,
  mutatedBody,
  sampleBodies,
  wildBody,
  type MutatedBody,
} from '@test/notification-bodies.js';
import { sendWebhooks } from '@test/send-webhooks.js';
import { byId, getText, readFeed, type ServedEvent } from '@test/served-events.js';
import { WEBHOOK_SECRET } from '@test/webhook-yaml.js';
import { read, write } from '../unit/normalize/json-tree.js';
import { expectedData } from '../unit/normalize/reference-model.js';

const SEED = Number(process.env['BODIES_SEED'] ?? 20_260_314);
/** Of each notification: as documented, with one thing changed, with up to four members replaced by anything. */
const CONFORMING = 70;
const MUTATED = 70;
const WILD = 60;
/** RFC 3339, narrower than what `date-time` may be read as. */
const SERVED_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

interface Sent {
  readonly entry: CatalogueEntry;
  readonly body: JsonObject;
  readonly text: string;
  readonly departure: MutatedBody['departure'] | undefined;
}

interface DriftRow {
  readonly notification: string;
  readonly kind: string;
  readonly path: string;
  readonly count: number;
}

/** Two tenants, so that the report of one holds nothing but what is known to be changed. */
const KNOWN: readonly Sent[] = NOTIFICATIONS.flatMap((entry) => [
  ...sampleBodies(conformingBody(entry), SEED, CONFORMING).map((body) => ({
    entry,
    body,
    text: JSON.stringify(body),
    departure: undefined,
  })),
  ...sampleBodies(mutatedBody(entry), SEED, MUTATED).map(({ body, departure }) => ({
    entry,
    body,
    text: JSON.stringify(body),
    departure,
  })),
]);
const ANYTHING: readonly Sent[] = NOTIFICATIONS.flatMap((entry) =>
  sampleBodies(wildBody(entry), SEED, WILD).map((body) => ({
    entry,
    body,
    text: JSON.stringify(body),
    departure: undefined,
  })),
);

let gateway: GatewayWithDatabase;

beforeAll(async () => {
  const source = (name: string): string =>
    `  - { name: ${name}, kind: webhook, tenant: ${name}, secrets: [{ name: a, value: ${WEBHOOK_SECRET} }] }`;
  const yaml = `sources:\n${source('known')}\n${source('anything')}\n`;
  gateway = await GatewayWithDatabase.start({ yaml });
});
afterAll(() => gateway?.close());

describe.each([
  { tenant: 'known', sent: KNOWN },
  { tenant: 'anything', sent: ANYTHING },
])(`random bodies of every notification, tenant $tenant, seed ${SEED}`, ({ tenant, sent }) => {
  let answers: readonly WebhookAnswer['body'][];
  let raw: ReadonlyMap<string, ServedEvent>;
  let served: ReadonlyMap<string, ServedEvent>;
  /** The first body of each event. */
  let stored: ReadonlyMap<string, Sent>;
  let key: string;

  beforeAll(async () => {
    ({ key } = await makeKey(gateway, ['events:read', 'events:read-sensitive'], { tenants: [tenant] }));
    answers = await sendWebhooks(
      gateway,
      sent.map(({ text }) => text),
      tenant,
    );
    raw = byId(await readFeed(gateway, 'raw', key));
    served = byId(await readFeed(gateway, 'normalized', key));
    const first = new Map<string, Sent>();
    answers.forEach(({ outcome, eventId = '' }, index) => {
      if (outcome === 'stored') first.set(eventId, sent[index] as Sent);
    });
    stored = first;
  });

  it('are events all, as many as were different', () => {
    const different = new Set(sent.map(({ body }) => canonical(body)));
    expect(different.size).toBeGreaterThan(sent.length * 0.8);
    expect(answers.filter(({ outcome }) => outcome === 'stored')).toHaveLength(different.size);
    expect(answers.filter(({ outcome }) => outcome === 'duplicate')).toHaveLength(
      sent.length - different.size,
    );
    expect(new Set(raw.keys())).toEqual(new Set(stored.keys()));
    expect(new Set(served.keys())).toEqual(new Set(stored.keys()));
  });

  it('have the type and the subject that the design gives them', () => {
    const departing = failures((id, { entry, body }) => {
      const { type, subject } = (served.get(id) as ServedEvent).attributes;
      const expected = expectedOf(entry.name, body);
      return type === expected?.type && subject === expected?.subject
        ? undefined
        : { type, subject, expected };
    });
    expect(departing).toEqual([]);
  });

  it('are in the raw data character by character, and their bytes too', async () => {
    expect(failures((id, { text }) => (raw.get(id)?.data === text ? undefined : raw.get(id)?.data))).toEqual(
      [],
    );
    for (const [id, { text }] of [...stored].filter((_, index) => index % 100 === 0)) {
      expect(await getText(gateway, `/v1/events/${id}/raw`, key)).toBe(text);
    }
  });

  it('are normalized as the rules say', () => {
    const departing = failures((id, { text, entry }) => {
      const { tree } = expectedData(read(text), entry.body, { normalized: true, masked: false });
      const expected = write(tree);
      const data = served.get(id)?.data;
      return data === expected ? undefined : { data, expected };
    });
    expect(departing).toEqual([]);
  });

  it('lose nothing: every leaf is in the normalized data as it was or in a declared conversion', () => {
    const departing = failures((id, { body, entry }) => {
      const before = leavesOf(body);
      const data = JSON.parse(served.get(id)?.data ?? '') as JsonObject;
      if (body['standards'] === undefined) Reflect.deleteProperty(data, 'standards');
      const after = leavesOf(data);
      const words = wordsOf(entry.body);
      const lost = before.filter((leaf, index) => !isKept(leaf, after[index], words));
      return before.length === after.length && lost.length === 0 ? undefined : { lost, after };
    });
    expect(departing).toEqual([]);
  });

  it('fit the schema that is served of them, where they conform', async () => {
    const schemas = new Map<string, ValidateFunction>();
    const ajv = new Ajv2020({ strict: false });
    ajv.addFormat('date-time', SERVED_TIME);
    for (const { attributes } of served.values()) {
      const path = String(attributes['dataschema']);
      if (schemas.has(path)) continue;
      schemas.set(path, ajv.compile(JSON.parse(await getText(gateway, path, key)) as object));
    }
    expect(schemas.size).toBe(NOTIFICATIONS.length);
    let conforming = 0;
    const departing = failures((id) => {
      const { attributes, data } = served.get(id) as ServedEvent;
      if (attributes['conformance'] !== 'conforming') return undefined;
      conforming += 1;
      const fits = schemas.get(String(attributes['dataschema']));
      return fits?.(JSON.parse(data)) === true ? undefined : { data, errors: fits?.errors };
    });
    expect(departing).toEqual([]);
    expect(conforming).toBeGreaterThan(sent.length / 10);
  });

  it('are reported as drift for what was changed, and for nothing else', async () => {
    // Written in the order of arrival: when the last is in the report, all are.
    await sendWebhooks(gateway, ['{"notification":"test.isOver"}'], tenant);
    await eventually(
      () => report('test.isOver'),
      (rows) => rows.length === 1,
    );
    const found = (await Promise.all(NOTIFICATIONS.map(({ name }) => report(name)))).flat();
    // The random times go up to 2036, of which the schemas know nothing.
    const [clocks, rows] = [true, false].map((isClock) =>
      found.filter(({ kind }) => (kind === 'wrong-clock') === isClock),
    ) as [DriftRow[], DriftRow[]];
    const ahead = [...served.values()].filter(({ attributes }) => attributes['ahead'] === true).length;
    expect(ahead).toBeGreaterThan(0);
    expect(clocks.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(ahead);
    if (tenant === 'known') {
      const expected = new Map<string, number>();
      for (const one of stored.values()) {
        for (const { kind, path } of departuresOf(one)) {
          const place = `${one.entry.name} ${kind} ${path}`;
          expected.set(place, (expected.get(place) ?? 0) + 1);
        }
      }
      const places = rows.map((row) => [`${row.notification} ${row.kind} ${row.path}`, row.count]);
      expect(Object.fromEntries(places)).toEqual(Object.fromEntries(expected));
      return;
    }
    // What a member is replaced by can lack members, but cannot bring a second spelling of one.
    const kinds = new Set(rows.map(({ kind }) => kind));
    expect(kinds).toEqual(
      new Set(['new-field', 'missing-field', 'other-type', 'new-value', 'new-time-form']),
    );
  });

  async function report(notification: string): Promise<readonly DriftRow[]> {
    const search = `limit=5000&notification=${encodeURIComponent(notification)}`;
    return (JSON.parse(await getText(gateway, `/v1/reports/drift?${search}`, key)) as { data: DriftRow[] })
      .data;
  }

  /** At most three, with what is wrong of them. */
  function failures(judge: (id: string, sent: Sent) => unknown): unknown[] {
    const found: unknown[] = [];
    for (const [id, one] of stored) {
      const wrong = judge(id, one);
      if (wrong !== undefined && found.push({ id, sent: one.text, departure: one.departure, wrong }) >= 3)
        break;
    }
    return found;
  }
});

/**
 * What was changed; and what cannot be named or has no subject is a departure too, where AMPECO's specification does not
 * require the member. The cause is named once.
 */
function departuresOf({ entry, body, departure }: Sent): readonly MutatedBody['departure'][] {
  const found = departure === undefined ? [] : [departure];
  const isCaused = (path: string): boolean =>
    found.some(({ kind, path: of }) => kind !== 'new-field' && `${path}/`.startsWith(`${of}/`));
  const { type, subject } = expectedOf(entry.name, body) ?? {};
  const decider = `/${entry.resource === 'reservation' ? 'status' : 'action'}`;
  if (type?.endsWith('.changed') === true && !isCaused(decider))
    found.push({ kind: 'missing-field', path: decider });
  const ways = entry.subject.map(({ path }) => `/${path.join('/')}`);
  if (subject === undefined && entry.subjectRequired && !ways.some(isCaused))
    found.push({ kind: 'missing-field', path: ways[0] ?? '' });
  return found;
}

/** Equal for bodies that are equal whatever the order of their members. */
function canonical(value: JsonValue): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** In order. An empty list or object is a leaf. */
function leavesOf(value: JsonValue): unknown[] {
  if (typeof value !== 'object' || value === null) return [value];
  const inner = Object.values(value);
  return inner.length === 0 ? [value] : inner.flatMap(leavesOf);
}

function isKept(before: unknown, after: unknown, words: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  if (before === after) return true;
  if (typeof before === 'number') return after === String(before);
  if (before === '') return after === null;
  if (typeof before === 'string' && typeof after === 'string') {
    const isSameInstant = parseInstant(before) !== undefined && parseInstant(before) === parseInstant(after);
    return isSameInstant || words.get(before)?.has(after) === true;
  }
  if (typeof before !== 'object' || before === null || typeof after !== 'object' || after === null)
    return false;
  return Object.keys(before).length === 0 && Object.keys(after).length === 0;
}

/** Documented spellings of words, and what stands for them. */
function wordsOf(members: Members, words = new Map<string, Set<string>>()): Map<string, Set<string>> {
  for (let field of Object.values(members)) {
    while (field.kind === 'list' || field.kind === 'map')
      field = field.kind === 'list' ? field.items : field.values;
    if (field.kind === 'object') wordsOf(field.members, words);
    if (field.kind !== 'enumeration') continue;
    for (const [from, to] of Object.entries(field.aliases ?? {})) {
      words.set(from, (words.get(from) ?? new Set()).add(to));
    }
  }
  return words;
}
