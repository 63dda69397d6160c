/**
 * How the consumer of one Kafka source reaches its brokers and what it reads. The gateway's configuration has a
 * `KafkaSourceConfig` with names, tenant and sealed secrets; this is what the client needs of it, with secrets in the
 * clear. Certificates and keys are PEM texts, never paths. Those, password and passphrase are asked for at every new
 * connection: they may be getters.
 */
export interface KafkaConsumerConfig {
  /** `host:port`, at least one. */
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
    readonly ca?: string | undefined;
    readonly cert?: string | undefined;
    readonly key?: string | undefined;
    readonly passphrase?: string | undefined;
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
  /** How often topics and group are looked at (`source-watch.ts`): all of them, whoever reads them. Default 15 s. */
  readonly lagIntervalMs?: number;
  /** First pause before a failed consumer is built again; doubles up to 30 s. Default 1 s. */
  readonly restartBackOffMs?: number;
}

/** Few and quick: when a broker stays unreachable the source starts anew, and its health must say so soon. */
export const CLIENT_RETRY = { retries: 3, initialRetryTime: 200, maxRetryTime: 2_000 } as const;

/** All times of a consumer, with their defaults. */
export function timingsOf(config: KafkaConsumerConfig) {
  return {
    sessionTimeoutMs: config.sessionTimeoutMs ?? 10_000,
    heartbeatIntervalMs: config.heartbeatIntervalMs ?? 2_000,
    maxWaitMs: config.maxWaitMs ?? 1_000,
    lagIntervalMs: config.lagIntervalMs ?? 15_000,
    restartBackOffMs: config.restartBackOffMs ?? 1_000,
  };
}
