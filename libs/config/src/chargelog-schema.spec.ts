import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { knownKeys } from './checks.js';
import { ConfigError } from './config-error.js';
import { load } from './config-folder.fixture.js';
import { IdentitySection, RetentionSection, TargetsSection, DocumentSection } from './document-settings.js';
import { KafkaSourceSection, SaslSection, TlsSection } from './kafka-source.js';
import {
  RateLimitSection,
  SignatureSection,
  WebhookSecretSection,
  WebhookSourceSection,
} from './webhook-source.js';

type Schema = Readonly<Record<string, unknown>>;

const schema = JSON.parse(
  readFileSync(new URL('./chargelog.schema.json', import.meta.url), 'utf8'),
) as Schema;
const definitions = schema['$defs'] as Readonly<Record<string, Schema>>;

describe('chargelog.schema.json', () => {
  it.each<[string, new () => object, Schema | undefined]>([
    ['the document', DocumentSection, schema],
    ['a webhook source', WebhookSourceSection, definitions['webhookSource']],
    ['a webhook secret', WebhookSecretSection, definitions['webhookSecret']],
    ['a signature', SignatureSection, definitions['signature']],
    ['a rate limit', RateLimitSection, definitions['rateLimit']],
    ['a Kafka source', KafkaSourceSection, definitions['kafkaSource']],
    ['SASL', SaslSection, definitions['sasl']],
    ['TLS', TlsSection, definitions['tls']],
    ['identity', IdentitySection, definitions['identity']],
    ['retention', RetentionSection, definitions['retention']],
    ['targets', TargetsSection, definitions['targets']],
  ])('has the keys the loader knows, each with a description: %s', (_, section, node) => {
    const properties = node?.['properties'] as Readonly<Record<string, Schema>>;
    expect(Object.keys(properties).toSorted()).toEqual([...knownKeys(section)].toSorted());
    expect(node?.['additionalProperties']).toBe(false);
    for (const property of Object.values(properties)) expect(property['description']).toMatch(/\.$/);
  });

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
    'retention: { default: none }',
    'retention: { default: 30d }',
    'targets: { allow: [] }',
    'targets: { allow: ["a:1", "10.0.0.0/8", "::1", "[::1]:80"] }',
  ])('accepts, as the loader does: %s', (yaml) => {
    expect({ schema: matches(schema, parse(yaml)), loader: loads(yaml) }).toEqual({
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
    'retention: { default: 1y }',
    'retention: { default: 1 }',
    'targets: { allow: a }',
    'targets: { allow: ["*.a"] }',
    'targets: { allow: ["http://a/b"] }',
  ])('refuses, as the loader does: %s', (yaml) => {
    expect({ schema: matches(schema, parse(yaml)), loader: loads(yaml) }).toEqual({
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

/** Evaluates the keywords of JSON Schema 2020-12 that the schema uses; throws at any other. */
function matches(node: Schema | boolean, value: unknown): boolean {
  if (typeof node === 'boolean') return node;
  return Object.entries(node).every(([keyword, operand]) => {
    if (keyword === 'then') return true; // read together with its `if`
    const check = KEYWORDS[keyword];
    if (check === undefined)
      throw new Error(`the schema uses the keyword ${keyword}, which this test does not know`);
    return check(operand as never, value, node);
  });
}

type Keyword = (operand: never, value: unknown, node: Schema) => boolean;

const KEYWORDS: Readonly<Record<string, Keyword>> = {
  $schema: () => true,
  $defs: () => true,
  title: () => true,
  description: () => true,
  default: () => true,
  $ref: (name: string, value) => matches(definitions[name.replace('#/$defs/', '')] ?? false, value),
  type: (type: string, value) =>
    type === 'integer'
      ? Number.isInteger(value)
      : type === 'array'
        ? Array.isArray(value)
        : type === 'object'
          ? isObject(value)
          : typeof value === type,
  const: (constant: unknown, value) => value === constant,
  enum: (words: readonly unknown[], value) => words.includes(value),
  pattern: (pattern: string, value) => typeof value !== 'string' || new RegExp(pattern, 'u').test(value),
  minimum: (least: number, value) => typeof value !== 'number' || value >= least,
  maximum: (most: number, value) => typeof value !== 'number' || value <= most,
  minLength: (least: number, value) => typeof value !== 'string' || value.length >= least,
  minItems: (least: number, value) => !Array.isArray(value) || value.length >= least,
  uniqueItems: (_: boolean, value) => !Array.isArray(value) || new Set(value).size === value.length,
  items: (item: Schema, value) => !Array.isArray(value) || value.every((entry) => matches(item, entry)),
  required: (keys: readonly string[], value) =>
    !isObject(value) || keys.every((key) => Object.hasOwn(value, key)),
  dependentRequired: (needs: Readonly<Record<string, readonly string[]>>, value) =>
    !isObject(value) ||
    Object.entries(needs).every(
      ([key, others]) => !(key in value) || others.every((other) => other in value),
    ),
  properties: (properties: Readonly<Record<string, Schema>>, value) =>
    !isObject(value) ||
    Object.entries(properties).every(([key, property]) => !(key in value) || matches(property, value[key])),
  additionalProperties: (rest: Schema | boolean, value, node) =>
    !isObject(value) ||
    Object.entries(value).every(
      ([key, entry]) => Object.hasOwn(node['properties'] ?? {}, key) || matches(rest, entry),
    ),
  oneOf: (choices: readonly Schema[], value) =>
    choices.filter((choice) => matches(choice, value)).length === 1,
  anyOf: (choices: readonly Schema[], value) => choices.some((choice) => matches(choice, value)),
  allOf: (parts: readonly Schema[], value) => parts.every((part) => matches(part, value)),
  if: (condition: Schema, value, node) =>
    !matches(condition, value) || matches((node['then'] ?? true) as Schema, value),
};

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
