import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readTextFile } from './text-file.js';

const isRoot = process.getuid?.() === 0;

describe('readTextFile', () => {
  /** Root reads every file, so the test has to be somebody else for a moment. */
  it.skipIf(process.platform === 'win32')('says of a file of root how Kubernetes makes it readable', () => {
    const folder = mkdtempSync(join(tmpdir(), 'text-file-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'secret');
    writeFileSync(path, 'a secret', { mode: isRoot ? 0o400 : 0o000 });
    chmodSync(folder, 0o755);
    if (isRoot) process.seteuid?.(65_534);
    try {
      expect(readTextFile(path)).toEqual({
        outcome: 'unusable',
        why: 'may not be read by this user; change its owner or mode (Kubernetes: defaultMode: 0440 for the secret volume, and fsGroup in the securityContext of the pod)',
      });
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });
});
