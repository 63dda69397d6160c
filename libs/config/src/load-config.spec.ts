import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SIGNATURE_FORMS } from '@chargelog/domain';
import * as pipeline from '@chargelog/pipeline';
import { describe, expect, it } from 'vitest';
import { inFolder, load } from '@test/config-folder.js';
import { loadConfig } from './load-config.js';
import { BODY_FORMATS } from './settings/body-format.js';
import { SIGNATURE_ENCODINGS, SIGNED_STRINGS } from './settings/webhook-source.js';

const KEY = 'k'.repeat(32);

const FULL = `
sources:
  - { name: ampeco, kind: webhook, tenant: acme, secrets: [{ name: a, value: "\${AMPECO_TOKEN}" }], signature: { encodings: [hex], signed: body } }
  - name: ampeco-kafka
    kind: kafka
    tenant: acme
    brokers: ["kafka1:9093", "[::1]:9093"]
    topics: [ampeco.notifications]
    groupId: chargelog
    securityProtocol: SASL_SSL
    sasl: { mechanism: SCRAM-SHA-512, username: u, password: "file:secrets/kafka" }
    tls: { ca: "file:ca.pem", serverName: kafka.example }
    startFrom: latest
identity: { undatedWindow: 30s, perNotification: { cdr.received: 1h, __proto__: 2h } }
targets: { allow: [10.0.0.0/8, "localhost:8081"] }
`;

