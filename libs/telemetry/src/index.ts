export { createLogger, type Log, LOGGER, NestLogger, toLog } from './logger.js';
export { GatewayMetrics, type NoAcknowledgement } from './metrics/gateway-metrics.js';
export { LogSampler } from './metrics/log-sampler.js';
export type { FeedHead, LogInventory, LogStatistics } from './metrics/log-statistics.js';
export { quarantineWarning } from './quarantine-warning.js';
