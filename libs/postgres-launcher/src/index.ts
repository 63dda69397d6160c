export { launchPostgres } from './launch-postgres.js';
export {
  PostgresLaunchError,
  type LaunchLog,
  type LaunchOptions,
  type PostgresConnection,
  type PostgresLaunchErrorCode,
  type RunningPostgres,
} from './contract.js';
