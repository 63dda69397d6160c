import pg from 'pg';
import { AnotherLogError } from './known-log.js';
import { NoPasswordError } from './pass-file.js';
import { TlsFileError } from './session-client.js';
import { TransactionPoolingError } from './session-pooling.js';

/** What is wrong with the database, and what to do about it; whole sentences without the full stop. */
export interface DatabaseTrouble {
  readonly problem: string;
  readonly cure: string;
}

interface Coded {
  readonly code?: unknown;
  readonly message?: unknown;
  /** What the system was asked for. */
  readonly syscall?: unknown;
}

/** Postgres' own words may be longer; the log has them whole. */
const MAX_QUOTED = 200;

/** Code of the error of `passwordReader` (libs/config). */
export const UNREADABLE_PASSWORD = 'UNREADABLE_PASSWORD';

const GRANTS = 'see "Roles of the database" in docs/postgres.md';
const RESTART = 'restart the gateway; it makes what is missing, in an empty log';

/**
 * In words of ours: the driver's and the system's say neither what was called nor which setting is meant. Undefined for an
 * error that has nothing to do with the database.
 */
export function explainDatabase(thrown: unknown): DatabaseTrouble | undefined {
  const error = rootOf(thrown);
  if (error instanceof TransactionPoolingError)
    return {
      problem: error.message,
      cure: 'set pool_mode = session for this database in the pooler, or connect past it; see "PgBouncer" in docs/postgres.md',
    };
  if (error instanceof NoPasswordError)
    return { problem: error.message, cure: 'set CHARGELOG_DATABASE_PASSWORD, or PGPASSFILE' };
  if (error instanceof TlsFileError)
    return { problem: error.message, cure: `correct ${error.parameter}, or the rights of the file` };
  if (error instanceof AnotherLogError)
    return { problem: 'the event log was dropped or replaced while the gateway ran', cure: RESTART };
  if (!(error instanceof Error)) return undefined;
  const { code, message, syscall } = error as Coded;
  const text = typeof message === 'string' ? message : '';
  if (error instanceof pg.DatabaseError) return ofServer(error);
  if (code === UNREADABLE_PASSWORD)
    return { problem: text, cure: 'correct the file, or its rights; it is read again for each connection' };
  if (typeof code === 'string') {
    const tls = ofCertificate(code, error);
    if (tls !== undefined) return tls;
    const network = NETWORK[code];
    // A file that is missing has nothing to do with the database.
    if (network !== undefined && (syscall === 'connect' || !/^(ENOENT|EACCES)$/.test(code))) return network;
  }
  return DRIVER.find(({ says }) => says.test(text))?.trouble;
}

/** The error that began it: stores and TypeORM put others around it. */
function rootOf(thrown: unknown): unknown {
  let error = thrown;
  for (let depth = 0; depth < 5; depth += 1) {
    if (!(error instanceof Error) || isTelling(error)) return error;
    const { driverError } = error as { readonly driverError?: unknown }; // of TypeORM's QueryFailedError
    if (driverError instanceof Error && driverError !== error) error = driverError;
    else if (error instanceof AggregateError && error.errors.length > 0) error = error.errors[0];
    else if (error.cause instanceof Error) error = error.cause;
    else return error;
  }
  return error;
}

/** Its cause would say less. */
function isTelling(error: Error): boolean {
  const own = [pg.DatabaseError, AnotherLogError, NoPasswordError, TlsFileError, TransactionPoolingError];
  return own.some((kind) => error instanceof kind) || error.message.endsWith('due to connection timeout');
}

