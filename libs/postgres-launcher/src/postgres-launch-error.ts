/**
 * Every way in which the embedded database can fail to start or stop.
 *
 * - `platform-not-supported`: no unix sockets for Postgres here (Windows).
 * - `invalid-setting`: `settings` names something that the launcher decides itself, or is misspelt.
 * - `no-binaries`: no Postgres >= 15 found anywhere.
 * - `binaries-unusable`: the folder named by `binDir` or `PG_BIN_DIR` does not hold a Postgres that runs.
 * - `wrong-major-version`: the data belongs to another major version than every Postgres found.
 * - `no-account`: the process is root and Postgres can be run neither in a user namespace nor as another user.
 * - `data-directory-unusable`: it cannot be created, read or written.
 * - `data-directory-in-use`: another gateway works on it.
 * - `cluster-missing`: the data was placed outside the data directory and is gone from there.
 * - `initdb-failed`, `server-not-started`, `server-not-stopped`: the text carries the end of the output.
 * - `password-rejected`: the kept password does not open the database.
 */
export type PostgresLaunchErrorCode =
  | 'platform-not-supported'
  | 'invalid-setting'
  | 'no-binaries'
  | 'binaries-unusable'
  | 'wrong-major-version'
  | 'no-account'
  | 'data-directory-unusable'
  | 'data-directory-in-use'
  | 'cluster-missing'
  | 'initdb-failed'
  | 'server-not-started'
  | 'server-not-stopped'
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
