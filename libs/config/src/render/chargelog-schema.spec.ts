import { Ajv2020 } from 'ajv/dist/2020.js';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ConfigError } from '../config-error.js';
import { load } from '@test/config-folder.js';
import { configSchema } from './configuration-docs.js';

const FILE = new URL('../chargelog.schema.json', import.meta.url).pathname;

describe('chargelog.schema.json', () => {
  // A file snapshot, so that `--update` writes the file anew.
  it('is what the program says about itself', async () => {
    const options = await resolveConfig(FILE);
    const written = await format(JSON.stringify(configSchema), { ...options, filepath: FILE });
    await expect(written).toMatchFileSnapshot(FILE);
  });

  it('says what each key means, in sentences', () => {
    const descriptions = [...JSON.stringify(configSchema).matchAll(/"description":"((?:[^"\\]|\\.)*)"/g)];
    expect(descriptions.length).toBeGreaterThan(30);
    for (const [, description] of descriptions) expect(description).toMatch(/\.$/);
  });

  const validate = new Ajv2020({ strictTypes: false }).compile(configSchema);

  const source = (rest: string): string => `sources: [{ name: s, tenant: t, ${rest} }]`;
  const webhook = (rest = ''): string => source(`kind: webhook, secrets: [{ name: a, value: x }]${rest}`);
  const kafka = (rest = ''): string =>
    source(`kind: kafka, brokers: ["b:1"], topics: [t], groupId: g${rest}`);
  const SASL = ', sasl: { mechanism: PLAIN, username: u, password: p }';

  it.each([
    '{}',
    'sources: []',
    webhook(),
    webhook(', signature: {}'),
    webhook(', rateLimit: { perSecond: 50 }'),
    webhook(', rateLimit: { perSecond: 1, burst: 1000000 }'),
    webhook(', signature: { encodings: [base64], signed: timestamp.body }'),
    webhook(', signature: { signed: [body, body+timestamp] }'),
    kafka(),
    kafka(', clientId: c, startFrom: latest, securityProtocol: PLAINTEXT'),
    kafka(', securityProtocol: SSL'),
    kafka(', securityProtocol: SSL, tls: {}'),
    kafka(
      ', securityProtocol: SSL, tls: { cert: "-----BEGIN x", key: "-----BEGIN x", passphrase: x, serverName: h }',
    ),
    kafka(`, securityProtocol: SASL_PLAINTEXT${SASL}`),
    kafka(`, securityProtocol: SASL_SSL, tls: {}${SASL}`),
    kafka(', securityProtocol: "${SSL}", startFrom: "${LATEST}"').replace('b:1', '${BROKER}'),
    'identity: { undatedWindow: 1h, perNotification: { a.b: 1s } }',
    'targets: { allow: [] }',
    'targets: { allow: ["a:1", "10.0.0.0/8", "::1", "[::1]:80"] }',
  ])('accepts, as the loader does: %s', (yaml) => {
    expect({ schema: validate(parse(yaml)), loader: loads(yaml) }).toEqual({
      schema: true,
      loader: true,
    });
  });

  it.each([
    '[]',
    'sources: {}',
    'sources:',
    'unknown: 1',
    'sources: [x]',
    'sources: [{}]',
    source('kind: other'),
    webhook(', brokers: ["b:1"]'),
    webhook(', rateLimit: 50'),
    webhook(', rateLimit: { burst: 5 }'),
    webhook(', rateLimit: { perSecond: 0 }'),
    webhook(', rateLimit: { perSecond: 1.5 }'),
    webhook(', rateLimit: { perSecond: 1, burst: 1000001 }'),
    kafka(', rateLimit: { perSecond: 1 }'),
    webhook(', signature: { encodings: [] }'),
    webhook(', signature: { encodings: hex }'),
    webhook(', signature: { encodings: [hex, hex] }'),
    webhook(', signature: { signed: [] }'),
    webhook(', signature: { signed: nothing }'),
    webhook().replace('name: s', 'name: S'),
    webhook().replace('tenant: t', 'tenant: 1'),
    webhook().replace('value: x', 'value: 1'),
    webhook().replace('value: x', 'value: ""'),
    webhook().replace('value: x', 'value: "x "'),
    webhook().replace(', value: x', ''),
    source('kind: webhook, secrets: []'),
    kafka(', secrets: []'),
    kafka(', securityProtocol: TLS'),
    kafka(', startFrom: 0'),
    kafka(', clientId: ""'),
    kafka(SASL),
    kafka(', tls: {}'),
    kafka(`, securityProtocol: SSL${SASL}`),
    kafka(', securityProtocol: SASL_SSL'),
    kafka(`, securityProtocol: SASL_PLAINTEXT, tls: {}${SASL}`),
    kafka(', securityProtocol: SASL_SSL, sasl: { mechanism: PLAIN }'),
    kafka(', securityProtocol: SSL, tls: { cert: "-----BEGIN x" }'),
    kafka(', securityProtocol: SSL, tls: { key: "-----BEGIN x" }'),
    kafka(', securityProtocol: SSL, tls: { passphrase: x }'),
    kafka(', securityProtocol: SSL, tls: { ca: ca.pem }'),
    kafka().replace('"b:1"', ''),
    kafka().replace('b:1', 'b'),
    kafka().replace('b:1', 'kafka://b:1'),
    kafka().replace('topics: [t]', 'topics: ["a b"]'),
    kafka().replace('topics: [t]', 'topics: [".."]'),
    kafka().replace(', groupId: g', ''),
    'identity: { undatedWindow: 10 }',
    'identity: { undatedWindow: 10 m }',
    'identity: { perNotification: { a: 1y } }',
    'identity: { perNotification: [] }',
    'retention: { default: none }',
    'targets: { allow: a }',
    'targets: { allow: ["*.a"] }',
    'targets: { allow: ["http://a/b"] }',
  ])('refuses, as the loader does: %s', (yaml) => {
    expect({ schema: validate(parse(yaml)), loader: loads(yaml) }).toEqual({
      schema: false,
      loader: false,
    });
  });
});

function loads(yaml: string): boolean {
  try {
    load({ yaml, env: { SSL: 'SSL', LATEST: 'latest', BROKER: 'b:1' } });
    return true;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}
