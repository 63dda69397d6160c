import type { DatabaseUrl } from './database-url.js';
import type { Secret } from './secret.js';

/** Parts of the gateway that an instance can run; together they are the whole. */
export const ROLES = ['webhook', 'kafka', 'api', 'replay', 'maintenance'] as const;
export type Role = (typeof ROLES)[number];

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Text form of the HMAC in `X-Signature`. AMPECO does not document it, therefore both are tried by default. */
export const SIGNATURE_ENCODINGS = ['hex', 'base64'] as const;
export type SignatureEncoding = (typeof SIGNATURE_ENCODINGS)[number];

/** What the HMAC covers: the body, or the body and `X-Timestamp` joined in one of three ways. */
export const SIGNED_STRINGS = ['body', 'timestamp+body', 'timestamp.body', 'body+timestamp'] as const;
export type SignedString = (typeof SIGNED_STRINGS)[number];

export const SECURITY_PROTOCOLS = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'] as const;
export type SecurityProtocol = (typeof SECURITY_PROTOCOLS)[number];

export const SASL_MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;
export type SaslMechanism = (typeof SASL_MECHANISMS)[number];

export const START_FROM = ['earliest', 'latest'] as const;
export type StartFrom = (typeof START_FROM)[number];

export interface WebhookSecret {
  /** Shown and recorded in place of the value. */
  readonly name: string;
  /** The AMPECO API token that created the subscription. */
  readonly value: Secret;
}

export interface WebhookSourceConfig {
  readonly kind: 'webhook';
  readonly name: string;
  readonly tenant: string;
  /** At least one; all are active, so that a token can be changed without a gap. */
  readonly secrets: readonly WebhookSecret[];
  readonly signature: {
    readonly encodings: readonly SignatureEncoding[];
    readonly signed: readonly SignedString[];
  };
  /** Unset: as fast as the gateway can store. */
  readonly rateLimit?: RateLimit;
}

/** A bucket that holds `burst` deliveries and is filled by `perSecond`. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

export interface KafkaSasl {
  readonly mechanism: SaslMechanism;
  readonly username: string;
  readonly password: Secret;
}

/** PEM texts, not paths. Without `ca` the authorities of the system are trusted. */
export interface KafkaTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: Secret;
  readonly passphrase?: Secret;
  /** Name the broker's certificate is checked for, when it is not the host that is connected to. */
  readonly serverName?: string;
}

export interface KafkaSourceConfig {
  readonly kind: 'kafka';
  readonly name: string;
  readonly tenant: string;
  /** `host:port`, at least one. */
  readonly brokers: readonly string[];
  readonly topics: readonly string[];
  readonly groupId: string;
  readonly clientId: string;
  readonly securityProtocol: SecurityProtocol;
  /** Set exactly when the protocol is SASL_PLAINTEXT or SASL_SSL. */
  readonly sasl?: KafkaSasl;
  /** Set exactly when the protocol is SSL or SASL_SSL. */
  readonly tls?: KafkaTls;
  /** Where a partition starts that has no stored position yet. */
  readonly startFrom: StartFrom;
}

export type SourceConfig = WebhookSourceConfig | KafkaSourceConfig;

/** Everything the gateway is told from outside, checked; frozen, with every secret in a {@link Secret}. */
export interface GatewayConfig {
  /** 0 asks the operating system for any free port. */
  readonly port: number;
  /** Port of the second listener, which serves webhooks and health alone; 0 as for `port`. */
  readonly intakePort?: number;
  readonly host: string;
  /** Absolute. */
  readonly dataDir: string;
  /** Unset: the embedded Postgres under the data directory is used. */
  readonly databaseUrl?: DatabaseUrl;
  /** Absolute path of the YAML file that was read. */
  readonly configFile?: string;
  /** In the order of {@link ROLES}. */
  readonly roles: readonly Role[];
  readonly logLevel: LogLevel;
  /** Content of CHARGELOG_ADMIN_KEY_FILE. */
  readonly adminKey?: Secret;
  /** Where the keys come from that seal stored secrets; unset: none, or with the embedded database those of the data directory. */
  readonly secretsKeys?:
    | { readonly from: 'file'; readonly path: string }
    | { readonly from: 'environment'; readonly keys: Secret };
  readonly maxBodyBytes: number;
  /** Absolute folder with `initdb` and `postgres`, when named. */
  readonly pgBinDir?: string;
  /** Equal undated bodies within this span are one event. */
  readonly undatedWindowMs: number;
  /** Exceptions from {@link undatedWindowMs} by notification name; has no prototype. */
  readonly undatedWindowMsByNotification: Readonly<Record<string, number>>;
  readonly sources: readonly SourceConfig[];
  readonly retention: {
    /** Undefined: events are kept for ever. */
    readonly defaultMs: number | undefined;
  };
  readonly targets: {
    /** host, host:port, IP address or CIDR range that replays may reach besides public ones. */
    readonly allow: readonly string[];
  };
  /** What the application has to create, because nothing was configured. Never with DATABASE_URL set. */
  readonly generated: {
    readonly webhookSource: boolean;
    readonly adminKey: boolean;
  };
}
