import pg from 'pg';
import { QueryFailedError } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { explainDatabase } from './explain-database.js';
import { NoPasswordError } from './pass-file.js';
import { TlsFileError } from './session-client.js';
import { TransactionPoolingError } from './session-pooling.js';

const coded = (code: string, more: object = {}): Error =>
  Object.assign(new Error('as the system says it'), { code, ...more });

function ofServer(code: string, message = 'as Postgres says it'): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError(message, message.length, 'error'), { code });
}

describe('what is said of a failing database', () => {
  it.each([
    [coded('ECONNREFUSED', { syscall: 'connect' }), /nothing listens/, /DATABASE_URL/],
    [new AggregateError([coded('ECONNREFUSED', { syscall: 'connect' })]), /nothing listens/, /DATABASE_URL/],
    [coded('ENOENT', { syscall: 'connect' }), /no socket/, /DATABASE_URL/],
    [coded('ENOTFOUND', { syscall: 'getaddrinfo' }), /name of the host/, /DATABASE_URL/],
    [new Error('timeout expired'), /no answer in time/, /pooler has no session left/],
    [
      new Error('Connection terminated due to connection timeout', {
        cause: new Error('Connection terminated unexpectedly'),
      }),
      /no answer in time/,
      /hangs/,
    ],
    [ofServer('28P01'), /password is wrong/, /CHARGELOG_DATABASE_PASSWORD.*PGPASSFILE/],
    [ofServer('28000'), /does not let this user in/, /pg_hba\.conf/],
    [ofServer('3D000'), /database does not exist/, /createdb/],
    [ofServer('53300'), /no connection or memory left/, /max_connections/],
    [ofServer('53100'), /disk of Postgres is full/, /free space/],
    [ofServer('25006'), /takes no writes/, /primary/],
    [
      ofServer('42501', 'permission denied for table event'),
      /permission denied for table event/,
      /Roles of the database/,
    ],
    [ofServer('42P07', 'relation "event" already exists'), /"event"/, /CHARGELOG_DATABASE_SCHEMA/],
    [ofServer('42883', 'function feed() does not exist'), /functions of the log are missing/, /backup/],
    [
      ofServer('08P01', 'unsupported startup parameter: options'),
      /pooler refuses/,
      /DATABASE_URL and PGOPTIONS/,
    ],
    [ofServer('XX000'), /Postgres says "as Postgres says it" \(XX000\)/, /log of Postgres/],
    [new QueryFailedError('select 1', [], ofServer('53100')), /disk/, /space/],
    [new Error('migrations/x.sql: …', { cause: ofServer('42P07') }), /did not make/, /SCHEMA/],
    [coded('SELF_SIGNED_CERT_IN_CHAIN'), /not trusted/, /sslrootcert=/],
    [coded('CERT_HAS_EXPIRED'), /expired/, /renew/],
    [
      coded('ERR_TLS_CERT_ALTNAME_INVALID', { host: 'db.example' }),
      /than db\.example/,
      /host in DATABASE_URL/,
    ],
    [coded('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'), /agree on TLS/, /sslmode/],
    [new Error('The server does not support SSL connections'), /no TLS/, /sslmode=disable/],
    [
      new NoPasswordError('PGPASSFILE names x', { cause: coded('ENOENT') }),
      /PGPASSFILE names x/,
      /PGPASSFILE/,
    ],
    [new TlsFileError('sslrootcert', coded('ENOENT')), /parameter sslrootcert/, /correct sslrootcert/],
    [new TransactionPoolingError(), /another session/, /pool_mode = session/],
  ])('%s', (error, problem, cure) => {
    const told = explainDatabase(error);
    expect(told?.problem).toMatch(problem);
    expect(told?.cure).toMatch(cure);
    expect(`${told?.problem} ${told?.cure}`).not.toContain('as the system says it');
  });

  it('is nothing where the error is of something else', () => {
    for (const error of [
      new TypeError('x'),
      coded('ENOENT', { syscall: 'open' }),
      coded('EADDRINUSE'),
      undefined,
      'text',
    ])
      expect(explainDatabase(error)).toBeUndefined();
  });

  it('quotes Postgres only so far', () => {
    expect(explainDatabase(ofServer('XX000', 'x'.repeat(10_000)))?.problem.length).toBeLessThan(300);
  });
});
