// To add a key of the YAML file: one `setting(…)` in the section it belongs to, here or in the file of its kind of source.
// Its check, default, JSON Schema, row of docs/configuration.md, words of the summary and type follow from it. A new type is
// made in declare/types.ts. Then write schema and page:
// npx vitest run --config test/vitest.config.ts --project unit libs/config --update

import { distinct, isMapping, listOf, mappingOf, type Mapping } from '../declare/collections.js';
import type { Place } from '../declare/place.js';
import { choice, section } from '../declare/section.js';
import { setting, type Infer } from '../declare/setting.js';
import { duration, matching, textType, written } from '../declare/types.js';
import { formatDuration } from '../values/duration.js';
import { targetProblem } from '../values/network-address.js';
import { kafkaSource } from './kafka-source.js';
import { webhookSource } from './webhook-source.js';

/** AMPECO retries within minutes; a week holds any outage. Every key of the window stays in the database that long. */
const window = duration('1ms', '7d');

const target = textType('host, `host:port`, IP address or CIDR range', targetProblem, {
  schema: written(/^[^\s*/]+(\/\d{1,3})?$/),
});

const basePath = matching(
  'path, like `/chargelog`',
  /^(\/[A-Za-z0-9._~-]{1,100}){1,8}$/,
  'must be a path that begins with / and does not end with one, like /chargelog',
);

/** What is read of it stands at the top of the configuration, beside the variables. */
const identity = section({
  undatedWindow: setting(
    window,
    'Equal bodies without a time of their own that arrive within this span are one event; 1ms to 7d.',
    { as: 'undatedWindowMs', default: '10m', summary: (ms) => `undated window: ${formatDuration(ms)}` },
  ),
  perNotification: setting(mappingOf(window), 'Other windows by notification name.', {
    as: 'undatedWindowMsByNotification',
    default: {},
    summary: (windows) =>
      Object.entries(windows).map(([name, ms]) => `undated window of ${name}: ${formatDuration(ms)}`),
  }),
});

const targets = section({
  allow: setting(listOf(target, { mayBeEmpty: true }), 'Hosts that replays may reach besides public ones.', {
    default: [],
    example: [],
    summary: (allow) => `targets besides public hosts: ${allow.join(', ') || 'none'}`,
  }),
});

/** By the word under `kind`. */
export const SOURCE_SECTIONS = { webhook: webhookSource, kafka: kafkaSource };
const source = choice('kind', SOURCE_SECTIONS);
export type SourceConfig = Infer<typeof source>;

/** The YAML file. */
export const document = section(
  {
    sources: setting(
      listOf(source, {
        mayBeEmpty: true,
        rules: [distinct('name', (first) => `is also the name of ${first}; names are unique`), ownGroups],
      }),
      'Where notifications come from. Without any, and without `DATABASE_URL`, one webhook source `ampeco` is generated.',
      { default: [] },
    ),
    basePath: setting(
      basePath,
      'Path prefix that an ingress or proxy leaves before every path, so that `/chargelog/webhooks/ampeco` is taken as `/webhooks/ampeco`. Paths without it are taken as well. Not needed where the proxy takes the prefix off.',
      { optional: true, summary: (path) => `path prefix ${path}` },
    ),
    identity: setting(identity, 'How notifications without a time of their own are told apart.', {
      default: {},
    }),
    targets: setting(targets, 'Where replays may send events.', { default: {} }),
  },
  {
    heading: 'Chargelog configuration',
    description:
      'The YAML file of the Chargelog gateway, named by CHARGELOG_CONFIG. Describes the file as it is written: where a text stands, a reference (`${NAME}`, `file:path`) may stand.',
  },
);
export type ConfigDocument = Infer<typeof document>;

/**
 * Members of one consumer group share out the partitions of all their topics: two sources in one group on one cluster
 * would each get a part of the other's records. Here by what the brokers are called; that two names mean one cluster is only
 * known when it has said who it is, and then the second source is refused (`GroupClaims` of libs/kafka).
 */
function ownGroups(list: readonly unknown[], at: Place): void {
  const seen = new Map<string, string>();
  for (const [index, item] of list.entries()) {
    const { groupId, brokers } = (isMapping(item) === undefined ? item : {}) as Mapping;
    if (typeof groupId !== 'string' || !Array.isArray(brokers)) continue;
    const keys = brokers.map((broker) => JSON.stringify([groupId, sameHost(String(broker))]));
    const first = keys.map((key) => seen.get(key)).find((earlier) => earlier !== undefined);
    if (first !== undefined)
      at.child(index)
        .child('groupId')
        .add(`is also the group of ${first} on the same broker; give each source its own`);
    for (const key of keys) if (!seen.has(key)) seen.set(key, at.child(index).path);
  }
}

/** One spelling for names of the same broker: capitals, and the names of this machine. */
function sameHost(broker: string): string {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(broker.trim().toLowerCase()) ?? [];
  const isHere = /^(localhost|127(\.\d{1,3}){3}|\[(::1|::ffff:127(\.\d{1,3}){3})\])$/.test(host);
  return `${isHere ? 'localhost' : host}:${Number(port)}`;
}