function ofServer(error: pg.DatabaseError): DatabaseTrouble {
  const state = error.code ?? '';
  const quoted = `Postgres says "${error.message.slice(0, MAX_QUOTED)}" (${state})`;
  const known = SERVER.find(({ states }) => states.test(state));
  if (state === '08P01' && /startup parameter/.test(error.message))
    return {
      problem: `a pooler refuses what the connection asks for: ${quoted}`,
      cure: 'take "options" and other parameters of the server out of DATABASE_URL and PGOPTIONS; the gateway needs none',
    };
  if (known === undefined) return { problem: quoted, cure: 'see the log of Postgres' };
  return { problem: `${known.problem}: ${quoted}`, cure: known.cure };
}

/** By SQLSTATE, the first that fits. */
const SERVER: readonly { readonly states: RegExp; readonly problem: string; readonly cure: string }[] = [
  {
    states: /^28P01$/,
    problem: 'the password is wrong',
    cure: 'check CHARGELOG_DATABASE_PASSWORD, the password in DATABASE_URL, PGPASSWORD or PGPASSFILE, whichever is used',
  },
  {
    states: /^28/,
    problem: 'the server does not let this user in',
    cure: 'check the user in DATABASE_URL, and pg_hba.conf of the server',
  },
  {
    states: /^3D000$/,
    problem: 'the database does not exist',
    cure: 'create it (createdb), or correct DATABASE_URL',
  },
  {
    states: /^53100$/,
    problem: 'the disk of Postgres is full',
    cure: 'free space there, or give it a larger disk',
  },
  {
    states: /^53[23]00$/,
    problem: 'Postgres has no connection or memory left',
    cure: 'raise max_connections, or lower the number of instances or of other programs',
  },
  { states: /^57P03$/, problem: 'Postgres is starting or stopping', cure: 'wait until it is up' },
  {
    states: /^(08|57P0)/,
    problem: 'Postgres or a pooler before it ended the connection',
    cure: 'see its log',
  },
  {
    states: /^25006$/,
    problem: 'the database takes no writes',
    cure: 'connect to the primary, not to a standby, and end whatever makes the server read-only',
  },
  {
    states: /^42501$/,
    problem: 'the user of DATABASE_URL lacks a right',
    cure: `let it own the tables of the log, and grant it create and usage on their schema; ${GRANTS}`,
  },
  {
    states: /^(42P07|42710|42723|42P06)$/,
    problem: 'the schema already has something of this name that Chargelog did not make',
    cure: 'give the log a schema of its own: CHARGELOG_DATABASE_SCHEMA=chargelog',
  },
  {
    states: /^(42P01|42883|42703|3F000)$/,
    problem: 'tables or functions of the log are missing',
    cure: 'restore them from the backup; a new log needs an empty schema (CHARGELOG_DATABASE_SCHEMA) or database, and a restart',
  },
  {
    states: /^(55P03|57014|40P01)$/,
    problem: 'somebody holds a lock on the tables of the log for long',
    cure: 'find the session in pg_locks and pg_stat_activity, and let it end',
  },
  {
    states: /^(22|54)/,
    problem: 'the server does not take a value',
    cure: 'check the parameters of DATABASE_URL',
  },
];

const UNREACHED = 'check host and port in DATABASE_URL, whether that server runs, and what lies between';

/** Codes of sockets and name resolution. */
const NETWORK: Readonly<Record<string, DatabaseTrouble>> = {
  ECONNREFUSED: { problem: 'nothing listens there (ECONNREFUSED)', cure: UNREACHED },
  ENOENT: { problem: 'there is no socket of a server (ENOENT)', cure: UNREACHED },
  EACCES: {
    problem: 'the socket of the server may not be opened (EACCES)',
    cure: 'let the user of the gateway into its folder',
  },
  ENOTFOUND: {
    problem: 'the name of the host is not known (ENOTFOUND)',
    cure: 'correct the host in DATABASE_URL',
  },
  EAI_AGAIN: {
    problem: 'the name of the host cannot be looked up (EAI_AGAIN)',
    cure: 'check the name server',
  },
  ETIMEDOUT: { problem: 'there is no answer (ETIMEDOUT)', cure: UNREACHED },
  EHOSTUNREACH: { problem: 'there is no way to the host (EHOSTUNREACH)', cure: UNREACHED },
  ENETUNREACH: { problem: 'there is no way to its network (ENETUNREACH)', cure: UNREACHED },
  ECONNRESET: { problem: 'the connection was cut (ECONNRESET)', cure: UNREACHED },
  EPIPE: { problem: 'the connection was cut (EPIPE)', cure: UNREACHED },
};

