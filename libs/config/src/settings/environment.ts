// To add a variable: one `setting(…)` in ENVIRONMENT. Its check, default, row of docs/configuration.md, line of the summary
// and place in GatewayConfig follow from it. A new type is made with `textType` (declare/types.ts). Then write the page:
// npx vitest run --config test/vitest.config.ts --project unit libs/config --update

import { setting, type Values } from '../declare/setting.js';
import { isText, oneOf, textType, wordRule } from '../declare/types.js';
import { digits, folder, path, privateFile, writtenPath } from '../declare/variable-types.js';
import { databasePasswordProblem, type DatabasePassword } from '../values/database-password.js';
import { DatabaseUrl, databaseUrlProblem } from '../values/database-url.js';
import { isHost } from '../values/network-address.js';
import { secretKeysProblem } from '../values/secret-keys.js';
import { Secret } from '../values/secret.js';

/** Parts of the gateway that an instance can run; together they are the whole. */
export const ROLES = ['webhook', 'kafka', 'api', 'replay', 'maintenance'] as const;
export type Role = (typeof ROLES)[number];

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const MIN_ADMIN_KEY_LENGTH = 32;

const host = textType('host name or IP address', (text) =>
  isHost(text) ? undefined : 'must be a host name or an IP address, without port and brackets',
);

const databaseUrl = textType('`postgres://` or `postgresql://` URL', databaseUrlProblem, {
  into: (text) => new DatabaseUrl(text),
});

const passwordFile = privateFile<DatabasePassword>(databasePasswordProblem, (path) => ({
  from: 'file',
  path,
}));

const databasePassword = textType<DatabasePassword>('text, or `file:` and a path', () => undefined, {
  into: (text, at) =>
    text.startsWith('file:')
      ? passwordFile.read(text.slice('file:'.length), at)
      : { from: 'environment', value: new Secret(text) },
});

/** What Postgres keeps of a name is 63 bytes; schemas of the system begin with `pg_`. */
const schemaName = textType('name of a schema', (text) =>
  /^(?!pg_)[a-z_][a-z0-9_]{0,62}$/.test(text)
    ? undefined
    : 'must be at most 63 of a-z, 0-9 and _, begin with a letter and not with pg_',
);

