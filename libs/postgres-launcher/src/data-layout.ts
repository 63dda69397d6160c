import { createHash, randomBytes } from 'node:crypto';
import { lstat, mkdir, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readIfThere, replaceFile, writeOnce } from './exclusive-file.js';
import { codeOf, PostgresLaunchError, reasonOf } from './postgres-launch-error.js';

/**
 * ```
 * <dataDir>/postgres/
 *   password     random, 0600
 *   server.log   what the server and initdb say
 *   data/        the cluster            ┐
 *   socket/      0700, the unix socket  ├ the place; elsewhere when `location` exists
 *   binaries/    copy, only when needed ┘
 *   location     where the place is, when the user that Postgres runs as cannot reach this folder
 * ```
 */
export interface DataLayout {
  /** `<dataDir>/postgres`, without symbolic links. */
  readonly home: string;
  readonly serverLog: string;
}

/** Where the cluster, its socket and copied binaries are. */
export interface Place {
  readonly directory: string;
  readonly cluster: string;
  /** True when it lies outside the data directory. */
  readonly relocated: boolean;
}

/** @throws PostgresLaunchError `data-directory-unusable` */
export async function openLayout(dataDir: string): Promise<DataLayout> {
  const wanted = join(resolve(dataDir), 'postgres');
  try {
    await mkdir(wanted, { recursive: true, mode: 0o700 });
    const home = await realpath(wanted);
    return { home, serverLog: join(home, 'server.log') };
  } catch (error) {
    throw new PostgresLaunchError(
      'data-directory-unusable',
      `the data directory ${resolve(dataDir)} cannot be used: ${reasonOf(error)}. ` +
        `Give the gateway's user write access to it or choose another data directory.`,
      { cause: error },
    );
  }
}

export function placeAt(directory: string, relocated: boolean): Place {
  return { directory, cluster: join(directory, 'data'), relocated };
}

/** The major version in `PG_VERSION`, which initdb writes; undefined when there is no cluster. */
export async function majorOf(place: Place): Promise<number | undefined> {
  const text = await readIfThere(join(place.cluster, 'PG_VERSION'));
  return text === undefined ? undefined : Number.parseInt(text, 10);
}

interface Pointer {
  readonly directory: string;
  /** False until a cluster stands there. From then on its absence is a loss, not a first start. */
  readonly filled: boolean;
}

/**
 * The place this data directory uses so far.
 *
 * @throws PostgresLaunchError `cluster-missing` when it was placed elsewhere and is gone from there. Starting empty
 *   instead would look like a loss of every event.
 */
export async function currentPlace(layout: DataLayout): Promise<Place> {
  const pointer = await readIfThere(pointerFile(layout));
  if (pointer === undefined) return placeAt(layout.home, false);

  const { directory, filled } = parsePointer(layout, pointer);
  const place = placeAt(directory, true);
  if (filled && (await majorOf(place)) === undefined) {
    throw new PostgresLaunchError(
      'cluster-missing',
      `the database of ${layout.home} was placed in ${directory} and is not there any more. ` +
        `Bring that folder back (in a container: mount it as a volume), or delete ${pointerFile(layout)} ` +
        `to start with an empty database.`,
    );
  }
  return place;
}

/**
 * Moves a place that holds nothing yet out of the data directory, to `<root>/<hash of the data directory>`, and
 * remembers that in the data directory.
 */
export async function relocate(layout: DataLayout, root: string): Promise<Place> {
  const hash = createHash('sha256').update(layout.home).digest('hex').slice(0, 16);
  // Something already there belongs to a data directory that was deleted; its password went with it.
  const name = (await exists(join(root, hash))) ? `${hash}-${randomBytes(4).toString('hex')}` : hash;
  const mine: Pointer = { directory: join(root, name), filled: false };
  const { directory } = parsePointer(layout, await writeOnce(pointerFile(layout), JSON.stringify(mine)));
  await mkdir(root, { recursive: true, mode: 0o755 });
  await mkdir(directory, { recursive: true, mode: 0o711 });
  const info = await lstat(directory);
  if (!info.isDirectory() || info.uid !== process.getuid?.()) {
    throw new PostgresLaunchError(
      'data-directory-unusable',
      `${directory}, where the database would be placed, belongs to another user. Delete it or run as a normal user.`,
    );
  }
  return placeAt(directory, true);
}

export async function markFilled(layout: DataLayout, place: Place): Promise<void> {
  if (!place.relocated) return;
  const pointer: Pointer = { directory: place.directory, filled: true };
  await replaceFile(pointerFile(layout), JSON.stringify(pointer));
}

/** Made on the first start. 192 random bits; it stays in this file and in memory. */
export async function readPassword(layout: DataLayout): Promise<string> {
  return (await writeOnce(passwordFile(layout), `${randomBytes(24).toString('base64url')}\n`)).trim();
}

export function passwordFile(layout: DataLayout): string {
  return join(layout.home, 'password');
}

function pointerFile(layout: DataLayout): string {
  return join(layout.home, 'location');
}

function parsePointer(layout: DataLayout, text: string): Pointer {
  try {
    const value: unknown = JSON.parse(text);
    if (
      typeof value === 'object' &&
      value !== null &&
      'directory' in value &&
      typeof value.directory === 'string'
    ) {
      return { directory: value.directory, filled: 'filled' in value && value.filled === true };
    }
  } catch {
    // Told below together with a wrong shape.
  }
  throw new PostgresLaunchError(
    'data-directory-unusable',
    `${pointerFile(layout)} is damaged; it should name the folder of the database as {"directory":"…","filled":true}.`,
  );
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
