import { lstat, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { embeddedBinDir } from './embedded-binaries.js';
import { findBinaries, usualPlaces } from './find-binaries.js';
import { ask, brokenBinaries, copy, LaunchGround } from '@test/launch-ground.js';
import type { SearchPlace } from '../contract.js';

const ground = LaunchGround.ofFile();

const embedded = embeddedBinDir();
const places = await usualPlaces();
const system = await findBinaries({
  dataMajor: undefined,
  copyTo: '/nonexistent',
  places: places.filter(({ origin }) => origin === 'system'),
}).catch(() => undefined);

describe('a named folder of binaries', () => {
  it('that cannot be used is an error, not a reason to look elsewhere', async () => {
    const binDir = await ground.folder();
    const launch = ground.launch({ dataDir: await ground.folder(), binDir });
    await expect(launch).rejects.toMatchObject({
      code: 'binaries-unusable',
      message: expect.stringMatching(`PG_BIN_DIR.*${binDir}: no postgres there`) as unknown,
    });
  });

  it('is taken from PG_BIN_DIR too', async () => {
    const binDir = await ground.folder();
    const before = process.env['PG_BIN_DIR'];
    process.env['PG_BIN_DIR'] = binDir;
    try {
      await expect(ground.launch({ dataDir: await ground.folder() })).rejects.toMatchObject({
        code: 'binaries-unusable',
      });
    } finally {
      if (before === undefined) delete process.env['PG_BIN_DIR'];
      else process.env['PG_BIN_DIR'] = before;
    }
  });

  it('with an old version is refused', async () => {
    const folder = await ground.folder();
    const binDir = await brokenBinaries(folder, 'exit 1');
    await writeFile(join(binDir, 'postgres'), '#!/bin/sh\necho "postgres (PostgreSQL) 14.9 (Debian)"\n');
    await expect(ground.launch({ dataDir: await ground.folder(), binDir })).rejects.toMatchObject({
      code: 'binaries-unusable',
      message: expect.stringContaining('14.9 is older than 15') as unknown,
    });
  });
});

describe('the search for binaries', () => {
  it('names every place it looked at and the ways out when there is nothing', async () => {
    const searchPlaces: SearchPlace[] = [
      { binDir: '/nowhere/one', origin: 'system' },
      { binDir: '/nowhere/two', origin: 'embedded' },
    ];
    const error: unknown = await ground
      .launch({ dataDir: await ground.folder() }, { searchPlaces })
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'no-binaries' });
    for (const part of ['/nowhere/one', '/nowhere/two', 'DATABASE_URL', 'postgresql >= 15', 'npm install']) {
      expect(String(error)).toContain(part);
    }
  });

  it.skipIf(system === undefined || embedded === undefined)(
    'chooses by the version of an existing database (needs a system Postgres and the npm package)',
    async () => {
      const dataDir = await ground.folder();
      await (await ground.launch({ dataDir, binDir: embedded })).stop();
      const again = await ground.launch({ dataDir });
      expect(again.binDir).toBe(embedded);
      await again.stop();

      const onlySystem = { searchPlaces: places.filter(({ origin }) => origin === 'system') };
      await expect(ground.launch({ dataDir }, onlySystem)).rejects.toMatchObject({
        code: 'wrong-major-version',
        message: expect.stringContaining(`${system?.binDir}`) as unknown,
      });
    },
  );
});

describe.skipIf(embedded === undefined)('the binaries of the npm package (when it is installed)', () => {
  let native: string;
  beforeAll(() => {
    native = dirname(embedded ?? '');
  });

  it('run although no install script made their library links', async () => {
    const folder = await ground.folder();
    await copy(native, folder);
    const lib = join(folder, 'native/lib');
    const links: string[] = [];
    for (const name of await readdir(lib)) {
      if ((await lstat(join(lib, name))).isSymbolicLink()) links.push(name);
    }
    for (const name of links) await rm(join(lib, name));
    expect(links).toContain('libicuuc.so.60');

    const running = await ground.launch({
      dataDir: await ground.folder(),
      binDir: join(folder, 'native/bin'),
    });
    expect(running.version).toMatch(/^18\./);
    expect(await ask(running.connection, 'SELECT 1')).toEqual([1]);
  });
});