describe('loadConfig', () => {
  it('needs nothing: the defaults run on loopback with generated credentials', () => {
    inFolder({}, (cwd) => {
      expect(loadConfig({}, { cwd })).toEqual({
        port: 8080,
        host: '127.0.0.1',
        dataDir: join(cwd, '.chargelog'),
        roles: ['webhook', 'kafka', 'api', 'replay', 'maintenance'],
        logLevel: 'info',
        maxBodyBytes: 1_048_576,
        undatedWindowMs: 600_000,
        undatedWindowMsByNotification: Object.create(null),
        sources: [],
        targets: { allow: ['127.0.0.1'] },
        generated: { webhookSource: true, adminKey: true },
      });
      expect(existsSync(join(cwd, '.chargelog'))).toBe(false);
    });
  });

  it('reads every variable', () => {
    const env = {
      PORT: '0',
      HOST: '0.0.0.0',
      DATABASE_URL: 'postgres://u:p@db/chargelog',
      LOG_LEVEL: 'trace',
      CHARGELOG_CONFIG: 'etc/gateway.yaml',
      CHARGELOG_DATA_DIR: 'data',
      CHARGELOG_ROLES: 'api, webhook',
      CHARGELOG_ADMIN_KEY_FILE: 'key',
      CHARGELOG_MAX_BODY_BYTES: '2048',
      PG_BIN_DIR: 'bin',
    };
    const files = {
      key: `${KEY}\n`,
      'bin/postgres': '',
      'etc/gateway.yaml': FULL.replace('${AMPECO_TOKEN}', 't0ken'),
      'etc/ca.pem': '-----BEGIN CERTIFICATE-----',
      'etc/secrets/kafka': 'hunter2\n',
    };
    inFolder({ files }, (cwd) => {
      const config = loadConfig(env, { cwd });
      expect(config).toMatchObject({
        port: 0,
        host: '0.0.0.0',
        dataDir: join(cwd, 'data'),
        configFile: join(cwd, 'etc/gateway.yaml'),
        roles: ['webhook', 'api'],
        logLevel: 'trace',
        maxBodyBytes: 2048,
        pgBinDir: join(cwd, 'bin'),
        generated: { webhookSource: false, adminKey: false },
      });
      expect(config.adminKey?.reveal()).toBe(KEY);
      expect(config.databaseUrl?.describe()).toBe('db/chargelog');
    });
  });

  it('reads every key of the file', () => {
    const config = load({
      yaml: FULL,
      env: { AMPECO_TOKEN: 't0ken' },
      files: { 'secrets/kafka': 'hunter2\r\n', 'ca.pem': '-----BEGIN CERTIFICATE-----\n' },
    });
    expect(config.sources).toMatchObject([
      {
        kind: 'webhook',
        name: 'ampeco',
        tenant: 'acme',
        secrets: [{ name: 'a' }],
        signature: { encodings: ['hex'], signed: ['body'] },
      },
      {
        kind: 'kafka',
        name: 'ampeco-kafka',
        tenant: 'acme',
        brokers: ['kafka1:9093', '[::1]:9093'],
        topics: ['ampeco.notifications'],
        groupId: 'chargelog',
        clientId: 'chargelog',
        securityProtocol: 'SASL_SSL',
        sasl: { mechanism: 'SCRAM-SHA-512', username: 'u' },
        tls: { serverName: 'kafka.example' },
        startFrom: 'latest',
      },
    ]);
    const [webhook, kafka] = config.sources;
    expect(webhook?.kind === 'webhook' && webhook.secrets[0]?.value.reveal()).toBe('t0ken');
    expect(kafka?.kind === 'kafka' && kafka.sasl?.password.read().value.reveal()).toBe('hunter2');
    expect(kafka?.kind === 'kafka' && kafka.tls?.ca?.read().value).toBe('-----BEGIN CERTIFICATE-----');
    expect(config.undatedWindowMs).toBe(30_000);
    expect(Object.entries(config.undatedWindowMsByNotification)).toEqual([
      ['cdr.received', 3_600_000],
      ['__proto__', 7_200_000],
    ]);
    expect(config.targets).toEqual({ allow: ['10.0.0.0/8', 'localhost:8081'] });
    expect(config.generated).toEqual({ webhookSource: false, adminKey: true });
  });

  it('fills in the defaults of sources', () => {
    const config = load({
      yaml: `sources:
  - { name: w, kind: webhook, tenant: t, secrets: [{ name: a, value: x }] }
  - { name: k, kind: kafka, tenant: t, brokers: ["b:1"], topics: [t], groupId: g }
  - { name: s, kind: kafka, tenant: t, brokers: ["b:1"], topics: [t], groupId: h, securityProtocol: SSL }`,
    });
    expect(config.sources).toMatchObject([
      { signature: { encodings: ['hex', 'base64'], signed: ['body'] } },
      { clientId: 'chargelog', securityProtocol: 'PLAINTEXT', startFrom: 'earliest' },
      { securityProtocol: 'SSL', tls: {} },
    ]);
    expect(config.sources[1]).not.toHaveProperty('tls');
  });

  it('reads what Kafka is logged in with again, from the file it stands in', () => {
    const yaml = `sources:
  - { name: k, kind: kafka, tenant: t, brokers: ["b:1"], topics: [t], groupId: g, securityProtocol: SASL_SSL,
      sasl: { mechanism: PLAIN, username: u, password: "file:kafka" }, tls: { ca: "file:ca.pem", passphrase: p, cert: "-----BEGIN C", key: "-----BEGIN K" } }`;
    const files = { kafka: 'first\n', 'ca.pem': '-----BEGIN CERTIFICATE----- 1' };
    inFolder({ yaml, files }, (cwd) => {
      const [source] = loadConfig({}, { cwd }).sources;
      const { sasl, tls } = source?.kind === 'kafka' ? source : {};
      const now = () => {
        const [password, ca] = [sasl?.password.read(), tls?.ca?.read()];
        return [password?.value.reveal(), password?.problem, ca?.value, ca?.problem];
      };
      expect(now()).toEqual(['first', undefined, '-----BEGIN CERTIFICATE----- 1', undefined]);
      writeFileSync(join(cwd, 'kafka'), 'second\n');
      writeFileSync(join(cwd, 'ca.pem'), '-----BEGIN CERTIFICATE----- 2');
      expect(now()).toEqual(['second', undefined, '-----BEGIN CERTIFICATE----- 2', undefined]);
      rmSync(join(cwd, 'kafka'));
      writeFileSync(join(cwd, 'ca.pem'), 'half of it');
      expect(now()).toEqual([
        'second',
        `${join(cwd, 'kafka')} does not exist`,
        '-----BEGIN CERTIFICATE----- 2',
        expect.stringContaining(`${join(cwd, 'ca.pem')} must be PEM text`),
      ]);
      expect(tls?.passphrase?.read()).toMatchObject({ problem: undefined });
      expect(JSON.stringify(source)).not.toMatch(/first|second|BEGIN/);
    });
  });

  it('keeps client certificate, key and passphrase together', () => {
    const { sources } = load({
      files: { 'c.pem': '-----BEGIN CERTIFICATE-----', 'k.pem': '-----BEGIN ENCRYPTED PRIVATE KEY-----' },
      yaml: `sources:
  - { name: k, kind: kafka, tenant: t, brokers: ["b:1"], topics: [t], groupId: g, securityProtocol: SSL,
      tls: { cert: "file:c.pem", key: "file:k.pem", passphrase: hunter2 } }`,
    });
    const tls = sources[0]?.kind === 'kafka' ? sources[0].tls : undefined;
    const { cert, key, passphrase } = tls ?? {};
    expect([cert?.read().value, key?.read().value.reveal(), passphrase?.read().value.reveal()]).toEqual([
      '-----BEGIN CERTIFICATE-----',
      '-----BEGIN ENCRYPTED PRIVATE KEY-----',
      'hunter2',
    ]);
  });

  it('freezes everything it gives', () => {
    const config = load({
      yaml: FULL,
      env: { AMPECO_TOKEN: 't' },
      files: { 'secrets/kafka': 'p', 'ca.pem': '-----BEGIN ' },
    });
    const open: unknown[] = [];
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      if (!Object.isFrozen(value)) open.push(value);
      Object.values(value).forEach(visit);
    };
    visit(config);
    expect(open).toEqual([]);
  });

  it('offers only signed strings and encodings that a verification can record', () => {
    const forms = SIGNED_STRINGS.flatMap((signed) =>
      SIGNATURE_ENCODINGS.map((encoding) => `${signed}:${encoding}`),
    );
    expect(forms.toSorted()).toEqual([...SIGNATURE_FORMS].toSorted());
  });

  it('offers exactly the formats that are taken off a body', () => {
    expect(BODY_FORMATS).toEqual(pipeline.BODY_FORMATS);
  });
});

