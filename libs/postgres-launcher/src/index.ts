export { launchPostgres } from './launch-postgres.js';
export { PostgresLaunchError, type PostgresLaunchErrorCode } from './postgres-launch-error.js';
export type { LaunchLog, LaunchOptions, PostgresConnection, RunningPostgres } from './types.js';
