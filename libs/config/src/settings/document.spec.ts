import { describe, expect, it } from 'vitest';
import { problems } from '@test/config-folder.js';

const webhook = (rest: string): string =>
  `sources: [{ name: w, kind: webhook, tenant: t, secrets: [{ name: a, value: x }]${rest} }]`;
const secrets = (list: string): string =>
  `sources: [{ name: w, kind: webhook, tenant: t, secrets: ${list} }]`;
const kafka = (rest: string): string =>
  `sources: [{ name: k, kind: kafka, tenant: t, brokers: ["b:1"], topics: [t], groupId: g${rest} }]`;
const SASL = ', sasl: { mechanism: PLAIN, username: u, password: p }';

describe('a wrong key of the file', () => {
  it.each([
    ['unknown, close', 'source: []', 'source: is not a known key; did you mean "sources"?'],
    [
      'unknown, far',
      'frobnicate: 1',
      'frobnicate: is not a known key; known here: sources, basePath, identity, targets',
    ],
    [
      'merge key',
      '"<<": { sources: [] }',
      ': holds an entry that is no known key and is not shown, as it may be a value; known here: sources, basePath, identity, targets',
    ],
    [
      'unknown, deep',
      kafka(', sasl: { user: u, mechanism: PLAIN, username: u, password: p }, securityProtocol: SASL_SSL'),
      'sources[0].sasl.user: is not a known key; known here: mechanism, username, password',
    ],
    [
      'constructor',
      webhook(', constructor: x'),
      'sources[0].constructor: is not a known key; known here: name, kind, tenant, secrets, signature, format, answer, rateLimit',
    ],
    [
      '__proto__',
      webhook(', __proto__: { a: 1 }'),
      'sources[0].__proto__: is not a known key; known here: name, kind, tenant, secrets, signature, format, answer, rateLimit',
    ],
    ['sources a mapping', 'sources: { a: 1 }', 'sources: must be a list'],
    ['sources empty', 'sources:', 'sources: is empty; give it a value or remove it'],
    ['source empty', 'sources: [~]', 'sources[0]: is empty; give it a value or remove it'],
    ['source a text', 'sources: [w]', 'sources[0]: must be a mapping of keys to values'],
    ['source without kind', 'sources: [{ name: w }]', 'sources[0].kind: is required'],
    [
      'unknown kind',
      'sources: [{ kind: kafak }]',
      'sources[0].kind: must be one of webhook, kafka; did you mean "kafka"?',
    ],
    [
      'name',
      'sources: [{ name: Ampeco, kind: webhook, tenant: t, secrets: [{ name: a, value: x }] }]',
      'sources[0].name: must be 1 to 63 lower-case letters, digits and hyphens, starting with a letter or digit',
    ],
    [
      'name too long',
      webhook('').replace('name: w', `name: ${'w'.repeat(64)}`),
      'sources[0].name: must be 1 to 63 lower-case letters, digits and hyphens, starting with a letter or digit',
    ],
    [
      'name a number',
      webhook('').replace('name: w', 'name: 7'),
      'sources[0].name: must be text; put it in quotes',
    ],
    ['tenant empty', webhook('').replace('tenant: t', 'tenant: ""'), 'sources[0].tenant: must not be empty'],
    [
      'tenant without value',
      webhook('').replace('tenant: t', 'tenant:'),
      'sources[0].tenant: is empty; give it a value or remove it',
    ],
    ['tenant missing', webhook('').replace('tenant: t, ', ''), 'sources[0].tenant: is required'],
    ['no secrets', secrets('[]'), 'sources[0].secrets: needs at least one entry'],
    ['secret a text', secrets('[x]'), 'sources[0].secrets[0]: must be a mapping of keys to values'],
    [
      'secret a number',
      secrets('[{ name: a, value: 12345678 }]'),
      'sources[0].secrets[0].value: must be text; put it in quotes',
    ],
    [
      'secret with space',
      secrets('[{ name: a, value: "x " }]'),
      'sources[0].secrets[0].value: starts or ends with white space, which would be part of the secret; remove it',
    ],
    [
      'secret too long',
      secrets(`[{ name: a, value: ${'k'.repeat(8_193)} }]`),
      'sources[0].secrets[0].value: has 8193 bytes, and a secret has at most 8192; is this the token itself?',
    ],
    [
      'secret too long in bytes',
      secrets(`[{ name: a, value: ${'ü'.repeat(4_097)} }]`),
      'sources[0].secrets[0].value: has 8194 bytes, and a secret has at most 8192; is this the token itself?',
    ],
    [
      'secret name twice',
      secrets('[{ name: a, value: x }, { name: a, value: y }]'),
      'sources[0].secrets[1].name: is also the name of sources[0].secrets[0]',
    ],
    [
      'secret twice',
      secrets('[{ name: a, value: x }, { name: b, value: x }]'),
      'sources[0].secrets[1].value: is the same secret as sources[0].secrets[0]',
    ],
    [
      'an age of stamps that nobody signs',
      webhook(', signature: { maxAge: 10m }'),
      'sources[0].signature.maxAge: needs X-Timestamp to be signed: set `signed` to forms with timestamp alone, without body',
    ],
    [
      'an age of stamps that need not be signed',
      webhook(', signature: { maxAge: 10m, signed: [timestamp.body, body] }'),
      'sources[0].signature.maxAge: needs X-Timestamp to be signed: set `signed` to forms with timestamp alone, without body',
    ],
    [
      'an age that no retry keeps',
      webhook(', signature: { maxAge: 1s, signed: timestamp.body }'),
      'sources[0].signature.maxAge: must be from 10s to 30d',
    ],
    [
      'encodings a text',
      webhook(', signature: { encodings: hex }'),
      'sources[0].signature.encodings: must be a list',
    ],
    [
      'encodings empty',
      webhook(', signature: { encodings: [] }'),
      'sources[0].signature.encodings: needs at least one entry',
    ],
    [
      'encoding',
      webhook(', signature: { encodings: [hex, base46] }'),
      'sources[0].signature.encodings[1]: must be one of hex, base64; did you mean "base64"?',
    ],
    [
      'encoding twice',
      webhook(', signature: { encodings: [hex, hex] }'),
      'sources[0].signature.encodings[1]: repeats entry [0]',
    ],
    [
      'signed',
      webhook(', signature: { signed: timestamp-body }'),
      'sources[0].signature.signed[0]: must be one of body, timestamp+body, timestamp.body, body+timestamp; did you mean "timestamp+body"?',
    ],
    [
      'broker without port',
      kafka('').replace('b:1', 'b'),
      'sources[0].brokers[0]: names no port; write host:port, for Kafka usually host:9092',
    ],
    [
      'broker with scheme',
      kafka('').replace('b:1', 'kafka://b:1'),
      'sources[0].brokers[0]: must be host:port without a scheme',
    ],
    ['brokers a text', kafka('').replace('["b:1"]', 'b:1'), 'sources[0].brokers: must be a list'],
    [
      'topic',
      kafka('').replace('[t]', '["a b"]'),
      'sources[0].topics[0]: must be a topic name: 1 to 249 letters, digits, ".", "_" and "-"',
    ],
    ['topics empty', kafka('').replace('[t]', '[]'), 'sources[0].topics: needs at least one entry'],
    ['no group', kafka('').replace(', groupId: g', ''), 'sources[0].groupId: is required'],
    [
      'protocol',
      kafka(', securityProtocol: sasl_ssl').replace('}]', `${SASL} }]`),
      'sources[0].securityProtocol: must be one of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL; did you mean "SASL_SSL"?',
    ],
    [
      'SASL without credentials',
      kafka(', securityProtocol: SASL_SSL'),
      'sources[0].sasl: is required with securityProtocol SASL_SSL',
    ],
    [
      'credentials without SASL',
      kafka(SASL),
      'sources[0].sasl: needs securityProtocol SASL_SSL or SASL_PLAINTEXT, not PLAINTEXT',
    ],
    [
      'TLS in plain text',
      kafka(`, securityProtocol: SASL_PLAINTEXT, tls: {}${SASL}`),
      'sources[0].tls: needs securityProtocol SSL or SASL_SSL, not SASL_PLAINTEXT',
    ],
    [
      'mechanism',
      kafka(`, securityProtocol: SASL_SSL${SASL.replace('PLAIN', 'SCRAM-SHA-521')}`),
      'sources[0].sasl.mechanism: must be one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512; did you mean "SCRAM-SHA-512"?',
    ],
    [
      'certificate a path',
      kafka(', securityProtocol: SSL, tls: { ca: ca.pem }'),
      'sources[0].tls.ca: must be PEM text; to name a file that holds it write file: before its path',
    ],
    [
      'key alone',
      kafka(', securityProtocol: SSL, tls: { key: "-----BEGIN x" }'),
      'sources[0].tls.cert: is required when key is given',
    ],
    [
      'certificate alone',
      kafka(', securityProtocol: SSL, tls: { cert: "-----BEGIN x" }'),
      'sources[0].tls.key: is required when cert is given',
    ],
    [
      'passphrase alone',
      kafka(', securityProtocol: SSL, tls: { passphrase: x }'),
      'sources[0].tls.key: is required when passphrase is given',
    ],
    [
      'server name',
      kafka(', securityProtocol: SSL, tls: { serverName: "a:1" }'),
      'sources[0].tls.serverName: must be a host name without a port',
    ],
    ['start', kafka(', startFrom: first'), 'sources[0].startFrom: must be one of earliest, latest'],
    [
      'window',
      'identity: { undatedWindow: 10 }',
      'identity.undatedWindow: must be a duration: a whole number and one of ms, s, m, h, d, like 10m',
    ],
    ['window too long', 'identity: { undatedWindow: 8d }', 'identity.undatedWindow: must be from 1ms to 7d'],
    [
      'window of nothing',
      'identity: { undatedWindow: 0s }',
      'identity.undatedWindow: must be from 1ms to 7d',
    ],
    [
      'window of a name',
      'identity: { perNotification: { cdr.received: soon } }',
      'identity.perNotification["cdr.received"]: must be a duration: a whole number and one of ms, s, m, h, d, like 10m',
    ],
    [
      'window of a name, empty',
      'identity: { perNotification: { a: } }',
      'identity.perNotification.a: is empty; give it a value or remove it',
    ],
    [
      'windows a list',
      'identity: { perNotification: [1h] }',
      'identity.perNotification: must be a mapping of keys to values',
    ],
    [
      'a setting of earlier versions',
      'retention: { default: none }',
      'retention: is not a known key; known here: sources, basePath, identity, targets',
    ],
    [
      'unknown, no plain word',
      'targets: { cdr.received: 1d }',
      'targets: holds an entry that is no known key and is not shown, as it may be a value; known here: allow',
    ],
    [
      'target a URL',
      'targets: { allow: ["http://a"] }',
      'targets.allow[0]: must be a host, host:port, IP address or CIDR range, not a URL',
    ],
    [
      'target a wildcard',
      'targets: { allow: ["*.a"] }',
      'targets.allow[0]: holds a wildcard; name each host, or a CIDR range',
    ],
    [
      'target a wrong range',
      'targets: { allow: [10.0.0.0/33] }',
      'targets.allow[0]: is not a CIDR range; write one like 10.0.0.0/8 or fd00::/8',
    ],
    [
      'target a crooked range',
      'targets: { allow: [10.1.2.3/8] }',
      'targets.allow[0]: has bits set beyond its prefix /8; write the first address of the range, or the address alone',
    ],
    [
      'target',
      'targets: { allow: ["a b"] }',
      'targets.allow[0]: must be a host, host:port, IP address or CIDR range (10.0.0.0/8)',
    ],
    [
      'variable missing',
      secrets('[{ name: a, value: "${NO_SUCH}" }]'),
      'sources[0].secrets[0].value: refers to the environment variable NO_SUCH, which is not set',
    ],
    [
      'variables missing',
      secrets('[{ name: a, value: "${A}${B}${A}" }]'),
      'sources[0].secrets[0].value: refers to the environment variable A, which is not set; it refers to the environment variable B, which is not set',
    ],
    [
      'variable in a list',
      kafka('').replace('b:1', '${B}:1'),
      'sources[0].brokers[0]: refers to the environment variable B, which is not set',
    ],
    [
      'broken reference',
      secrets('[{ name: a, value: "x${y z}" }]'),
      'sources[0].secrets[0].value: holds "${" that begins no reference; write ${NAME}, or $${ for the characters themselves',
    ],
    [
      'no file',
      secrets('[{ name: a, value: "file:" }]'),
      'sources[0].secrets[0].value: names no file after "file:"',
    ],
    [
      'file a folder',
      secrets('[{ name: a, value: "file:." }]'),
      'sources[0].secrets[0].value: refers to the file ., which is a folder, not a file',
    ],
    [
      'file absolute',
      secrets('[{ name: a, value: "file:/no/such" }]'),
      'sources[0].secrets[0].value: refers to the file /no/such, which does not exist',
    ],
  ])('(%s) is named with its path', (_, yaml, expected) => {
    const prefix = expected.startsWith(':') ? 'chargelog.yaml' : 'chargelog.yaml:1: ';
    expect(problems({ yaml })).toEqual([`${prefix}${expected}`]);
  });

  it('(a variable that is empty) is named', () => {
    const yaml = secrets('[{ name: a, value: "${EMPTY}" }]');
    expect(problems({ yaml, env: { EMPTY: '' } })).toEqual([
      'chargelog.yaml:1: sources[0].secrets[0].value: refers to the environment variable EMPTY, which is empty',
    ]);
  });

  it('(an empty file) is named as an empty value', () => {
    const yaml = secrets('[{ name: a, value: "file:s" }]');
    expect(problems({ yaml, files: { s: '\n' } })).toEqual([
      'chargelog.yaml:1: sources[0].secrets[0].value: must not be empty',
    ]);
  });

  it('(a missing file) is named with the folder that was searched', () => {
    const [problem] = problems({ yaml: secrets('[{ name: a, value: "file:s" }]') });
    expect(problem).toMatch(
      /value: refers to the file s, which does not exist in \/.*, the folder of the configuration file$/,
    );
  });

  it('is given the line it stands on, or that of the mapping it is missing from', () => {
    const yaml = [
      'sources:',
      '  - kind: kafka',
      '    name: k',
      '    brokers:',
      '      - a:1',
      '      - b',
      '    tenant: t',
    ];
    expect(problems({ yaml: yaml.join('\n') })).toEqual([
      'chargelog.yaml:2: sources[0].topics: is required',
      'chargelog.yaml:2: sources[0].groupId: is required',
      'chargelog.yaml:6: sources[0].brokers[1]: names no port; write host:port, for Kafka usually host:9092',
    ]);
  });

  it('is named once per key given twice', () => {
    const yaml = 'identity:\n  undatedWindow: 1h\n  undatedWindow: 1d\ntargets: {}\nidentity: {}';
    expect(problems({ yaml })).toEqual([
      'chargelog.yaml:1: identity: is given a second time on line 5; keep one of the two',
      'chargelog.yaml:2: identity.undatedWindow: is given a second time on line 3; keep one of the two',
    ]);
  });

  it('shows the file as the operator named it', () => {
    const situation = { env: { CHARGELOG_CONFIG: './etc/c.yaml' }, files: { 'etc/c.yaml': 'targets: 1d' } };
    expect(problems(situation)).toEqual(['./etc/c.yaml:1: targets: must be a mapping of keys to values']);
  });
});
