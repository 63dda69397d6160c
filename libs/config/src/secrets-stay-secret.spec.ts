import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { failure, load, type Situation } from '@test/config-folder.js';
import { summarize } from './render/summary.js';

/** Every secret holds this word and nothing else does. */
const MARK = 'hunter2';

const ALL: Situation = {
  env: {
    DATABASE_URL: `postgres://u:${MARK}@db.example:5433/chargelog`,
    CHARGELOG_ADMIN_KEY_FILE: 'key',
    TOKEN: `token-${MARK}`,
  },
  files: {
    key: MARK.repeat(6),
    'k.pem': `-----BEGIN PRIVATE KEY-----${MARK}`,
    'c.pem': '-----BEGIN CERTIFICATE-----',
    password: MARK,
  },
  yaml: `sources:
  - { name: w, kind: webhook, tenant: t, secrets: [{ name: a, value: "\${TOKEN}" }, { name: b, value: ${MARK} }] }
  - { name: k, kind: kafka, tenant: t, brokers: ["b:1"], topics: [t], groupId: g, securityProtocol: SASL_SSL,
      sasl: { mechanism: PLAIN, username: u, password: "file:password" },
      tls: { cert: "file:c.pem", key: "file:k.pem", passphrase: "${MARK} ${MARK}" } }
identity: { perNotification: { cdr.received: 1h } }
`,
};

describe('a loaded configuration', () => {
  it.each([
    ['inspect', () => inspect(load(ALL), { depth: null, showHidden: true })],
    ['JSON', () => JSON.stringify(load(ALL))],
    ['the summary', () => summarize(load(ALL)).join('\n')],
  ])('shows no secret through %s', (_, show) => {
    const text = show();
    expect(text).not.toContain(MARK);
    expect(text).toContain('b:1');
  });

  it('is summed up with every secret as set', () => {
    const lines = summarize(load(ALL)).map((line) => line.replace(/\/\S*\/chargelog-config-\w+/, '<folder>'));
    expect(lines).toEqual([
      'configuration file: <folder>/chargelog.yaml',
      'roles: webhook, kafka, api, replay, maintenance',
      'listen: 127.0.0.1, port 8080',
      'log level: info',
      'database: db.example:5433/chargelog',
      'database URL: set',
      'admin key: set',
      'keys for stored secrets: none',
      'largest body: 1048576 bytes',
      'source w: webhook, tenant t, secret a set, secret b set, signed body in hex or base64',
      'source k: kafka, tenant t, brokers b:1, topics t, group g, SASL_SSL, PLAIN password set, TLS key set, from earliest',
      'undated window: 10m',
      'undated window of cdr.received: 1h',
      'targets besides public hosts: none',
    ]);
  });

  it('is summed up as generated where nothing is configured', () => {
    const lines = summarize(load({ env: { PORT: '0' } }));
    expect(lines).toContain('admin key: generated');
    expect(lines).toContain('source ampeco: webhook, secret generated');
    expect(lines).toContain('database URL: not set');
    expect(lines).toContain('listen: 127.0.0.1, port any free');
    expect(lines).toContain('targets besides public hosts: 127.0.0.1');
  });

  it('is summed up without an admin key when the role api is off', () => {
    const lines = summarize(load({ env: { DATABASE_URL: 'postgres://db/c', CHARGELOG_ROLES: 'kafka' } }));
    expect(lines).toContain('admin key: not set');
    expect(lines).toContain('sources: none');
  });
});

describe('a problem', () => {
  const secret = (entry: string): string =>
    `sources: [{ name: w, kind: webhook, tenant: t, secrets: [${entry}] }]`;

  it.each<[string, Situation]>([
    ['a secret with white space', { yaml: secret(`{ name: a, value: " ${MARK}" }`) }],
    ['a secret in the place of its mapping', { yaml: secret(MARK) }],
    ['a secret given twice', { yaml: secret(`{ name: a, value: ${MARK} }, { name: b, value: ${MARK} }`) }],
    ['a secret in the name', { yaml: secret(`{ name: "${MARK}!", value: x }`) }],
    ['a secret that lost its key', { yaml: secret(`{ name: a, ${MARK} }`) }],
    ['a secret that lost its colon', { yaml: secret(`{ name: a, value ${MARK} }`) }],
    ['a secret that lost its space', { yaml: secret(`{ name: a, value:${MARK} }`) }],
    ['a secret as an alias', { yaml: secret(`{ name: a, value: *${MARK} }`) }],
    ['a secret as a tag', { yaml: secret(`{ name: a, value: !${MARK} x }`) }],
    ['a secret after an open quote', { yaml: `a: "${MARK}` }],
    ['a secret with "${"', { yaml: secret(`{ name: a, value: "\${${MARK}-x}" }`) }],
    [
      'a secret from a variable in the wrong key',
      { yaml: 'identity: { undatedWindow: "${TOKEN}" }', env: { TOKEN: MARK } },
    ],
    [
      'a secret from a variable in a list',
      { yaml: 'targets: { allow: ["${TOKEN}!"] }', env: { TOKEN: MARK } },
    ],
    [
      'a secret from a variable in a path',
      { yaml: secret('{ name: a, value: "file:${TOKEN}" }'), env: { TOKEN: MARK } },
    ],
    ['a database URL', { env: { DATABASE_URL: `postgres://u:${MARK}#@db/c` } }],
    ['a database URL of another kind', { env: { DATABASE_URL: `mysql://u:${MARK}@db/c` } }],
    ['a secret in place of a port', { env: { PORT: MARK } }],
    ['a secret in place of a role', { env: { CHARGELOG_ROLES: MARK } }],
    ['a short admin key', { env: { CHARGELOG_ADMIN_KEY_FILE: 'key' }, files: { key: MARK } }],
  ])('(%s) does not show it', (_, situation) => {
    const error = failure(situation);
    expect(error.message).not.toContain(MARK);
    expect(inspect(error, { depth: null, showHidden: true }).replaceAll(/at .*\n/g, '')).not.toContain(MARK);
    expect(JSON.stringify(error.problems)).not.toContain(MARK);
  });
});