/** The driver gives these no code. */
const DRIVER: readonly { readonly says: RegExp; readonly trouble: DatabaseTrouble }[] = [
  {
    says: /^The server does not support SSL connections/,
    trouble: {
      problem: 'the server offers no TLS, and sslmode asks for it',
      cure: 'switch TLS on in the server, or write sslmode=disable in DATABASE_URL where the network is trusted',
    },
  },
  {
    says: /^There was an error establishing an SSL connection/,
    trouble: {
      problem: 'what answers there does not speak the protocol of Postgres',
      cure: 'check host and port in DATABASE_URL',
    },
  },
  {
    says: /^SASL/,
    trouble: {
      problem: 'the log-in with the password failed',
      cure: 'check the password (CHARGELOG_DATABASE_PASSWORD, DATABASE_URL, PGPASSWORD or PGPASSFILE)',
    },
  },
  {
    says: /^(timeout expired|Connection terminated due to connection timeout|Query read timeout|the database did not answer in time)/,
    trouble: {
      problem: 'there is no answer in time',
      cure: 'check host and port in DATABASE_URL, and whether that server hangs or a pooler has no session left',
    },
  },
  {
    says: /^(Connection terminated|Client (has encountered a connection error|was closed) and is not queryable)/,
    trouble: { problem: 'the connection was cut', cure: UNREACHED },
  },
  {
    says: /^timeout exceeded when trying to connect/,
    trouble: { problem: 'all connections of the gateway are busy', cure: 'look for slow queries' },
  },
];

const NO_VERIFY =
  'sslmode=no-verify encrypts without checking, for networks where nobody can stand in between';

/** Codes of OpenSSL and Node: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
function ofCertificate(code: string, error: unknown): DatabaseTrouble | undefined {
  if (!isTlsCode(code)) return undefined;
  if (code === 'CERT_HAS_EXPIRED')
    return {
      problem: 'the certificate of the server has expired, or one that signed it',
      cure: 'renew it, and reload the server; sslmode in DATABASE_URL says what is checked',
    };
  if (code === 'CERT_NOT_YET_VALID')
    return {
      problem: 'the certificate of the server is not valid yet',
      cure: 'check the clocks of this machine and of the one that made it',
    };
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH') {
    const { host } = error as { readonly host?: unknown };
    const named = typeof host === 'string' && host.length <= MAX_QUOTED ? ` ${host}` : ' the host';
    return {
      problem: `the certificate of the server is made for another name than${named}`,
      cure: `write a name of the certificate as host in DATABASE_URL, or add the host to the certificate; ${NO_VERIFY}`,
    };
  }
  if (/^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|INVALID_|PATH_|CRL_)/.test(code))
    return {
      problem: `the certificate of the server is not trusted (${code})`,
      cure: `name the file of the authority that signed it: sslrootcert=/path/ca.pem in DATABASE_URL; ${NO_VERIFY}`,
    };
  return {
    problem: `the server and the gateway could not agree on TLS (${code})`,
    cure: 'check sslmode, sslcert and sslkey in DATABASE_URL, and the TLS settings of the server',
  };
}

/** Of a TLS handshake that failed: certificates that are not trusted, expired or for another host, versions, keys. */
export function isTlsCode(code: string): boolean {
  return /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH_|CRL_|ERROR_IN_C|ERR_TLS_|ERR_SSL_|ERR_OSSL_|EPROTO$)/.test(
    code,
  );
}
