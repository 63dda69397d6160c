import { PostgresLaunchError, type LaunchLog } from '../contract.js';

export type Settings = Readonly<Record<string, string>>;

/** What keeps the database private and findable; not for the configuration to change. */
const RESERVED = [
  'listen_addresses',
  'port',
  'unix_socket_directories',
  'unix_socket_permissions',
  'data_directory',
  'hba_file',
  'ident_file',
  'config_file',
  'external_pid_file',
  'logging_collector',
];

/** Turning one of these off can lose acknowledged deliveries. */
const DURABILITY = ['fsync', 'synchronous_commit', 'full_page_writes'];

const MIB = 1024 * 1024;

/** Suited to a small machine that writes much. `walCompression`: `lz4` where the server was built with it, else `on`. */
export function defaultSettings(memoryBytes: number, walCompression: 'lz4' | 'on'): Settings {
  return {
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    // An eighth of the memory, at most 256 MB: the machine also runs the gateway, and Postgres uses the page cache too.
    shared_buffers: `${Math.max(32, Math.min(256, Math.floor(memoryBytes / MIB / 8)))}MB`,
    max_connections: '60',
    // Checkpoints by time, not by volume: each one makes every page touched after it be logged whole.
    max_wal_size: '4GB',
    checkpoint_timeout: '10min',
    wal_compression: walCompression,
    random_page_cost: '1.1',
    // Compiling costs more than it saves for queries that read a page of events.
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
    log_checkpoints: 'off',
    // DETAIL lines would bring values of rows, and with them personal data, into the log.
    log_error_verbosity: 'terse',
    password_encryption: 'scram-sha-256',
  };
}

/** @throws PostgresLaunchError `invalid-setting` */
export function checkSettings(settings: Settings, log: LaunchLog): void {
  for (const [name, value] of Object.entries(settings)) {
    if (!/^[a-z_][a-z0-9_.]*$/i.test(name)) {
      throw new PostgresLaunchError('invalid-setting', `"${name}" is not the name of a Postgres setting.`);
    }
    if (RESERVED.includes(name.toLowerCase())) {
      throw new PostgresLaunchError(
        'invalid-setting',
        `the Postgres setting ${name} is decided by the gateway for its embedded database; remove it, ` +
          `or run a Postgres of your own and set DATABASE_URL.`,
      );
    }
    if (DURABILITY.includes(name.toLowerCase()) && value !== 'on') {
      log('warn', 'a setting gives up durability: acknowledged deliveries can be lost in a crash', {
        name,
        value,
      });
    }
  }
}

/** Arguments of `postgres`. The command line wins over postgresql.conf and ALTER SYSTEM. */
export function settingArguments(
  defaults: Settings,
  chosen: Settings,
  socketDirectory: string,
  port: number,
): string[] {
  const lowerCase = Object.fromEntries(
    Object.entries(chosen).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const all: Settings = {
    ...defaults,
    ...lowerCase,
    listen_addresses: '',
    port: String(port),
    unix_socket_directories: socketDirectory,
    unix_socket_permissions: '0700',
  };
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