describe('references', () => {
  const secretOf = (
    value: string,
    env: NodeJS.ProcessEnv = {},
    files: Record<string, string> = {},
  ): string => {
    const yaml = `sources: [{ name: w, kind: webhook, tenant: t, secrets: [{ name: a, value: ${value} }] }]`;
    const [source] = load({ yaml, env, files }).sources;
    return source?.kind === 'webhook' ? (source.secrets[0]?.value.reveal() ?? '') : '';
  };

  it('are replaced anywhere in a text, several times', () => {
    expect(secretOf(`"a\${X}b\${Y_2}\${X}"`, { X: '1', Y_2: '2' })).toBe('a1b21');
  });

  it('are not searched for in what was inserted', () => {
    expect(secretOf(`"\${X}"`, { X: '${Y}', Y: 'no' })).toBe('${Y}');
    expect(secretOf(`"\${X}"`, { X: 'file:nothing' })).toBe('file:nothing');
    expect(secretOf('file:s', {}, { s: 'file:${X}' })).toBe('file:${X}');
  });

  it('are escaped by a second dollar', () => {
    expect(secretOf(`"$\${X}$$x$"`, { X: 'no' })).toBe('${X}$$x$');
  });

  it('take files relative to the YAML file, without the last line break only', () => {
    expect(secretOf('file:d/s', {}, { 'd/s': 'one\ntwo\n' })).toBe('one\ntwo');
    expect(secretOf(`"file:\${DIR}/s"`, { DIR: 'd' }, { 'd/s': 'x' })).toBe('x');
  });

  it('take files by their absolute path', () => {
    const got = inFolder({ files: { s: 'x' } }, (folder) => secretOf(`"file:${folder}/s"`));
    expect(got).toBe('x');
  });

  it('may use variables that begin with CHARGELOG_', () => {
    expect(secretOf(`"\${CHARGELOG_TOKEN}"`, { CHARGELOG_TOKEN: 'x' })).toBe('x');
  });
});

describe('what is generated', () => {
  const SOURCE = 'sources: [{ name: w, kind: webhook, tenant: t, secrets: [{ name: a, value: x }] }]';
  const key = { env: { CHARGELOG_ADMIN_KEY_FILE: 'key' }, files: { key: KEY } };

  it.each([
    ['nothing is configured', {}, true, true],
    ['only an admin key is configured', key, true, false],
    ['only sources are configured', { yaml: SOURCE }, false, true],
    ['the list of sources is empty', { yaml: 'sources: []' }, true, true],
    ['both are configured', { ...key, yaml: SOURCE }, false, false],
    ['the role webhook is off', { env: { CHARGELOG_ROLES: 'api' } }, false, true],
    ['the role api is off', { env: { CHARGELOG_ROLES: 'webhook' } }, true, false],
  ])('when %s: %#', (_, situation, webhookSource, adminKey) => {
    expect(load(situation).generated).toEqual({ webhookSource, adminKey });
  });

  it('does not add loopback to the targets once sources are configured', () => {
    expect(load({ yaml: SOURCE }).targets.allow).toEqual([]);
    expect(load({ yaml: 'targets: { allow: [a.example] }' }).targets.allow).toEqual([
      '127.0.0.1',
      'a.example',
    ]);
  });

  it('may listen beyond loopback when sources and admin key are configured', () => {
    const env = { ...key.env, HOST: '0.0.0.0' };
    expect(load({ ...key, env, yaml: SOURCE }).host).toBe('0.0.0.0');
  });

  it('is nothing with a database of the operator', () => {
    const env = { ...key.env, DATABASE_URL: 'postgres://db/c', HOST: '::' };
    expect(load({ ...key, env, yaml: SOURCE }).generated).toEqual({ webhookSource: false, adminKey: false });
  });
});
