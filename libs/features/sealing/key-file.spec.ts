import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keyFilePath } from '@test/key-folder.js';
import { ensureKeyFile, readKeyFile, writeKeyFile } from './key-file.js';

function written(text: string): string {
  const path = keyFilePath();
  mkdirSync(dirname(path));
  writeFileSync(path, text);
  return path;
}

describe('a key file', () => {
  it('is made once, for the owner only, in a folder for the owner only', () => {
    const path = keyFilePath();
    ensureKeyFile(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    const before = readFileSync(path);
    ensureKeyFile(path);
    expect(readFileSync(path)).toEqual(before);
    expect(readKeyFile(path).map(({ length }) => length)).toEqual([32]);
  });

  it('gives back the keys it was given, in their order, and leaves no other file behind', () => {
    const path = keyFilePath();
    const keys = [randomBytes(32), randomBytes(32), randomBytes(32)];
    writeKeyFile(path, keys);
    expect(readKeyFile(path)).toEqual(keys);
    expect(readdirSync(dirname(path))).toEqual(['secrets.key']);
  });

  it('is for the owner only again after it was opened to others', () => {
    const path = keyFilePath();
    ensureKeyFile(path);
    chmodSync(path, 0o644);
    writeKeyFile(path, [randomBytes(32)]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is written over what a crash left behind', () => {
    const path = keyFilePath();
    ensureKeyFile(path);
    writeFileSync(`${path}.${process.pid}`, 'half a k', { mode: 0o644 });
    const keys = [randomBytes(32)];
    writeKeyFile(path, keys);
    expect(readKeyFile(path)).toEqual(keys);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('may hold remarks, hex and base64', () => {
    const key = randomBytes(32);
    const path = written(`# made in March\n${key.toString('hex')}\n\n${key.toString('base64')}\r\n`);
    expect(readKeyFile(path)).toHaveLength(2);
  });

  const VISIBLE = 'a-key-that-is-much-too-short';
  it.each([
    ['empty', ''],
    ['remarks only', '# none yet\n'],
    ['too short', VISIBLE],
    ['no encoding of 32 bytes', `${randomBytes(32).toString('hex')}\n${VISIBLE}${'!'.repeat(40)}`],
  ])('that is wrong (%s) is named, and nothing of it shown', (_, text) => {
    const path = written(text);
    let message = '';
    try {
      readKeyFile(path);
    } catch (error) {
      ({ message } = error as Error);
    }
    expect(message).toContain(path);
    expect(message).not.toContain(VISIBLE);
  });
});
