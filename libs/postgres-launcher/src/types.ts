export type LaunchLog = (level: 'info' | 'warn' | 'error', message: string, fields?: object) => void;

export interface LaunchOptions {
  /** Created with mode 0700 when missing. The database lives in its folder `postgres`. */
  readonly dataDir: string;
  /** Never receives the password. */
  readonly log: LaunchLog;
  /** Server settings that replace or complete the defaults, as in postgresql.conf; values without quotes. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Folder that holds `postgres` and `initdb`. Default: `PG_BIN_DIR` of the environment, else a search. */
  readonly binDir?: string;
}

export interface PostgresConnection {
  /** The folder of the unix socket; `pg` and libpq take it in place of a host name. */
  readonly host: string;
  /** Names the socket file only. The server listens on no TCP port. */
  readonly port: number;
  readonly user: 'chargelog';
  readonly password: string;
  readonly database: 'chargelog';
}

export interface RunningPostgres {
  readonly connection: PostgresConnection;
  /** As the server reports it, `15.14 (Debian …)`. */
  readonly version: string;
  readonly binDir: string;
  /** Folder of the cluster; elsewhere than the data directory where the user Postgres runs as cannot reach that. */
  readonly cluster: string;
  /** True when the server was already running: it outlived a gateway that was killed. */
  readonly adopted: boolean;
  /** Process id of the postmaster; another one after the server ended by itself and was started again. */
  readonly pid: number;
  /**
   * Stops the server: fast shutdown, after 10 s an immediate one (nothing committed is lost, the next start recovers).
   * Further calls return the same promise.
   *
   * @throws PostgresLaunchError `server-not-stopped`
   */
  stop(): Promise<void>;
}

/** Choices that only the tests make. */
export interface LaunchInternals {
  /** Behave as if user namespaces were refused, as they are under Docker's default seccomp profile. */
  readonly forceOsUser?: boolean;
  /** Stands in for `/var/lib/chargelog`. */
  readonly relocationRoot?: string;
  /** How long a fast shutdown may take, in ms. */
  readonly fastShutdownMs?: number;
  /** Stands in for the usual places of Postgres binaries. */
  readonly searchPlaces?: readonly SearchPlace[];
}

export interface SearchPlace {
  readonly binDir: string;
  readonly origin: 'system' | 'embedded';
}
