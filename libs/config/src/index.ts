export { ConfigError, EX_CONFIG, type ConfigProblem } from './config-error.js';
export type { Rereadable } from './declare/rereadable.js';
export { loadConfig } from './load-config.js';
export { configSchema, renderConfigurationDocs } from './render/configuration-docs.js';
export { summarize } from './render/summary.js';
export type { SourceConfig } from './settings/document.js';
export { LOG_LEVELS, ROLES, type LogLevel, type Role } from './settings/environment.js';
export type { GatewayConfig } from './settings/gateway-config.js';
export {
  SASL_MECHANISMS,
  SECURITY_PROTOCOLS,
  START_FROM,
  type KafkaSasl,
  type KafkaSourceConfig,
  type KafkaTls,
  type SaslMechanism,
  type SecurityProtocol,
  type StartFrom,
} from './settings/kafka-source.js';
export {
  SIGNATURE_ENCODINGS,
  SIGNED_STRINGS,
  type RateLimit,
  type SignatureEncoding,
  type SignedString,
  type WebhookSecret,
  type WebhookSourceConfig,
} from './settings/webhook-source.js';
export { passwordReader, type DatabasePassword } from './values/database-password.js';
export { DatabaseUrl } from './values/database-url.js';
export { formatDuration, parseDuration } from './values/duration.js';
export { ipv4Bits, ipv6Bits, isLoopback } from './values/network-address.js';
export { parseSecretKeys } from './values/secret-keys.js';
export { MAX_SECRET_BYTES, Secret, secretLengthProblem } from './values/secret.js';
export { version } from './version.js';

/** Token of the {@link GatewayConfig} of the process. */
export const GATEWAY_CONFIG = Symbol('GatewayConfig');
