import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findGateway } from './find-gateway.js';

let dir: string;
let keyFile: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'chargelog-find-'));
  keyFile = join(dir, 'admin.key');
  writeFileSync(keyFile, `${'k'.repeat(64)}\n`);
});

afterEach(() => rmSync(dir, { recursive: true }));

function writeCredentials(): void {
  const content = { baseUrl: 'http://127.0.0.1:8080', adminKey: 'clk_1', webhooks: [] };
  writeFileSync(join(dir, 'credentials.json'), JSON.stringify(content));
}

describe('findGateway', () => {
  it('takes address and key from the credentials', () => {
    writeCredentials();
    expect(findGateway({}, { CHARGELOG_DATA_DIR: dir })).toEqual({
      baseUrl: 'http://127.0.0.1:8080',
      key: 'clk_1',
    });
  });

  it.each([
    [{}, 'http://127.0.0.1:8080'],
    [{ HOST: '0.0.0.0', PORT: '9000' }, 'http://127.0.0.1:9000'],
    [{ HOST: '::' }, 'http://127.0.0.1:8080'],
    [{ HOST: '::1' }, 'http://[::1]:8080'],
    [{ HOST: '10.1.2.3' }, 'http://10.1.2.3:8080'],
  ])('finds a gateway with a key file of its own by its environment %j', (env, baseUrl) => {
    const found = findGateway({}, { ...env, CHARGELOG_DATA_DIR: dir, CHARGELOG_ADMIN_KEY_FILE: keyFile });
    expect(found.baseUrl).toBe(baseUrl);
    expect(findGateway({ keyFile }, { ...env, CHARGELOG_DATA_DIR: dir }).baseUrl).toBe(baseUrl);
  });

  it('does not show the key of one gateway to another, and says whose it is', () => {
    writeCredentials();
    expect(() => findGateway({ url: 'http://localhost:8080' }, { CHARGELOG_DATA_DIR: dir })).toThrow(
      /belongs to http:\/\/127\.0\.0\.1:8080, not to http:\/\/localhost:8080/,
    );
  });

  it('says what is missing where nothing names a gateway', () => {
    expect(() => findGateway({}, { CHARGELOG_DATA_DIR: dir })).toThrow(/give --url and --key-file/);
    expect(() => findGateway({ url: 'gateway' }, { CHARGELOG_ADMIN_KEY_FILE: keyFile })).toThrow(
      /not an address/,
    );
  });

  it('does not take a file of something else for a gateway that is down', () => {
    writeFileSync(keyFile, '# Notes\n\n└── not a key\n');
    expect(() => findGateway({ keyFile }, { CHARGELOG_DATA_DIR: dir })).toThrow(/does not hold the API key/);
  });
});
