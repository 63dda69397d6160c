export * from './logger.js';
export { GatewayMetrics, LogSampler, type RejectionReason } from './metrics.js';
export { QuarantineNotice } from './quarantine-notice.js';
