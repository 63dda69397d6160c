import { randomBytes } from 'node:crypto';
import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  open,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { codeOf, PostgresLaunchError, reasonOf } from '../contract.js';

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

/** Made on the first start. 192 random bits; it stays in this file and in memory. */
export async function readPassword({ home }: DataLayout): Promise<string> {
  return (await writeOnce(join(home, 'password'), `${randomBytes(24).toString('base64url')}\n`)).trim();
}

export function placeAt(directory: string): Place {
  return { directory, cluster: join(directory, 'data') };
}

/** The major version in `PG_VERSION`, which initdb writes; undefined when there is no cluster. */
export async function majorOf({ cluster }: Place): Promise<number | undefined> {
  const text = await readIfThere(join(cluster, 'PG_VERSION'));
  return text === undefined ? undefined : Number.parseInt(text, 10);
}

/** What the file `location` holds. It is no symbolic link, because some backup programs skip or follow those. */
interface Location {
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
  const text = await readIfThere(locationFile(layout));
  if (text === undefined) return placeAt(layout.home);

  const { directory, filled } = parseLocation(layout, text);
  const place = placeAt(directory);
  if (filled && (await majorOf(place)) === undefined) {
    throw new PostgresLaunchError(
      'cluster-missing',
      `the database of ${layout.home} was placed in ${directory} and is not there any more. ` +
        `Bring that folder back (in a container: mount it as a volume), or delete ${locationFile(layout)} ` +
        `to start with an empty database.`,
    );
  }
  return place;
}

/**
 * Makes a place outside the data directory, in a new folder of `root`, and remembers it in the data directory. Of
 * several processes that do this at once all get the place of the first.
 */
export async function relocate(layout: DataLayout, root: string): Promise<Place> {
  await mkdir(root, { recursive: true, mode: 0o755 });
  const mine = await mkdtemp(join(root, 'postgres-'));
  await chmod(mine, 0o711);
  await syncDirectory(root);
  const location: Location = { directory: mine, filled: false };
  const text = await writeOnce(locationFile(layout), JSON.stringify(location));
  const { directory } = parseLocation(layout, text);
  if (directory !== mine) await rmdir(mine);
  return placeAt(directory);
}

/** Notes that a cluster stands in a place outside the data directory. */
export async function markFilled(layout: DataLayout, { directory }: Place): Promise<void> {
  if (directory === layout.home) return;
  const location: Location = { directory, filled: true };
  await rename(await writeDraft(locationFile(layout), JSON.stringify(location)), locationFile(layout));
  await syncDirectory(layout.home);
}

function locationFile({ home }: DataLayout): string {
  return join(home, 'location');
}

function parseLocation(layout: DataLayout, text: string): Location {
  try {
    const { directory, filled } = JSON.parse(text) as Partial<Record<keyof Location, unknown>>;
    if (typeof directory === 'string') return { directory, filled: filled === true };
  } catch {
    // Reported below together with a wrong shape.
  }
  throw new PostgresLaunchError(
    'data-directory-unusable',
    `${locationFile(layout)} is damaged; it should name the folder of the database as {"directory":"…","filled":true}.`,
  );
}

/**
 * Writes a file (mode 0600) unless it exists, and returns what it then holds: of several processes that do this at once
 * all get the content of the first, and none ever sees half a file.
 */
async function writeOnce(path: string, content: string): Promise<string> {
  const existing = await readIfThere(path);
  if (existing !== undefined) return existing;
  const draft = await writeDraft(path, content);
  try {
    await link(draft, path);
  } catch (error) {
    // File systems without hard links: the rename is whole too, only two first starts at once would not exclude each
    // other there.
    if (codeOf(error) !== 'EEXIST') await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
  await syncDirectory(dirname(path));
  return readFile(path, 'utf8');
}

async function writeDraft(path: string, content: string): Promise<string> {
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  await writeFile(draft, content, { mode: 0o600, flag: 'wx', flush: true });
  return draft;
}

export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Makes new and renamed entries of a folder survive a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
