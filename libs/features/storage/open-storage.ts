import { passwordReader, type GatewayConfig } from '@chargelog/config';
import {
  Database,
  DatabaseProbe,
  explainDatabase,
  KnownLog,
  StoreCheck,
  type PgConnection,
} from '@chargelog/event-log';
import { launchPostgres, type RunningPostgres } from '@chargelog/postgres-launcher';
import { waitAtMost } from '@chargelog/pipeline';
import type { Log } from '@chargelog/telemetry';
import { migrations } from '../../../migrations/index.js';

export interface Storage {
  readonly connection: PgConnection;
  readonly database: Database;
  readonly probe: DatabaseProbe;
  readonly check: StoreCheck;
  /** One line for people: which database this is. */
  readonly description: string;
  /** May be called again. */
  close(): Promise<void>;
}

/** A server that hangs would keep the pool waiting for its connections. */
const DISCONNECT_WITHIN_MS = 1_500;

/** The configured database, or the embedded one, brought to the present schema. */
export async function openStorage(config: GatewayConfig, log: Log): Promise<Storage> {
  const embedded = config.databaseUrl === undefined ? await launch(config, log) : undefined;
  const connection = connectionOf(config, embedded);
  try {
    const database = await Database.open({ connection, migrations });
    const done = await database.migrate();
    const probe = new DatabaseProbe(connection);
    const check = new StoreCheck(connection, database.migrationNames);
    if (done.length > 0) log('info', 'database migrated', { migrations: done });
    const ahead = await database.migrationsAhead();
    // No refusal: while instances are replaced one by one, those of the former version must be able to start again.
    if (ahead.length > 0) log('warn', 'the database was migrated by a newer version', { migrations: ahead });
    let closed: Promise<void> | undefined;
    return {
      connection,
      database,
      probe,
      check,
      description:
        embedded === undefined
          ? `PostgreSQL at ${config.databaseUrl?.describe()}`
          : `embedded PostgreSQL ${embedded.version.split(' ')[0]}, data in ${embedded.cluster}`,
      close: () =>
        (closed ??= waitAtMost(
          DISCONNECT_WITHIN_MS,
          Promise.all([database.close(), probe.close(), check.close()]),
        ).then(() => embedded?.stop())),
    };
  } catch (error) {
    await embedded?.stop();
    throw startProblem(error, config);
  }
}

/**
 * What a start says that failed at the database, at whatever step: which database, what is wrong with it in words of ours,
 * and what to do. Any other error stays as it is.
 */
export function startProblem(error: unknown, { databaseUrl }: GatewayConfig): unknown {
  const trouble = explainDatabase(error);
  if (trouble === undefined) return error;
  const which = databaseUrl === undefined ? 'The embedded Postgres' : `Postgres at ${databaseUrl.describe()}`;
  return new Error(`${which} cannot be used: ${trouble.problem}. What to do: ${trouble.cure}.`, {
    cause: error,
  });
}

function connectionOf(config: GatewayConfig, embedded: RunningPostgres | undefined): PgConnection {
  const { databaseUrl, databasePassword, databaseSchema } = config;
  return {
    ...(embedded?.connection ?? { connectionString: databaseUrl?.forDriver() }),
    ...(databaseSchema !== undefined && { schema: databaseSchema }),
    // The embedded one has a password of its own making.
    ...(embedded === undefined && databasePassword && { passwordSource: passwordReader(databasePassword) }),
    knownLog: new KnownLog(),
  };
}

function launch(config: GatewayConfig, log: Log): Promise<RunningPostgres> {
  return launchPostgres({
    dataDir: config.dataDir,
    log: (level, message, fields) => log(level, message, fields as Record<string, unknown>),
    ...(config.pgBinDir === undefined ? {} : { binDir: config.pgBinDir }),
  });
}
