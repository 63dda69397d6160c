import { listOf } from '../declare/collections.js';
import { needs, onlyWith, section } from '../declare/section.js';
import { setting, type Infer } from '../declare/setting.js';
import { rereadable } from '../declare/rereadable.js';
import { matching, name, oneOf, pem, secret, secretText, text, textType, written } from '../declare/types.js';
import { bodyFormat } from './body-format.js';
import { hostPortProblem, isHost } from '../values/network-address.js';

export const SECURITY_PROTOCOLS = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'] as const;
export type SecurityProtocol = (typeof SECURITY_PROTOCOLS)[number];

export const SASL_MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;
export type SaslMechanism = (typeof SASL_MECHANISMS)[number];

export const START_FROM = ['earliest', 'latest'] as const;
export type StartFrom = (typeof START_FROM)[number];

const broker = textType('`host:port`', hostPortProblem, {
  schema: written(/^(\[[0-9A-Fa-f:.%]+\]|[^\s:/[\]]+):\d{1,5}$/),
});

/** Kafka's own rule for topic names (`org.apache.kafka.common.internals.Topic`). */
const topic = matching(
  'topic name',
  /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/,
  'must be a topic name: 1 to 249 letters, digits, ".", "_" and "-"',
);

const serverName = textType(
  'host name',
  (text) => (isHost(text) ? undefined : 'must be a host name without a port'),
  { schema: written(/^[^\s/]+$/) },
);

const sasl = section({
  mechanism: setting(oneOf(SASL_MECHANISMS), 'How the password is proven.', { example: 'SCRAM-SHA-512' }),
  username: setting(text, 'User name.', { example: 'chargelog' }),
  password: setting(rereadable(secretText), 'Password. A file is read again for every new connection.', {
    example: 'file:/run/secrets/kafka',
  }),
});
export type KafkaSasl = Infer<typeof sasl>;

const tls = section(
  {
    ca: setting(
      rereadable(pem),
      "Authorities that the brokers' certificates must come from, in place of those of the system.",
      { optional: true, example: 'file:ca.pem' },
    ),
    cert: setting(rereadable(pem), 'Client certificate; needs `key`.', { optional: true }),
    key: setting(rereadable(secret(pem)), 'Private key of the client certificate; needs `cert`.', {
      optional: true,
    }),
    passphrase: setting(rereadable(secretText), 'Passphrase of `key`.', { optional: true }),
    serverName: setting(
      serverName,
      "Name the brokers' certificates are checked for, when it is not the host that is connected to.",
      { optional: true },
    ),
  },
  { rules: [needs('cert', 'key'), needs('key', 'cert'), needs('passphrase', 'key')] },
);
/** PEM texts, not paths; what stands in a file is read again for every new connection. Without `ca` the authorities of the system are trusted. */
export type KafkaTls = Infer<typeof tls>;

export const kafkaSource = section(
  {
    name: setting(name, 'Unique name of the source.', { example: 'ampeco-kafka', summary: false }),
    kind: setting(oneOf(['kafka']), 'Says that this is a Kafka source.', {
      example: 'kafka',
      summary: (kind) => kind,
    }),
    tenant: setting(
      name,
      'The AMPECO tenant whose notifications arrive here. Taken from here, never from the record.',
      { example: 'acme', summary: (tenant) => `tenant ${tenant}` },
    ),
    brokers: setting(listOf(broker), 'Brokers to begin with; the others are learnt from them.', {
      example: ['kafka1:9093'],
      summary: (brokers) => `brokers ${brokers.join(' ')}`,
    }),
    topics: setting(listOf(topic), 'Topics to read.', {
      example: ['ampeco.notifications'],
      summary: (topics) => `topics ${topics.join(' ')}`,
    }),
    groupId: setting(
      text,
      'Consumer group. Nobody else may use it: no second source, no other gateway with a database of its own, no other program.',
      {
        example: 'chargelog',
        summary: (group) => `group ${group}`,
      },
    ),
    clientId: setting(text, 'Name the brokers know this client by.', {
      default: 'chargelog',
      summary: false,
    }),
    securityProtocol: setting(oneOf(SECURITY_PROTOCOLS), 'How the brokers are talked to.', {
      default: 'PLAINTEXT',
      example: 'SASL_SSL',
      summary: (protocol) => protocol,
    }),
    sasl: setting(
      sasl,
      'Who the gateway is to the brokers. Required with `SASL_PLAINTEXT` and `SASL_SSL`, refused otherwise.',
      { optional: true, summary: ({ mechanism }) => `${mechanism} password set` },
    ),
    tls: setting(
      tls,
      'Certificates. Only with `SSL` and `SASL_SSL`; without it the authorities of the system are trusted. Files are read again for every new connection, so a renewed certificate needs no restart.',
      { optional: true, summary: ({ key }) => `TLS key ${key === undefined ? 'not set' : 'set'}` },
    ),
    format: bodyFormat,
    startFrom: setting(
      oneOf(START_FROM),
      'Where a partition starts that this database has never seen, whatever the consumer group has committed. `latest`: what is there already is passed over, and put on record as a gap. Partitions that are added to a topic later are read from their start.',
      {
        default: 'earliest',
        summary: (start) => `from ${start}`,
      },
    ),
  },
  {
    heading: 'Kafka source',
    description: 'Topics that AMPECO writes the notifications of one tenant to.',
    rules: [
      onlyWith('sasl', {
        on: 'securityProtocol',
        of: SECURITY_PROTOCOLS,
        words: ['SASL_SSL', 'SASL_PLAINTEXT'],
        isRequired: true,
      }),
      onlyWith('tls', { on: 'securityProtocol', of: SECURITY_PROTOCOLS, words: ['SSL', 'SASL_SSL'] }),
    ],
    // `tls` is set exactly when the protocol uses it.
    into: ({ tls, ...source }) => ({
      ...source,
      ...(source.securityProtocol.endsWith('SSL') ? { tls: tls ?? {} } : {}),
    }),
  },
);
export type KafkaSourceConfig = Infer<typeof kafkaSource>;