const roles = textType(`list with commas of ${ROLES.map((role) => `\`${role}\``).join(', ')}`, rolesProblem, {
  into: (text) => ROLES.filter((role) => splitRoles(text).includes(role)),
});

const adminKeyFile = privateFile(adminKeyProblem, (_, text) => new Secret(text.trim()));

/** The file is read again at each rotation, so its path is kept rather than its content. */
const secretsKeyFile = privateFile(
  (text) => secretKeysProblem(text)?.replace(/^/, ': '),
  (path) => ({ from: 'file', path }) as const,
);

const secretsKeys = textType('key, or several separated by commas', secretKeysProblem, {
  into: (text) => ({ from: 'environment', keys: new Secret(text) }) as const,
});

export type Environment = Values<typeof ENVIRONMENT>;

/** Every variable the gateway reads, in the order of the reference page and of the reported problems. */
export const ENVIRONMENT = {
  PORT: setting(digits('port', 0, 65_535), 'TCP port of the HTTP server. `0` takes any free port.', {
    as: 'port',
    default: '8080',
  }),
  INTAKE_PORT: setting(
    digits('port', 0, 65_535),
    'TCP port of a second listener, on the same `HOST`, that serves `/webhooks/*` and `/health/*` and nothing else: the one to publish. `PORT` goes on serving everything, webhooks included, so that no callback URL breaks. Needs the role `webhook`.',
    { as: 'intakePort', optional: true, unset: 'no second listener' },
  ),
  HOST: setting(
    host,
    'Address the HTTP server listens on. Anything but a loopback address needs configured sources and an admin key.',
    { as: 'host', default: '127.0.0.1' },
  ),
  DATABASE_URL: setting(
    databaseUrl,
    'Database of the event log, over TCP (`postgres://user:password@host:5432/name`) or a Unix socket (`postgres:///name?host=/var/run/postgresql`). When it is set, nothing is generated.',
    { as: 'databaseUrl', optional: true, unset: 'embedded Postgres' },
  ),
  CHARGELOG_DATABASE_PASSWORD: setting(
    databasePassword,
    'Password for `DATABASE_URL`, unescaped, or `file:` with the path of a file that holds it. The file is read again for each connection, so a password may change without a restart. Without it: the password in `DATABASE_URL`, then `PGPASSWORD`, then the password file of libpq (`PGPASSFILE`, `~/.pgpass`), which is read again as well.',
    { as: 'databasePassword', optional: true, unset: 'see there', summary: false },
  ),
  CHARGELOG_DATABASE_SCHEMA: setting(
    schemaName,
    'Schema of the database that holds the log and nothing else. It is made if need be. Two gateways with a log each may share a database with a schema each.',
    {
      as: 'databaseSchema',
      optional: true,
      unset: '`public`',
      summary: (name) => `database schema: ${name}`,
    },
  ),
  LOG_LEVEL: setting(oneOf(LOG_LEVELS), 'Least severe level that is logged.', {
    as: 'logLevel',
    default: 'info',
    summary: (level) => `log level: ${level}`,
  }),
  CHARGELOG_CONFIG: setting(writtenPath, 'The YAML file. When the variable is set, the file must exist.', {
    as: 'configName',
    optional: true,
    unset: '`chargelog.yaml`, if present',
  }),
  CHARGELOG_DATA_DIR: setting(path, 'Folder of the embedded Postgres and of generated credentials.', {
    as: 'dataDir',
    default: '.chargelog',
  }),
  CHARGELOG_ROLES: setting(roles, 'Parts of the gateway that this instance runs.', {
    as: 'roles',
    default: ROLES.join(','),
    unset: 'all',
    summary: (roles) => `roles: ${roles.join(', ')}`,
  }),
  CHARGELOG_ADMIN_KEY_FILE: setting(
    adminKeyFile,
    'File that holds the admin key: at least 32 printable characters. It must not be readable by all users (mode 0600 or 0640). Required for the role `api` with `DATABASE_URL`.',
    { as: 'adminKey', optional: true, unset: 'generated, or none with `DATABASE_URL`' },
  ),
  CHARGELOG_SECRETS_KEY_FILE: setting(
    secretsKeyFile,
    'File with the key that seals what the database must not hold in the clear: secrets of webhook sources and kept rejections. 32 bytes in hex or base64 (`openssl rand -base64 32`), the same on every instance; a second line holds the former key during a rotation. It must not be readable by all users. Without a key, secrets are used from the configuration alone and rejections are only counted.',
    {
      as: 'secretsKeys',
      optional: true,
      unset: '`secrets.key` in the data directory, or none with `DATABASE_URL`',
    },
  ),
  CHARGELOG_SECRETS_KEY: setting(
    secretsKeys,
    'The same in the environment, where no file can be given. Only one of the two may be set.',
    { as: 'secretsKeys', optional: true, unset: 'see `CHARGELOG_SECRETS_KEY_FILE`' },
  ),
  CHARGELOG_MAX_BODY_BYTES: setting(
    digits('bytes', 1_024, 67_108_864),
    'Largest webhook body that is accepted; a larger one is answered with 413.',
    { as: 'maxBodyBytes', default: '1048576', summary: (bytes) => `largest body: ${bytes} bytes` },
  ),
  CHARGELOG_EMBEDDED_POSTGRES: setting(
    oneOf(['on', 'off']),
    'With `off` no Postgres is started and nothing is generated: a missing `DATABASE_URL` ends the start. The container image sets it, because it holds no Postgres.',
    { as: 'embeddedPostgres', default: 'on' },
  ),
  PG_BIN_DIR: setting(
    folder,
    'Folder with the Postgres programs (`initdb`, `postgres`) for the embedded Postgres.',
    {
      as: 'pgBinDir',
      optional: true,
      unset: 'searched for',
      summary: (folder) => `Postgres programs: ${folder}`,
    },
  ),
};

function rolesProblem(text: string): string | undefined {
  const entries = splitRoles(text);
  const wrong = entries.flatMap((entry, index) => {
    const why = entries.indexOf(entry) < index ? 'repeats a role' : (isText(entry) ?? wordRule(ROLES)(entry));
    return why === undefined ? [] : [`entry ${index + 1} ${why}`];
  });
  return wrong.length === 0 ? undefined : wrong.join('; ');
}

function splitRoles(text: string): string[] {
  return text.split(',').map((entry) => entry.trim());
}

function adminKeyProblem(text: string): string | undefined {
  const key = text.trim();
  if (key.length < MIN_ADMIN_KEY_LENGTH)
    return `, whose key is shorter than ${MIN_ADMIN_KEY_LENGTH} characters; make one with: openssl rand -hex 32`;
  return /^[\x21-\x7e]+$/.test(key)
    ? undefined
    : ', whose key holds white space or characters beyond ASCII and cannot be sent as a bearer token';
}
