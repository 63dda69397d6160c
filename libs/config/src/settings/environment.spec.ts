import { describe, expect, it } from 'vitest';
import { problems } from '@test/config-folder.js';

describe('a wrong variable', () => {
  it.each<[string, NodeJS.ProcessEnv, string]>([
    ['port as a word', { PORT: 'http' }, 'PORT: must be a whole number from 0 to 65535'],
    ['port too large', { PORT: '65536' }, 'PORT: must be a whole number from 0 to 65535'],
    ['port in hexadecimal', { PORT: '0x50' }, 'PORT: must be a whole number from 0 to 65535'],
    ['port with a space', { PORT: ' 80' }, 'PORT: must be a whole number from 0 to 65535'],
    ['port negative', { PORT: '-1' }, 'PORT: must be a whole number from 0 to 65535'],
    ['empty', { PORT: '' }, 'PORT: is set but empty; give it a value or unset it'],
    [
      'empty config',
      { CHARGELOG_CONFIG: '' },
      'CHARGELOG_CONFIG: is set but empty; give it a value or unset it',
    ],
    [
      'host with brackets',
      { HOST: '[::1]' },
      'HOST: must be a host name or an IP address, without port and brackets',
    ],
    [
      'host with port',
      { HOST: 'localhost:80' },
      'HOST: must be a host name or an IP address, without port and brackets',
    ],
    [
      'log level',
      { LOG_LEVEL: 'warning' },
      'LOG_LEVEL: must be one of fatal, error, warn, info, debug, trace, silent',
    ],
    [
      'log level in capitals',
      { LOG_LEVEL: 'INFO' },
      'LOG_LEVEL: must be one of fatal, error, warn, info, debug, trace, silent; did you mean "info"?',
    ],
    [
      'roles',
      { CHARGELOG_ROLES: 'wehbook,api,,api' },
      'CHARGELOG_ROLES: entry 1 must be one of webhook, kafka, api, replay, maintenance; did you mean "webhook"?; entry 3 must not be empty; entry 4 repeats a role',
    ],
    [
      'body too small',
      { CHARGELOG_MAX_BODY_BYTES: '1023' },
      'CHARGELOG_MAX_BODY_BYTES: must be a whole number from 1024 to 67108864',
    ],
    [
      'body too large',
      { CHARGELOG_MAX_BODY_BYTES: '67108865' },
      'CHARGELOG_MAX_BODY_BYTES: must be a whole number from 1024 to 67108864',
    ],
    [
      'body with a unit',
      { CHARGELOG_MAX_BODY_BYTES: '1MiB' },
      'CHARGELOG_MAX_BODY_BYTES: must be a whole number from 1024 to 67108864',
    ],
    [
      'missing file',
      { CHARGELOG_CONFIG: 'no.yaml' },
      'CHARGELOG_CONFIG: names no.yaml, which does not exist',
    ],
    [
      'missing key file',
      { CHARGELOG_ADMIN_KEY_FILE: 'no' },
      'CHARGELOG_ADMIN_KEY_FILE: names no, which does not exist',
    ],
    [
      'key folder',
      { CHARGELOG_ADMIN_KEY_FILE: '.' },
      'CHARGELOG_ADMIN_KEY_FILE: names ., which is a folder, not a file',
    ],
    [
      'switch that is neither on nor off',
      { CHARGELOG_EMBEDDED_POSTGRES: 'false' },
      'CHARGELOG_EMBEDDED_POSTGRES: must be one of on, off',
    ],
    ['missing folder', { PG_BIN_DIR: 'no' }, 'PG_BIN_DIR: names no, which is no folder that can be read'],
    [
      'misspelt',
      { CHARGELOG_ROLE: 'api' },
      'CHARGELOG_ROLE: is not a known variable; did you mean "CHARGELOG_ROLES"?',
    ],
    [
      'prefixed by mistake',
      { CHARGELOG_PORT: '80' },
      'CHARGELOG_PORT: is not a known variable; did you mean "PORT"?',
    ],
    ['unknown', { CHARGELOG_FROBNICATION: '1' }, 'CHARGELOG_FROBNICATION: is not a known variable; unset it'],
    ['no port', { INTAKE_PORT: '65536' }, 'INTAKE_PORT: must be a whole number from 0 to 65535'],
    [
      'the same port',
      { PORT: '9000', INTAKE_PORT: '9000' },
      'INTAKE_PORT: is the same port as PORT; give it one of its own',
    ],
    [
      'a door without its role',
      { INTAKE_PORT: '9000', CHARGELOG_ROLES: 'api' },
      'INTAKE_PORT: opens a door for webhooks, but the role webhook is not among CHARGELOG_ROLES; unset one of them',
    ],
  ])('(%s) is named', (_, env, expected) => {
    expect(problems({ env })).toEqual([expected]);
  });

  it.each([
    [
      'short',
      'k'.repeat(31),
      0o600,
      'whose key is shorter than 32 characters; make one with: openssl rand -hex 32',
    ],
    [
      'in two words',
      'k'.repeat(20) + ' ' + 'k'.repeat(20),
      0o600,
      'whose key holds white space or characters beyond ASCII and cannot be sent as a bearer token',
    ],
    [
      'beyond ASCII',
      'ü'.repeat(40),
      0o600,
      'whose key holds white space or characters beyond ASCII and cannot be sent as a bearer token',
    ],
    ['no text', Buffer.alloc(40, 0xff), 0o600, 'which is not UTF-8 text'],
    [
      'open to all',
      'k'.repeat(32),
      0o644,
      'which every user of this machine can read; run chmod 600 on it (Kubernetes: defaultMode: 0440 for the secret volume, and fsGroup in the securityContext of the pod)',
    ],
    ['huge', 'k'.repeat(1_048_577), 0o600, 'which is larger than 1 MiB'],
  ])('(an admin key that is %s) is named', (_, content, mode, why) => {
    const situation = { env: { CHARGELOG_ADMIN_KEY_FILE: 'key' }, files: { key: { content, mode } } };
    expect(problems(situation)).toEqual([`CHARGELOG_ADMIN_KEY_FILE: names key, ${why}`]);
  });

  it('is not one that Kubernetes sets for a service called chargelog', () => {
    const env = {
      CHARGELOG_SERVICE_HOST: '10.0.0.1',
      CHARGELOG_SERVICE_PORT: '80',
      CHARGELOG_SERVICE_PORT_HTTP: '80',
      CHARGELOG_PORT: 'tcp://10.0.0.1:80',
      CHARGELOG_PORT_80_TCP: 'tcp://10.0.0.1:80',
      CHARGELOG_PORT_80_TCP_PROTO: 'tcp',
      CHARGELOG_PORT_80_TCP_PORT: '80',
      CHARGELOG_PORT_80_TCP_ADDR: '10.0.0.1',
      CHARGELOG_DB_SERVICE_HOST: '10.0.0.2',
      PORT: 'x',
    };
    expect(problems({ env })).toEqual(['PORT: must be a whole number from 0 to 65535']);
  });

  it('is the second of two that give the same', () => {
    const env = { CHARGELOG_SECRETS_KEY_FILE: 'keys', CHARGELOG_SECRETS_KEY: 'ab'.repeat(32) };
    expect(problems({ env, files: { keys: 'not a key' } })).toEqual([
      'CHARGELOG_SECRETS_KEY_FILE: names keys: line 1 is not a key of 32 bytes in hex or base64; make one with: openssl rand -base64 32',
      'CHARGELOG_SECRETS_KEY_FILE: is set beside CHARGELOG_SECRETS_KEY; unset one of the two',
    ]);
  });
});
