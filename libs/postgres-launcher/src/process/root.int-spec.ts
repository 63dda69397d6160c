import { chmod, mkdir, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embeddedBinDir } from '../binaries/embedded-binaries.js';
import { ask, LaunchGround } from '@test/launch-ground.js';
import type { RunningPostgres } from '../contract.js';
import { canWriteTo, isRoot, unprivilegedAccounts } from './run-as.js';

const ground = LaunchGround.ofFile();

const [account] = await unprivilegedAccounts();
const namespaces = isRoot() && (await canWriteTo({ kind: 'user-namespace', uid: 65_534 }, '/'));
const embedded = embeddedBinDir();

/** A data directory that an ordinary user can reach; the folders of mkdtemp are closed to others. */
async function openFolder(): Promise<string> {
  const folder = await ground.folder();
  await chmod(folder, 0o755);
  return folder;
}

describe('a data directory below a closed folder', () => {
  const shared = new LaunchGround();
  let dataDir: string;
  let running: RunningPostgres;

  beforeAll(async () => {
    const closed = join(await shared.folder(), 'closed');
    await mkdir(closed, { mode: 0o700 });
    dataDir = join(closed, 'data');
    const relocationRoot = join(await shared.folder(), 'elsewhere');
    await chmod(dirname(relocationRoot), 0o755);
    running = await shared.launch({ dataDir }, { relocationRoot });
  });
  afterAll(() => shared.clear());

  it('works', async () => {
    expect(await ask(running.connection, 'SELECT 1')).toEqual([1]);
  });

  it.skipIf(!namespaces)(
    'keeps everything in itself and owned by root (needs root and user namespaces)',
    async () => {
      expect((await stat(join(dataDir, 'postgres/data'))).uid).toBe(0);
      expect(await readdir(join(dataDir, 'postgres'))).not.toContain('location');
    },
  );
});

describe.skipIf(!isRoot() || account === undefined)('as root without user namespaces (needs root)', () => {
  const forced = { forceOsUser: true };

  it('runs Postgres as another user inside a data directory that this user can reach', async () => {
    const dataDir = await openFolder();
    const { connection, pid } = await ground.launch({ dataDir }, forced);
    expect(await ask(connection, 'SELECT 1')).toEqual([1]);
    expect((await stat(join(dataDir, 'postgres/data'))).uid).toBe(account?.uid);
    expect((await stat(join(dataDir, 'postgres/password'))).uid).toBe(0);
    expect(await readFile(`/proc/${pid}/status`, 'utf8')).toMatch(
      new RegExp(`^Uid:\\s+${account?.uid}\\s`, 'm'),
    );
  });

  it('places the database elsewhere when the user cannot reach the data directory, finds it again, and refuses to start empty when it is gone', async () => {
    const closed = await ground.folder();
    const relocationRoot = join(await openFolder(), 'elsewhere');
    const first = await ground.launch({ dataDir: closed }, { ...forced, relocationRoot });
    await ask(first.connection, 'CREATE TABLE kept AS SELECT 42 AS answer');
    expect(dirname(dirname(first.connection.host))).toBe(relocationRoot);
    expect(ground.logged.join('\n')).toContain('warn: the database is placed outside the data directory');
    await first.stop();

    // Also when user namespaces have become permitted meanwhile.
    for (const internals of [{ ...forced, relocationRoot }, {}]) {
      const again = await ground.launch({ dataDir: closed }, internals);
      expect(await ask(again.connection, 'SELECT answer FROM kept')).toEqual([42]);
      await again.stop();
    }

    await rm(relocationRoot, { recursive: true });
    await expect(ground.launch({ dataDir: closed }, { ...forced, relocationRoot })).rejects.toMatchObject({
      code: 'cluster-missing',
      message: expect.stringContaining(relocationRoot) as unknown,
    });
  });

  it.skipIf(!namespaces)(
    'refuses to leave behind a database that the user cannot reach (needs user namespaces)',
    async () => {
      const closed = await ground.usedDataDir();
      const relocationRoot = join(await openFolder(), 'elsewhere');
      await expect(ground.launch({ dataDir: closed }, { ...forced, relocationRoot })).rejects.toMatchObject({
        code: 'data-directory-unusable',
      });
      // The way out that the text names.
      await chmod(closed, 0o711);
      expect((await ground.launch({ dataDir: closed }, forced)).adopted).toBe(false);
    },
  );

  it.skipIf(embedded === undefined)(
    'copies the npm package when the user cannot reach it (needs the package)',
    async () => {
      const checkout = join(await ground.folder(), 'native');
      await symlink(dirname(embedded ?? ''), checkout);
      const dataDir = await openFolder();
      const searchPlaces = [{ binDir: join(checkout, 'bin'), origin: 'embedded' as const }];
      const running = await ground.launch({ dataDir }, { ...forced, searchPlaces });
      expect(running.binDir).toMatch(new RegExp(`^${dataDir}/postgres/binaries/postgres-[0-9a-f]{12}/bin$`));
      expect(await ask(running.connection, 'SELECT 1')).toEqual([1]);
    },
  );
});
