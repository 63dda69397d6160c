export { ConfigError, EX_CONFIG, type ConfigProblem } from './config-error.js';
export { configSchema, renderConfigurationDocs } from './configuration-docs.js';
export { DatabaseUrl } from './database-url.js';
export { formatDuration, parseDuration } from './duration.js';
export * from './gateway-config.js';
export { ipv4Bits, ipv6Bits } from './ip-bits.js';
export { loadConfig } from './load-config.js';
export { isLoopback } from './network-address.js';
export { parseSecretKeys } from './secret-keys.js';
export { Secret } from './secret.js';
export { summarize } from './summary.js';
export { version } from './version.js';

/** Token of the {@link GatewayConfig} of the process. */
export const GATEWAY_CONFIG = Symbol('GatewayConfig');
