import type { GatewayConfig } from '@chargelog/config';
import { Database, DatabasePulse, type PgConnection } from '@chargelog/event-log';
import { launchPostgres, type RunningPostgres } from '@chargelog/postgres-launcher';
import type { Log } from '@chargelog/telemetry';
import { migrations } from '../../../migrations/index.js';

export interface Storage {
  readonly connection: PgConnection;
  readonly database: Database;
  readonly pulse: DatabasePulse;
  /** One line for people: which database this is. */
  readonly description: string;
  close(): Promise<void>;
}

/** A server that hangs would keep the pool waiting for its connections. */
const DISCONNECT_WITHIN_MS = 1_500;

/** The configured database, or the embedded one, brought to the present schema. */
export async function openStorage(config: GatewayConfig, log: Log): Promise<Storage> {
  const embedded = config.databaseUrl === undefined ? await launch(config, log) : undefined;
  const connection: PgConnection = embedded?.connection ?? { connectionString: config.databaseUrl?.reveal() };
  try {
    const database = await open(connection, config);
    const done = await database.migrate();
    const pulse = new DatabasePulse(connection);
    if (done.length > 0) log('info', 'database migrated', { migrations: done });
    const ahead = await database.migrationsAhead();
    // No refusal: while instances are replaced one by one, those of the former version must be able to start again.
    if (ahead.length > 0) log('warn', 'the database was migrated by a newer version', { migrations: ahead });
    return {
      connection,
      database,
      pulse,
      description:
        embedded === undefined
          ? `PostgreSQL at ${config.databaseUrl?.describe()}`
          : `embedded PostgreSQL ${embedded.version.split(' ')[0]}, data in ${embedded.cluster}`,
      close: async () => {
        await Promise.race([
          Promise.all([database.close(), pulse.close()]),
          new Promise((resolve) => setTimeout(resolve, DISCONNECT_WITHIN_MS).unref()),
        ]);
        await embedded?.stop();
      },
    };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

/** Of the configured one it is said which: "connect ECONNREFUSED" names neither what was called nor the setting. */
async function open(connection: PgConnection, { databaseUrl }: GatewayConfig): Promise<Database> {
  try {
    return await Database.open({ connection, migrations });
  } catch (error) {
    if (databaseUrl === undefined || !(error instanceof Error)) throw error;
    throw new Error(
      `Postgres at ${databaseUrl.describe()} cannot be used: ${error.message}. Check DATABASE_URL, and whether that server runs.`,
      { cause: error },
    );
  }
}

function launch(config: GatewayConfig, log: Log): Promise<RunningPostgres> {
  return launchPostgres({
    dataDir: config.dataDir,
    log: (level, message, fields) => log(level, message, fields as Record<string, unknown>),
    ...(config.pgBinDir === undefined ? {} : { binDir: config.pgBinDir }),
  });
}
