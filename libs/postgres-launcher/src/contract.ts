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
  /** Folder of the cluster; outside the data directory when the user that Postgres runs as cannot reach that. */
  readonly cluster: string;
  /** True when the server was already running: it outlived a gateway that was killed. */
  readonly adopted: boolean;
  /** Process id of the postmaster. It changes when the server ended by itself and was started again. */
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
  /** How long to wait for the lock of a gateway that may have been killed a moment ago, in ms. */
  readonly lockPatienceMs?: number;
  /** How long a server that cannot be seen may answer before it counts as one of another container, in ms. */
  readonly unseenPatienceMs?: number;
  /** Stands in for the usual places of Postgres binaries. */
  readonly searchPlaces?: readonly SearchPlace[];
}

export interface SearchPlace {
  readonly binDir: string;
  readonly origin: 'system' | 'embedded';
}

/** Every way in which the embedded database can fail to start or stop. */
export type PostgresLaunchErrorCode =
  /** No unix sockets for Postgres here (Windows). */
  | 'platform-not-supported'
  /** `settings` names something that the launcher decides itself, or is misspelt. */
  | 'invalid-setting'
  /** No Postgres >= 15 found anywhere. */
  | 'no-binaries'
  /** The folder named by `binDir` or `PG_BIN_DIR` does not hold a Postgres that runs. */
  | 'binaries-unusable'
  /** The data belongs to another major version than every Postgres found. */
  | 'wrong-major-version'
  /** The process is root and Postgres can be run neither in a user namespace nor as another user. */
  | 'no-account'
  /** It cannot be created, read or written. */
  | 'data-directory-unusable'
  /** Another gateway works on it. */
  | 'data-directory-in-use'
  /** The data was placed outside the data directory and is gone from there. */
  | 'cluster-missing'
  /** These three: the text carries the end of the output. */
  | 'initdb-failed'
  | 'server-not-started'
  | 'server-not-stopped'
  /** The kept password does not open the database. */
  | 'password-rejected';

export class PostgresLaunchError extends Error {
  override readonly name = 'PostgresLaunchError';

  constructor(
    readonly code: PostgresLaunchErrorCode,
    message: string,
    options: { cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
  }
}

/** The text of a failed system call or query; Node's own messages name the call and the path. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `ENOENT`, `EACCES`, … of Node, or the SQLSTATE of a Postgres error. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
