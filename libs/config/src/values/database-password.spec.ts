import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../load-config.js';
import { databasePasswordProblem, passwordReader } from './database-password.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chargelog-config-'));
  path = join(folder, 'password');
  writeFileSync(join(folder, 'admin.key'), 'k'.repeat(32), { mode: 0o600 });
  writeFileSync(
    join(folder, 'chargelog.yaml'),
    'sources: [{ name: a, kind: webhook, tenant: acme, secrets: [{ name: a, value: a-token-of-tests }] }]\n',
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

const load = (env: NodeJS.ProcessEnv) =>
  loadConfig(
    { DATABASE_URL: 'postgres://u@db/chargelog', CHARGELOG_ADMIN_KEY_FILE: 'admin.key', ...env },
    { cwd: folder },
  );

describe('CHARGELOG_DATABASE_PASSWORD', () => {
  it('is the password itself, with any characters', () => {
    const { databasePassword } = load({ CHARGELOG_DATABASE_PASSWORD: 'p@ss/w#rd?' });
    expect(databasePassword && passwordReader(databasePassword)()).toBe('p@ss/w#rd?');
    expect(JSON.stringify(databasePassword)).not.toContain('p@ss');
  });

  it('or a file, read again at each call, without its last line break', () => {
    writeFileSync(path, 'first\n', { mode: 0o600 });
    const { databasePassword } = load({ CHARGELOG_DATABASE_PASSWORD: 'file:password' });
    const read = databasePassword ? passwordReader(databasePassword) : () => undefined;
    expect(read()).toBe('first');
    writeFileSync(path, 'second\r\n');
    expect(read()).toBe('second');
    writeFileSync(path, '');
    expect(read).toThrow(/CHARGELOG_DATABASE_PASSWORD names .*password, which is empty/);
  });

  it.each([
    ['', ', which is empty'],
    ['\n', ', which is empty'],
    ['two\nlines\n', ', which holds more than one line; a password is one line'],
    ['x'.repeat(8_193), ', which holds more than 8192 characters'],
  ])('refuses %j in a file', (text, why) => expect(databasePasswordProblem(text)).toBe(why));

  it('names a file that is missing, before anything is opened', () => {
    expect(() => load({ CHARGELOG_DATABASE_PASSWORD: 'file:gone' })).toThrow(
      /CHARGELOG_DATABASE_PASSWORD: names gone, which does not exist/,
    );
  });
});

describe('CHARGELOG_DATABASE_SCHEMA', () => {
  it('is a plain name', () => {
    expect(load({ CHARGELOG_DATABASE_SCHEMA: 'chargelog_2' }).databaseSchema).toBe('chargelog_2');
    for (const name of ['pg_log', 'Own', 'a-b', '"a"', '1a', 'x'.repeat(64)])
      expect(() => load({ CHARGELOG_DATABASE_SCHEMA: name }), name).toThrow('CHARGELOG_DATABASE_SCHEMA');
  });
});

describe('TLS in DATABASE_URL', () => {
  const url = (parameters: string): string => `postgres://u@db/chargelog?${parameters}`;

  it('refuses an sslmode that nobody knows, and files that are missing, without quoting them', () => {
    expect(() => load({ DATABASE_URL: url('sslmode=verify_full') })).toThrow(
      /sslmode that is none of disable,/,
    );
    expect(() => load({ DATABASE_URL: url('sslrootcert=/nowhere/hunter2.pem') })).toThrow(
      /^(?![^]*hunter2)[^]*has sslrootcert, whose file does not exist/,
    );
  });

  it.each([
    ['sslmode=require', 'sslmode=verify-full'],
    ['a=b&sslmode=verify-ca&c=d', 'a=b&sslmode=verify-full&c=d'],
    ['sslmode=no-verify', 'sslmode=no-verify'],
    ['sslmode=require&uselibpqcompat=true', 'sslmode=require&uselibpqcompat=true'],
    ['sslmode=verify-full&sslrootcert=system', 'sslmode=verify-full&sslmode=verify-full'],
  ])('gives the driver %s as %s', (given, taken) => {
    expect(load({ DATABASE_URL: url(given) }).databaseUrl?.forDriver()).toBe(url(taken));
  });
});
