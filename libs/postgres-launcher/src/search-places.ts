import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { embeddedBinDir } from './embedded-binaries.js';
import { runCommand } from './run-command.js';
import type { SearchPlace } from './types.js';

/** Folders that hold one folder per Postgres version. */
const VERSIONED: readonly { readonly parent: string; readonly name: RegExp; readonly bin: string }[] = [
  { parent: '/usr/lib/postgresql', name: /^\d+$/, bin: 'bin' }, // Debian, Ubuntu
  { parent: '/usr', name: /^pgsql-\d+$/, bin: 'bin' }, // PGDG packages for Red Hat and relatives
  { parent: '/usr/libexec', name: /^postgresql\d+$/, bin: '' }, // Alpine
  { parent: '/opt/homebrew/opt', name: /^postgresql@\d+$/, bin: 'bin' },
  { parent: '/usr/local/opt', name: /^postgresql@\d+$/, bin: 'bin' },
  { parent: '/Applications/Postgres.app/Contents/Versions', name: /^\d+$/, bin: 'bin' },
];

const PLAIN: readonly string[] = ['/usr/local/pgsql/bin', '/usr/local/bin', '/usr/bin'];

/** Every place to look at, best first: `pg_config`, the usual folders with the newest version first, the npm package. */
export async function usualPlaces(): Promise<readonly SearchPlace[]> {
  const folders: string[] = [];

  const config = await runCommand({ file: 'pg_config', args: ['--bindir'] }, 5_000);
  if (config.exitCode === 0 && config.output.startsWith('/')) folders.push(config.output.trim());

  for (const { parent, name, bin } of VERSIONED) {
    const versions = await readdir(parent).catch((): string[] => []);
    const newestFirst = versions.filter((v) => name.test(v)).sort((a, b) => numberIn(b) - numberIn(a));
    folders.push(...newestFirst.map((version) => join(parent, version, bin)));
  }
  folders.push(...PLAIN);

  const places = [...new Set(folders)].map((binDir): SearchPlace => ({ binDir, origin: 'system' }));
  const embedded = embeddedBinDir();
  return embedded === undefined ? places : [...places, { binDir: embedded, origin: 'embedded' }];
}

function numberIn(name: string): number {
  return Number(/\d+/.exec(name)?.[0] ?? 0);
}
