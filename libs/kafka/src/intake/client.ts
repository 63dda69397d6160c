import { isIP, connect as connectTcp } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import kafkajs, {
  type ISocketFactory,
  type Kafka,
  type KafkaConfig,
  type SASLOptions,
  type logCreator,
} from 'kafkajs';
import { BrokerAccess } from './broker-access.js';
import { CLIENT_RETRY, type KafkaConsumerConfig } from './consumer-config.js';
import type { IntakeLog } from './intake-context.js';

export { errorText } from './fault-text.js';

export function createClient(config: KafkaConsumerConfig, log: IntakeLog): Kafka {
  const client: KafkaConfig = {
    brokers: toBrokers(config.brokers),
    clientId: config.clientId ?? 'chargelog',
    connectionTimeout: 5_000,
    authenticationTimeout: 5_000,
    requestTimeout: 30_000,
    retry: { ...CLIENT_RETRY },
    logLevel: kafkajs.logLevel.INFO,
    logCreator: createClientLogger(log),
    socketFactory: createSocketFactory(config),
    ssl: config.securityProtocol === 'SSL' || config.securityProtocol === 'SASL_SSL',
  };
  if (config.securityProtocol === 'SASL_PLAINTEXT' || config.securityProtocol === 'SASL_SSL') {
    client.sasl = toSaslOptions(config);
  }
  return new kafkajs.Kafka(client);
}

/**
 * Addresses as the client takes them. It cuts each at its first colon, of which an IPv6 address in brackets has several; but
 * it asks what stands in a list that is no array to cut itself.
 */
function toBrokers(brokers: readonly string[]): KafkaConfig['brokers'] {
  if (!brokers.some((broker) => broker.startsWith('['))) return [...brokers];
  const addresses = brokers.map((broker) => {
    const colon = broker.lastIndexOf(':');
    const host = broker.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
    return { split: () => [host, broker.slice(colon + 1)] };
  });
  return () => Object.assign({ length: addresses.length }, addresses) as unknown as string[];
}

const KEEP_ALIVE_MS = 60_000;

/** Certificates are read for every connection, so that renewed ones need no new client. */
function createSocketFactory(config: KafkaConsumerConfig): ISocketFactory {
  return ({ host, port, ssl, onConnect }) => {
    const name = isIP(host) === 0 ? { servername: host } : {};
    const socket = ssl
      ? connectTls({ host, port, ...name, ...toTlsOptions(config) }, onConnect)
      : connectTcp({ host, port }, onConnect);
    return socket.setKeepAlive(true, KEEP_ALIVE_MS);
  };
}

/** Certificates are always verified; there is no option to switch that off. */
function toTlsOptions({ tls }: KafkaConsumerConfig): ConnectionOptions {
  const { ca, cert, key, passphrase, serverName } = tls ?? {};
  return {
    ...(ca === undefined ? {} : { ca: [ca] }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
}

const SASL_MECHANISMS = {
  PLAIN: 'plain',
  'SCRAM-SHA-256': 'scram-sha-256',
  'SCRAM-SHA-512': 'scram-sha-512',
} as const;

function toSaslOptions({ sasl, securityProtocol }: KafkaConsumerConfig): SASLOptions {
  if (sasl === undefined) throw new Error(`${securityProtocol} needs sasl: mechanism, username and password`);
  return {
    mechanism: SASL_MECHANISMS[sasl.mechanism],
    username: sasl.username,
    // Asked for at every login, so that a changed one needs no new client.
    get password() {
      return sasl.password;
    },
  };
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
