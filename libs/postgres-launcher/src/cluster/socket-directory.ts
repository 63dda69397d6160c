import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, mkdtemp } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '../contract.js';
import { ownerFor, type RunAs } from '../process/run-as.js';
import type { Place } from './data-layout.js';

/** Names the socket file; nothing listens on this TCP port. */
export const SOCKET_PORT = 5432;

/** The kernel's limit is 108 bytes on Linux and 104 on macOS, with the closing zero byte. */
const LONGEST_PATH = 100;

export function socketFile(directory: string, port = SOCKET_PORT): string {
  return join(directory, `.s.PGSQL.${port}`);
}

/**
 * Where the socket goes: below the place of the cluster, or, when that path is too long for a socket (or has characters
 * that end an entry of `unix_socket_directories`), in a folder of the temporary directory named by a hash.
 */
export function socketDirectoryFor(place: Place, temporary = tmpdir()): string {
  const near = join(place.directory, 'socket');
  if (Buffer.byteLength(socketFile(near)) < LONGEST_PATH && !/[,"']/.test(near)) return near;
  const hash = createHash('sha256').update(place.directory).digest('hex').slice(0, 16);
  return join(temporary, `chargelog-${hash}`);
}

/**
 * Creates the folder with mode 0700 for the user that Postgres runs as. In a shared temporary directory somebody else
 * may hold the name already, to listen in or to be in the way; then a folder with an unguessable name is made.
 */
export async function makeSocketDirectory(place: Place, runAs: RunAs): Promise<string> {
  const wanted = socketDirectoryFor(place);
  const directory = (await makeOwn(wanted, runAs)) ? wanted : await mkdtemp(`${wanted}-`);
  await chmod(directory, 0o700);
  const owner = ownerFor(runAs);
  if (owner !== undefined) await chown(directory, owner.uid, owner.gid);
  return directory;
}

/** @returns false when the name is taken by something that is not ours */
async function makeOwn(directory: string, runAs: RunAs): Promise<boolean> {
  try {
    await mkdir(directory, { mode: 0o700 });
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  const info = await lstat(directory);
  return info.isDirectory() && [process.getuid?.(), ownerFor(runAs)?.uid].includes(info.uid);
}

/** True when a server listens on this socket, in whatever container or process tree it may live. */
export function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
