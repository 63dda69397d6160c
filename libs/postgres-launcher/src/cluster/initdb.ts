import { randomBytes } from 'node:crypto';
import { appendFile, chown, lchown, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, PostgresLaunchError } from '../contract.js';
import type { Host, Launch } from '../process/choose-host.js';
import { isAlive } from '../process/postmaster-pid.js';
import { commandAs, isRoot, lastLines, ownerFor, runCommand } from '../process/run-as.js';
import { majorOf, syncDirectory, type Place } from './data-layout.js';

const STAGING = /^init-(\d+)-[0-9a-f]+$/;
const ABANDONED_AFTER_MS = 3_600_000;

/**
 * Makes the cluster unless there is one, and gives it to the user that Postgres runs as.
 *
 * @throws PostgresLaunchError `initdb-failed` or `data-directory-unusable`
 */
export async function prepareCluster(host: Host, launch: Launch): Promise<void> {
  await removeAbandoned(host.place);
  if ((await majorOf(host.place)) === undefined) await initialise(host, launch);
  await giveTo(host.place.cluster, ownerFor(host.runAs));
}

/**
 * initdb works in a folder beside its final place and the result is renamed, so a crash on the way never leaves a half
 * cluster that a later start would take for a whole one. Of two processes that do this at once, the first to rename
 * wins and the other uses its cluster: the password is the same.
 */
async function initialise(host: Host, { layout, options, password }: Launch): Promise<void> {
  const { place, runAs, binaries } = host;
  const staging = join(place.directory, `init-${process.pid}-${randomBytes(8).toString('hex')}`);
  const cluster = join(staging, 'data');
  const passwordFile = join(staging, 'password');
  const owner = ownerFor(runAs);
  try {
    await mkdir(staging, { mode: 0o700 });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' });
    if (owner !== undefined) {
      for (const path of [passwordFile, staging]) await chown(path, owner.uid, owner.gid);
    }
    // The C locale sorts and compares by bytes, so an upgrade of the system's locale data can never corrupt an index.
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=libc'];
    const access = ['--auth-local=scram-sha-256', '--auth-host=scram-sha-256', `--pwfile=${passwordFile}`];
    const speed = options.settings?.['fsync'] === 'off' ? ['--no-sync'] : [];
    const args = ['-D', cluster, '-U', 'chargelog', ...locale, ...access, '--data-checksums', ...speed];
    const initdb = commandAs(runAs, join(binaries.binDir, 'initdb'), args);
    const { exitCode, output } = await runCommand(initdb, 120_000);
    if (exitCode !== 0) {
      await appendFile(layout.serverLog, output, { mode: 0o600 });
      throw new PostgresLaunchError(
        'initdb-failed',
        `initdb of ${binaries.binDir} could not create the database in ${place.directory}:\n${lastLines(output)}`,
      );
    }
    await rename(cluster, place.cluster);
    await syncDirectory(place.directory);
  } catch (error) {
    // Another process was first.
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Removes staging folders of processes that died on the way. */
async function removeAbandoned(place: Place): Promise<void> {
  for (const name of await readdir(place.directory)) {
    const pid = STAGING.exec(name)?.[1];
    if (pid === undefined) continue;
    const path = join(place.directory, name);
    const created = await stat(path).catch(() => undefined);
    if (created === undefined) continue;
    // The pid may have been given to another program, or stem from another container; then the age decides.
    const abandoned = !(await isAlive(Number(pid))) || Date.now() - created.mtimeMs > ABANDONED_AFTER_MS;
    if (abandoned) await rm(path, { recursive: true, force: true });
  }
}

/**
 * Postgres starts only in a folder of its own user. The user changes when, for example, user namespaces become
 * permitted or the gateway no longer runs as root. The top folder comes last, so that an interruption is repeated.
 */
async function giveTo(path: string, owner: ReturnType<typeof ownerFor>): Promise<void> {
  if (owner === undefined || (await stat(path)).uid === owner.uid) return;
  if (!isRoot()) {
    throw new PostgresLaunchError(
      'data-directory-unusable',
      `the database in ${path} belongs to another user. Run the gateway as that user, or as root once to hand it over.`,
    );
  }
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    await lchown(join(entry.parentPath, entry.name), owner.uid, owner.gid);
  }
  await lchown(path, owner.uid, owner.gid);
}
