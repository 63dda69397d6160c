import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { releasedSchemas, runGit } from '../../tools/released-schemas.js';

let root: string;

function git(...args: string[]): void {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com'];
  runGit(root, ...identity, '-c', 'tag.gpgSign=false', '-c', 'commit.gpgSign=false', ...args);
}

function commitSchema(title: string): void {
  writeFileSync(join(root, 'libs/catalogue/schemas/evse.changed.1.json'), JSON.stringify({ title }));
  git('add', '.');
  git('commit', '--quiet', '--message', title);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'released-'));
  mkdirSync(join(root, 'libs/catalogue/schemas'), { recursive: true });
  git('init', '--quiet');
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

describe('releasedSchemas', () => {
  it('are those of the last version, by number and not by spelling, whatever was committed since', () => {
    commitSchema('first');
    git('tag', 'v0.9.0');
    commitSchema('second');
    git('tag', 'v0.10.0');
    git('tag', 'nightly');
    commitSchema('third');
    const released = releasedSchemas(root);
    expect(released?.tag).toBe('v0.10.0');
    expect([...(released?.schemas ?? [])]).toEqual([['evse.changed.1.json', { title: 'second' }]]);
  });

  it('are none before the first release', () => {
    commitSchema('first');
    git('tag', 'nightly');
    expect(releasedSchemas(root)).toBeUndefined();
  });

  it('are those of the folder while a hook of another repository runs', () => {
    commitSchema('first');
    git('tag', 'v1.0.0');
    vi.stubEnv('GIT_DIR', join(root, 'elsewhere'));
    expect(releasedSchemas(root)?.tag).toBe('v1.0.0');
  });

  it('are none of sources without their history', () => {
    rmSync(join(root, '.git'), { recursive: true });
    expect(releasedSchemas(root)).toBeUndefined();
  });
});
