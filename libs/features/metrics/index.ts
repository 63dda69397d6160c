export { MetricsController } from './metrics.controller.js';
export { PgLogStatistics } from './pg-log-statistics.js';
