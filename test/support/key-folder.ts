import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Path of a key file that is not there yet, in a folder of the test's own. */
export function keyFilePath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'chargelog-keys-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'data', 'secrets.key');
}
