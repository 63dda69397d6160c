import { describe, expect, it } from 'vitest';
import { failure, problems, type Situation } from '@test/config-folder.js';

const webhook = (rest: string): string =>
  `sources: [{ name: w, kind: webhook, tenant: t, secrets: [{ name: a, value: x }]${rest} }]`;

describe('settings that do not go together', () => {
  const database = { DATABASE_URL: 'postgres://db/chargelog' };
  const files = { key: 'k'.repeat(32) };
  const NO_KEY =
    'CHARGELOG_ADMIN_KEY_FILE: is required by the role api when DATABASE_URL is set, because nothing is generated then; set it to a file with a key of at least 32 characters';
  const NO_SOURCE =
    'chargelog.yaml: sources: is empty, and nothing is generated when DATABASE_URL is set; add a source';
  const NO_DATABASE =
    'DATABASE_URL: is required, because CHARGELOG_EMBEDDED_POSTGRES is off, as in the container image; set it to a Postgres of your own: postgres://user:password@host:5432/name';
  const loopbackOnly = (what: string, cure: string): string =>
    `HOST: is not a loopback address, and with a generated ${what} the gateway refuses to listen beyond loopback; ${cure}, or use HOST=127.0.0.1`;

  it.each<[string, Situation, string[]]>([
    ['a database and nothing else', { env: database }, [NO_KEY, NO_SOURCE]],
    ['a database without an admin key', { env: database, yaml: webhook('') }, [NO_KEY]],
    [
      'a database without sources',
      { env: { ...database, CHARGELOG_ADMIN_KEY_FILE: 'key' }, files },
      [NO_SOURCE],
    ],
    [
      'no embedded Postgres, every interface and nothing else',
      { env: { CHARGELOG_EMBEDDED_POSTGRES: 'off', HOST: '0.0.0.0' } },
      [NO_DATABASE, NO_KEY, NO_SOURCE],
    ],
    [
      'no embedded Postgres and no database',
      {
        env: { CHARGELOG_EMBEDDED_POSTGRES: 'off', CHARGELOG_ADMIN_KEY_FILE: 'key' },
        files,
        yaml: webhook(''),
      },
      [NO_DATABASE],
    ],
    [
      'every interface and nothing else',
      { env: { HOST: '0.0.0.0' } },
      [
        loopbackOnly(
          'webhook secret and admin key',
          'configure sources in chargelog.yaml and set CHARGELOG_ADMIN_KEY_FILE',
        ),
      ],
    ],
    [
      'every interface and sources',
      { env: { HOST: '::' }, yaml: webhook('') },
      [loopbackOnly('admin key', 'set CHARGELOG_ADMIN_KEY_FILE')],
    ],
    [
      'every interface and an admin key',
      { env: { HOST: 'gateway.example', CHARGELOG_ADMIN_KEY_FILE: 'key' }, files },
      [loopbackOnly('webhook secret', 'configure sources in chargelog.yaml')],
    ],
  ])('(%s) are named', (_, situation, expected) => {
    expect(problems(situation)).toEqual(expected);
  });

  it('are judged by what was given, also when it is wrong', () => {
    expect(
      problems({
        env: { DATABASE_URL: 'mysql://db', CHARGELOG_ADMIN_KEY_FILE: 'no' },
        yaml: 'sources: [{ kind: webhook }]',
      }),
    ).toEqual([
      'DATABASE_URL: must start with postgres:// or postgresql://',
      'CHARGELOG_ADMIN_KEY_FILE: names no, which does not exist',
      'chargelog.yaml:1: sources[0].name: is required',
      'chargelog.yaml:1: sources[0].tenant: is required',
      'chargelog.yaml:1: sources[0].secrets: is required',
    ]);
  });

  it('are not guessed at when the file cannot be read', () => {
    expect(
      problems({ env: { ...database, CHARGELOG_ADMIN_KEY_FILE: 'key' }, files, yaml: 'sources: [' }),
    ).toHaveLength(1);
  });
});

describe('several problems', () => {
  const error = (): ReturnType<typeof failure> =>
    failure({
      env: { PORT: 'x', HOST: '[::1]', CHARGELOG_ROLE: 'api', INTAKE_PORT: 'x', PG_BIN_DIR: 'no' },
      yaml: `sources:
  - { name: W, kind: webhook, tenant: t, secrets: [{ name: a, value: "\${NO}" }], extra: 1 }
  - { name: k, kind: kafka, tenant: t, brokers: [b, "c:x"], topics: [], groupId: g, sasl: {} }
identity: { undatedWindow: 1y }
retention: { default: 1y, default: 2y }
targets: { allow: ["*"] }
`,
    });

  it('are all reported at once, environment first, then the file from top to bottom', () => {
    expect(error().problems.map(({ where }) => where)).toEqual([
      'PORT',
      'INTAKE_PORT',
      'HOST',
      'PG_BIN_DIR',
      'CHARGELOG_ROLE',
      'chargelog.yaml:2: sources[0].secrets[0].value',
      'chargelog.yaml:2: sources[0].extra',
      'chargelog.yaml:2: sources[0].name',
      'chargelog.yaml:3: sources[1].brokers[0]',
      'chargelog.yaml:3: sources[1].brokers[1]',
      'chargelog.yaml:3: sources[1].topics',
      'chargelog.yaml:3: sources[1].sasl.mechanism',
      'chargelog.yaml:3: sources[1].sasl.username',
      'chargelog.yaml:3: sources[1].sasl.password',
      'chargelog.yaml:3: sources[1].sasl',
      'chargelog.yaml:4: identity.undatedWindow',
      'chargelog.yaml:5: retention.default',
      'chargelog.yaml:5: retention',
      'chargelog.yaml:6: targets.allow[0]',
    ]);
  });

  it('stand one per line in the message, with the exit code of sysexits.h', () => {
    const { message, problems: list, exitCode } = error();
    expect(message.split('\n')[0]).toBe('the configuration cannot be used (19 problems):');
    expect(message.split('\n').slice(1)).toEqual(list.map(({ where, why }) => `  ${where}: ${why}`));
    expect(exitCode).toBe(78);
  });
});
