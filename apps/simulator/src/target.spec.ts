import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findTarget } from './target.js';

let dir: string;
let secretFile: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'chargelog-target-'));
  secretFile = join(dir, 'secret');
  writeFileSync(secretFile, 'from a file\n');
});

afterEach(() => rmSync(dir, { recursive: true }));

function credentials(content: unknown): void {
  writeFileSync(
    join(dir, 'credentials.json'),
    typeof content === 'string' ? content : JSON.stringify(content),
  );
}

const CREDENTIALS = {
  baseUrl: 'http://127.0.0.1:8080',
  adminKey: 'clk_1',
  webhooks: [
    { source: 'ampeco', path: '/webhooks/ampeco', secret: 'cls_1' },
    { source: 'second', path: '/webhooks/second', secret: 'cls_2' },
  ],
};

describe('findTarget', () => {
  it('takes all from the credentials of the data directory', () => {
    credentials(CREDENTIALS);

    const target = findTarget({}, { CHARGELOG_DATA_DIR: dir });

    expect(target).toMatchObject({ baseUrl: 'http://127.0.0.1:8080', secret: 'cls_1', adminKey: 'clk_1' });
    expect(target.webhookUrl.href).toBe('http://127.0.0.1:8080/webhooks/ampeco');
  });

  it('takes the webhook that is named', () => {
    credentials(CREDENTIALS);

    const target = findTarget({ source: 'second' }, { CHARGELOG_DATA_DIR: dir });

    expect(target.secret).toBe('cls_2');
    expect(target.webhookUrl.pathname).toBe('/webhooks/second');
  });

  it('needs no credentials for an address and a secret of their own', () => {
    const target = findTarget(
      { url: 'https://gw.example.com/charge/webhooks/a', secretFile },
      { CHARGELOG_DATA_DIR: dir },
    );

    expect(target.secret).toBe('from a file');
    expect(target.adminKey).toBeUndefined();
    expect(target.baseUrl).toBe('https://gw.example.com/charge');
    expect(target.webhookUrl.href).toBe('https://gw.example.com/charge/webhooks/a');
  });

  it('takes an address without a path for the gateway', () => {
    const target = findTarget({ url: 'http://127.0.0.1:9000', secretFile }, { CHARGELOG_DATA_DIR: dir });

    expect(target.webhookUrl.href).toBe('http://127.0.0.1:9000/webhooks/ampeco');
    expect(target.baseUrl).toBe('http://127.0.0.1:9000');
  });

  it('does not show the admin key of the credentials to another gateway', () => {
    credentials(CREDENTIALS);

    const elsewhere = findTarget({ url: 'http://127.0.0.1:9000' }, { CHARGELOG_DATA_DIR: dir });
    const here = findTarget({ url: 'http://127.0.0.1:8080/webhooks/ampeco' }, { CHARGELOG_DATA_DIR: dir });

    expect(elsewhere.adminKey).toBeUndefined();
    expect(here.adminKey).toBe('clk_1');
  });

  it('reads the admin key from the file that the environment names', () => {
    credentials(CREDENTIALS);

    const target = findTarget({}, { CHARGELOG_DATA_DIR: dir, CHARGELOG_ADMIN_KEY_FILE: secretFile });

    expect(target.adminKey).toBe('from a file');
  });

  it.each<[string, () => void, object, RegExp]>([
    ['no credentials', () => undefined, {}, /There are no credentials at .*npm start/s],
    [
      'no gateway yet',
      () => credentials({ ...CREDENTIALS, baseUrl: '' }),
      {},
      /names no gateway yet.*npm start/,
    ],
    ['no webhook', () => credentials({ ...CREDENTIALS, webhooks: [] }), {}, /holds no webhook secret/],
    ['an unknown webhook', () => credentials(CREDENTIALS), { source: 'third' }, /no webhook named third/],
    ['no address', () => credentials(CREDENTIALS), { url: 'localhost' }, /is not an address/],
    [
      'a missing file',
      () => credentials(CREDENTIALS),
      { secretFile: '/nowhere' },
      /secret in \/nowhere cannot be read/,
    ],
  ])('says what to do: %s', (_what, prepare, options, message) => {
    prepare();

    expect(() => findTarget(options, { CHARGELOG_DATA_DIR: dir })).toThrow(message);
  });

  it('never quotes a damaged file, which may hold secrets', () => {
    credentials('{"adminKey":"clk_secret",');

    expect(() => findTarget({}, { CHARGELOG_DATA_DIR: dir })).toThrow(/^((?!clk_secret).)*$/s);
  });
});
