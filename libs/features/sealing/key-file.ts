import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { parseSecretKeys } from '@chargelog/config';

export const KEY_BYTES = 32;

/**
 * The keys of a key file, one per line, each 32 bytes in hex or base64: the first seals, all open. Two lines are the
 * state in the middle of a rotation.
 *
 * @throws Error that names the file and the line, never what stands there.
 */
export function readKeyFile(path: string): readonly Buffer[] {
  const read = parseSecretKeys(readFileSync(path, 'utf8'));
  if (!read.ok) throw new Error(`${path}: ${read.why}`);
  return read.keys;
}

/** Written whole or not at all, and on disk before anything is sealed with it; readable by the owner only. */
export function writeKeyFile(path: string, keys: readonly Buffer[]): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}`;
  const file = openSync(temporary, 'w', 0o600);
  try {
    chmodSync(temporary, 0o600);
    writeSync(file, keys.map((key) => `${key.toString('base64')}\n`).join(''));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  syncFolder(dirname(path));
}

/** Makes the file with one new key unless it is there. */
export function ensureKeyFile(path: string): void {
  if (!existsSync(path)) writeKeyFile(path, [randomBytes(KEY_BYTES)]);
}

/** The new name of a file is durable only when its folder is. Windows cannot open folders, and needs no such call. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
