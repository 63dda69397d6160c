import kafkajs, { type Kafka, type KafkaConfig, type SASLOptions, type logCreator } from 'kafkajs';
import { BrokerAccess } from './broker-access.js';
import { CLIENT_RETRY, type KafkaConsumerConfig } from './consumer-config.js';
import type { IntakeLog } from './intake-context.js';

export { errorText } from './fault-text.js';

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

/** Runs one piece of work on a connection of its own; none is kept open for the minutes in between. */
export async function withAdmin<T>(kafka: Kafka, work: (broker: BrokerAccess) => Promise<T>): Promise<T> {
  const broker = await BrokerAccess.open(kafka);
  try {
    return await work(broker);
  } finally {
    await broker.close();
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

/**
 * Hands the client's log to ours, for those who look for a fault of the client. Its texts are for programmers: what an
 * operator has to know of them the source says itself, once and with what to do.
 */
export function createClientLogger(log: IntakeLog): logCreator {
  return () => (entry) => {
    const fields: Record<string, unknown> = {};
    for (const name of LOGGED_FIELDS) {
      const value: unknown = entry.log[name];
      if (typeof value === 'string' || typeof value === 'number') fields[name] = value;
    }
    log('debug', `kafkajs: ${entry.log.message}`, fields);
  };
}
