import kafkajs, { type KafkaConfig, type SASLOptions } from 'kafkajs';
import { createKafkaLogger, type IntakeLog } from './kafka-logger.js';

/** How one Kafka source is reached. Certificates and keys are PEM texts, never paths. */
export interface KafkaSourceConfig {
  readonly brokers: readonly string[];
  readonly topics: readonly string[];
  readonly groupId: string;
  readonly clientId?: string;
  readonly securityProtocol: 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL';
  readonly sasl?: {
    readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
    readonly username: string;
    readonly password: string;
  };
  readonly tls?: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly passphrase?: string;
    /** Name the broker's certificate must carry when it is not the host of `brokers`. */
    readonly serverName?: string;
  };
  /** Where a partition starts that neither this gateway nor its consumer group has ever read. */
  readonly startFrom: 'earliest' | 'latest';
  /** Default 10 s: heartbeats go on while a batch is stored, so only a dead process is silent that long. Until it is over, nobody reads the partitions of a gateway that was killed. */
  readonly sessionTimeoutMs?: number;
  /** Default 2 s. */
  readonly heartbeatIntervalMs?: number;
  /** How long the broker may hold an empty fetch; also how long closing may have to wait for one. Default 1 s. */
  readonly maxWaitMs?: number;
  /** How often the ends of the partitions are asked for, so that the lag is right while nothing is fetched. Default 15 s. */
  readonly lagIntervalMs?: number;
  /** First pause before a failed consumer is built again; doubles up to 30 s. Default 1 s. */
  readonly restartBackOffMs?: number;
}

export interface KafkaTimings {
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly maxWaitMs: number;
  readonly lagIntervalMs: number;
  readonly restartBackOffMs: number;
}

export function timingsOf(config: KafkaSourceConfig): KafkaTimings {
  return {
    sessionTimeoutMs: config.sessionTimeoutMs ?? 10_000,
    heartbeatIntervalMs: config.heartbeatIntervalMs ?? 2_000,
    maxWaitMs: config.maxWaitMs ?? 1_000,
    lagIntervalMs: config.lagIntervalMs ?? 15_000,
    restartBackOffMs: config.restartBackOffMs ?? 1_000,
  };
}

/** Few and quick: a broker that stays away is the restarting source's business, and its health must say so soon. */
export const CLIENT_RETRY = { retries: 3, initialRetryTime: 200, maxRetryTime: 2_000 } as const;

export function toClientConfig(config: KafkaSourceConfig, log: IntakeLog): KafkaConfig {
  const client: KafkaConfig = {
    brokers: [...config.brokers],
    clientId: config.clientId ?? 'chargelog',
    connectionTimeout: 5_000,
    authenticationTimeout: 5_000,
    requestTimeout: 30_000,
    retry: { ...CLIENT_RETRY },
    logLevel: kafkajs.logLevel.INFO,
    logCreator: createKafkaLogger(log),
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
  return client;
}

function toSaslOptions({ sasl, securityProtocol }: KafkaSourceConfig): SASLOptions {
  if (sasl === undefined) throw new Error(`${securityProtocol} needs sasl: mechanism, username and password`);
  const { username, password } = sasl;
  const names = {
    PLAIN: 'plain',
    'SCRAM-SHA-256': 'scram-sha-256',
    'SCRAM-SHA-512': 'scram-sha-512',
  } as const;
  return { mechanism: names[sasl.mechanism], username, password };
}
