export { ConfigError, EX_CONFIG, type ConfigProblem } from './config-error.js';
export { configSchema, renderConfigurationDocs } from './configuration-docs.js';
export { DatabaseUrl } from './database-url.js';
export { formatDuration, parseDuration } from './duration.js';
export * from './gateway-config.js';
export { loadConfig } from './load-config.js';
export { isLoopback } from './network-address.js';
export { Secret } from './secret.js';
export { summarize } from './summary.js';
