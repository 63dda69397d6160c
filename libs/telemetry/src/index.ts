export * from './logger.js';
export { GatewayMetrics, LogSampler, type RejectionReason } from './metrics.js';
