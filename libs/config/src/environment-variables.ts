/** One line of the reference table of environment variables. */
export interface EnvironmentVariable {
  readonly name: string;
  readonly type: string;
  /** As shown to a person. */
  readonly default: string;
  /** Markdown, one paragraph. */
  readonly description: string;
}

/** Every variable the gateway reads, in the order of the reference page. */
export const ENVIRONMENT_VARIABLES: readonly EnvironmentVariable[] = [
  {
    name: 'PORT',
    type: 'port, 0 to 65535',
    default: '`8080`',
    description: 'TCP port of the HTTP server. `0` takes any free port.',
  },
  {
    name: 'INTAKE_PORT',
    type: 'port, 0 to 65535',
    default: 'no second listener',
    description:
      'TCP port of a second listener, on the same `HOST`, that serves `/webhooks/*` and `/health/*` and nothing else: the one to publish. `PORT` goes on serving everything, webhooks included, so that no callback URL breaks. Needs the role `webhook`.',
  },
  {
    name: 'HOST',
    type: 'host name or IP address',
    default: '`127.0.0.1`',
    description:
      'Address the HTTP server listens on. Anything but a loopback address needs configured sources and an admin key.',
  },
  {
    name: 'DATABASE_URL',
    type: '`postgres://` or `postgresql://` URL',
    default: 'embedded Postgres',
    description:
      'Database of the event log, over TCP (`postgres://user:password@host:5432/name`) or a Unix socket (`postgres:///name?host=/var/run/postgresql`). When it is set, nothing is generated.',
  },
  {
    name: 'LOG_LEVEL',
    type: '`fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`',
    default: '`info`',
    description: 'Least severe level that is logged.',
  },
  {
    name: 'CHARGELOG_CONFIG',
    type: 'path',
    default: '`chargelog.yaml`, if present',
    description: 'The YAML file. When the variable is set, the file must exist.',
  },
  {
    name: 'CHARGELOG_DATA_DIR',
    type: 'path',
    default: '`.chargelog`',
    description: 'Folder of the embedded Postgres and of generated credentials.',
  },
  {
    name: 'CHARGELOG_ROLES',
    type: 'list with commas of `webhook`, `kafka`, `api`, `replay`, `maintenance`',
    default: 'all',
    description: 'Parts of the gateway that this instance runs.',
  },
  {
    name: 'CHARGELOG_ADMIN_KEY_FILE',
    type: 'path',
    default: 'generated, or none with `DATABASE_URL`',
    description:
      'File that holds the admin key: at least 32 printable characters. It must not be readable by all users (mode 0600 or 0640). Required for the role `api` with `DATABASE_URL`.',
  },
  {
    name: 'CHARGELOG_SECRETS_KEY_FILE',
    type: 'path',
    default: '`secrets.key` in the data directory, or none with `DATABASE_URL`',
    description:
      'File with the key that seals what the database must not hold in the clear: secrets of webhook sources and kept rejections. 32 bytes in hex or base64 (`openssl rand -base64 32`), the same on every instance; a second line holds the former key during a rotation. It must not be readable by all users. Without a key, secrets are used from the configuration alone and rejections are only counted.',
  },
  {
    name: 'CHARGELOG_SECRETS_KEY',
    type: 'key, or several separated by commas',
    default: 'see `CHARGELOG_SECRETS_KEY_FILE`',
    description: 'The same in the environment, where no file can be given. Only one of the two may be set.',
  },
  {
    name: 'CHARGELOG_MAX_BODY_BYTES',
    type: 'bytes, 1024 to 67108864',
    default: '`1048576`',
    description: 'Largest webhook body that is accepted; a larger one is answered with 413.',
  },
  {
    name: 'CHARGELOG_EMBEDDED_POSTGRES',
    type: '`on` or `off`',
    default: '`on`',
    description:
      'With `off` no Postgres is started and nothing is generated: a missing `DATABASE_URL` ends the start. The container image sets it, because it holds no Postgres.',
  },
  {
    name: 'PG_BIN_DIR',
    type: 'path of a folder',
    default: 'searched for',
    description: 'Folder with the Postgres programs (`initdb`, `postgres`) for the embedded Postgres.',
  },
];
