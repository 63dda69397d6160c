import kafkajs, {
  type Admin,
  type Kafka,
  type KafkaConfig,
  type SASLOptions,
  type logCreator,
} from 'kafkajs';
import type { KafkaConsumerConfig } from './consumer-config.js';
import type { IntakeLog } from './intake-context.js';

/** Few and quick: when a broker stays unreachable the source starts anew, and its health must say so soon. */
export const CLIENT_RETRY = { retries: 3, initialRetryTime: 200, maxRetryTime: 2_000 } as const;

export function createClient(config: KafkaConsumerConfig, log: IntakeLog): Kafka {
  const client: KafkaConfig = {
    brokers: [...config.brokers],
    clientId: config.clientId ?? 'chargelog',
    connectionTimeout: 5_000,
    authenticationTimeout: 5_000,
    requestTimeout: 30_000,
    retry: { ...CLIENT_RETRY },
    logLevel: kafkajs.logLevel.INFO,
    logCreator: createClientLogger(log),
  };
  if (config.securityProtocol === 'SSL' || config.securityProtocol === 'SASL_SSL') {
    const { ca, cert, key, passphrase, serverName } = config.tls ?? {};
    // Certificates are always verified; there is no option to switch that off.
    client.ssl = {
      ...(ca === undefined ? {} : { ca: [ca] }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(passphrase === undefined ? {} : { passphrase }),
      ...(serverName === undefined ? {} : { servername: serverName }),
    };
  }
  if (config.securityProtocol === 'SASL_PLAINTEXT' || config.securityProtocol === 'SASL_SSL') {
    client.sasl = toSaslOptions(config);
  }
  return new kafkajs.Kafka(client);
}

const SASL_MECHANISMS = {
  PLAIN: 'plain',
  'SCRAM-SHA-256': 'scram-sha-256',
  'SCRAM-SHA-512': 'scram-sha-512',
} as const;

function toSaslOptions({ sasl, securityProtocol }: KafkaConsumerConfig): SASLOptions {
  if (sasl === undefined) throw new Error(`${securityProtocol} needs sasl: mechanism, username and password`);
  const { mechanism, username, password } = sasl;
  return { mechanism: SASL_MECHANISMS[mechanism], username, password };
}

/** Runs one piece of work on an admin connection of its own; none is kept open for the minutes in between. */
export async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin({ retry: { ...CLIENT_RETRY } });
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/** What may be copied from a line of the client: plain values under known names, so that no credential ever can. */
const LOGGED_FIELDS = [
  'groupId',
  'memberId',
  'topic',
  'partition',
  'offset',
  'broker',
  'error',
  'retryCount',
  'retryTime',
];

/** Parts of the client that report every single failed attempt to connect; the source says once what they add up to. */
const TALKATIVE = new Set(['Connection', 'BrokerPool']);

/** Hands the client's log to ours. What it calls an error is a warning here: the source decides what is one. */
export function createClientLogger(log: IntakeLog): logCreator {
  return () => (entry) => {
    const fields: Record<string, unknown> = {};
    for (const name of LOGGED_FIELDS) {
      const value: unknown = entry.log[name];
      if (typeof value === 'string' || typeof value === 'number') fields[name] = value;
    }
    const isError = entry.level === kafkajs.logLevel.ERROR && !TALKATIVE.has(entry.namespace);
    log(isError ? 'warn' : 'debug', `kafkajs: ${entry.log.message}`, fields);
  };
}

/** What went wrong, as one sentence for health and logs, down to the cause that the client wrapped. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A refused connection to several addresses is an AggregateError without a message of its own.
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  const text = error.message === '' ? (inner === undefined ? error.name : errorText(inner)) : error.message;
  const cause = error.cause instanceof Error ? errorText(error.cause) : undefined;
  return cause === undefined || text.includes(cause) ? text : `${text}: ${cause}`;
}
