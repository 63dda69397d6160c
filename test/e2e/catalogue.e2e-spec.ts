import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '@test/eventually.js';
import { GatewayWithDatabase } from '@test/gateway-with-database.js';
import { hasKafka, startKafkaTopic, whySkipped, type KafkaTopic } from '@test/kafka-topic.js';
import { makeKey } from '@test/make-key.js';
import { sendWebhooks } from '@test/send-webhooks.js';
import { byId, eventOf, eventsOf, getText, readFeed, type ServedEvent } from '@test/served-events.js';
import { WEBHOOK_SECRET } from '@test/webhook-yaml.js';
import { loadSamples, type Sample } from '../fixtures/ampeco/load.js';
import { read, write } from '../unit/normalize/json-tree.js';

interface DriftRow {
  readonly tenant: string;
  readonly notification: string;
  readonly kind: string;
  readonly path: string;
  readonly count: number;
  readonly exampleEventId: string;
}

interface Golden {
  readonly data: string;
  readonly collisions: readonly string[];
  readonly maskedPaths: readonly string[];
}

const TOPIC = 'ampeco.samples';
const SAMPLES = loadSamples();

let gateway: GatewayWithDatabase;
let topic: KafkaTopic | undefined;

const yaml = (): string => `
sources:
  - { name: ampeco, kind: webhook, tenant: by-webhook, secrets: [{ name: a, value: ${WEBHOOK_SECRET} }] }
${
  topic === undefined
    ? ''
    : `  - { name: kafka, kind: kafka, tenant: by-kafka, brokers: ['${topic.broker.brokers.plaintext}'], topics: [${TOPIC}], groupId: samples,
      securityProtocol: PLAINTEXT, startFrom: earliest }`
}
`;

beforeAll(async () => {
  if (hasKafka) topic = await startKafkaTopic(TOPIC, 3);
  gateway = await GatewayWithDatabase.start({ yaml: yaml() });
});
afterAll(async () => {
  await gateway?.close();
  await topic?.close();
});

function goldenOf({ file }: Sample): Golden {
  const text = readFileSync(new URL(`../fixtures/normalized/${file}`, import.meta.url), 'utf8');
  const parts = JSON.parse(text) as Omit<Golden, 'data'>;
  const tree = read(text);
  const data = tree.kind === 'object' ? tree.members.find(([name]) => name === 'data')?.[1] : undefined;
  if (data === undefined) throw new Error(`${file} has no data`);
  return { ...parts, data: write(data) };
}

const WAYS = [
  { transport: 'webhook', tenant: 'by-webhook', skipped: false, why: '' },
  { transport: 'kafka', tenant: 'by-kafka', skipped: !hasKafka, why: whySkipped },
];

for (const { transport, tenant, skipped, why } of WAYS) {
  describe.skipIf(skipped)(`every AMPECO sample by ${transport}${why}`, () => {
    let open: string;
    let masked: string;
    /** By the text of the body, which differs from sample to sample. */
    let raw: ReadonlyMap<string, ServedEvent>;
    let served: ReadonlyMap<string, ServedEvent>;
    let servedMasked: ReadonlyMap<string, ServedEvent>;

    const idOf = ({ body }: Sample): string => raw.get(body.toString())?.attributes.id ?? '';

    beforeAll(async () => {
      ({ key: open } = await makeKey(gateway, ['events:read', 'events:read-sensitive'], {
        tenants: [tenant],
      }));
      ({ key: masked } = await makeKey(gateway, ['events:read'], { tenants: [tenant] }));
      if (transport === 'kafka')
        await topic?.producer.send({ topic: TOPIC, messages: SAMPLES.map(({ body }) => ({ value: body })) });
      else
        await sendWebhooks(
          gateway,
          SAMPLES.map(({ body }) => body),
        );
      const events = await eventually(
        () => readFeed(gateway, 'raw', open),
        (seen) => seen.length >= SAMPLES.length,
      );
      expect(events).toHaveLength(SAMPLES.length);
      raw = new Map(events.map((event) => [event.data, event]));
      served = byId(await readFeed(gateway, 'normalized', open));
      servedMasked = byId(await readFeed(gateway, 'normalized', masked));
    });

    it.each(SAMPLES)('$file is served as its golden file', (sample) => {
      const golden = goldenOf(sample);
      const event = served.get(idOf(sample));
      expect(event?.data).toBe(golden.data);
      expect(event?.attributes).not.toHaveProperty('maskedpaths');
      const maskedEvent = servedMasked.get(idOf(sample));
      expect(maskedEvent?.attributes['maskedpaths']).toBe(golden.maskedPaths.join(' ') || undefined);
    });

    it.each(SAMPLES)('$file has its type, subject, related ids and conformance', (sample) => {
      const { notification, type, subject, related, flags } = sample;
      const { id, ...attributes } = served.get(idOf(sample))?.attributes ?? { id: '' };
      const ids = Object.entries(related).map(([resource, of]) => [`${resource.toLowerCase()}id`, of]);
      const stated = flags.find((flag) => flag !== 'deprecated');
      expect(attributes).toMatchObject({
        type,
        transport,
        tenant,
        notification,
        conformance: stated ?? 'conforming',
        ...(subject && { subject: `${subject.kind}/${subject.id}` }),
        ...(flags.includes('deprecated') && { deprecated: true }),
        ...Object.fromEntries(ids),
      });
      expect('subject' in attributes).toBe(subject !== undefined);
      expect('deprecated' in attributes).toBe(flags.includes('deprecated'));
      expect(Object.keys(attributes).filter((name) => /^(?!id$).+id$/.test(name))).toHaveLength(ids.length);
      expect(id).toMatch(/^[0-9a-f-]{36}$/);
    });

    it('history and the event by its id say the same as the feed', async () => {
      const history = byId(eventsOf(await getText(gateway, '/v1/events?limit=1000', open)));
      expect(history).toEqual(served);
      for (const sample of SAMPLES) {
        const id = idOf(sample);
        const event = eventOf(await getText(gateway, `/v1/events/${id}`, open));
        expect(event, sample.file).toEqual(served.get(id));
      }
    });

    it('drift names exactly the departures of those that depart, and the event', async () => {
      const expected = SAMPLES.flatMap((sample) =>
        sample.departures.map(({ kind, path }) => ({
          tenant,
          notification: sample.notification,
          kind,
          path,
          count: 1,
          exampleEventId: idOf(sample),
        })),
      );
      expect(expected.map(({ kind }) => kind)).toContain('unknown-name');
      const report = await eventually(
        async () => {
          const text = await getText(gateway, '/v1/reports/drift?limit=5000', masked);
          return (JSON.parse(text) as { data: DriftRow[] }).data;
        },
        (rows) => rows.length >= expected.length,
      );
      const byPlace = (a: DriftRow, b: DriftRow): number => (a.path + a.kind < b.path + b.kind ? -1 : 1);
      expect(report.toSorted(byPlace)).toMatchObject(expected.toSorted(byPlace));
    });
  });
}
