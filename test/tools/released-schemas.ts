import { execFileSync } from 'node:child_process';
import type { JsonSchema } from '@chargelog/catalogue';

const FOLDER = 'libs/catalogue/schemas';

export interface ReleasedSchemas {
  readonly tag: string;
  /** By file name, `evse.changed.1.json`. */
  readonly schemas: ReadonlyMap<string, JsonSchema>;
}

/**
 * The schemas of normalized data as the last release has them: its consumers read by these, whatever was committed since.
 *
 * @param root of the repository
 * @returns undefined where no tag of a version is an ancestor: before the first release, in clones without tags, and where the
 *   sources lie without their history
 */
export function releasedSchemas(root: string): ReleasedSchemas | undefined {
  const git = (...args: string[]): string => runGit(root, ...args);
  const [tag] = linesOf(
    orNothing(() => git('tag', '--merged', 'HEAD', '--sort=-version:refname', '--list', 'v[0-9]*')),
  );
  if (tag === undefined) return undefined;
  const files = linesOf(git('ls-tree', '--name-only', `${tag}:${FOLDER}`));
  return {
    tag,
    schemas: new Map(
      files.map((file) => [file, JSON.parse(git('show', `${tag}:${FOLDER}/${file}`)) as JsonSchema]),
    ),
  };
}

/** Git in a folder and nowhere else: a hook has the variables of its own repository set, and Git would follow them. */
export function runGit(root: string, ...args: string[]): string {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
  return execFileSync('git', ['-C', root, ...args], { encoding: 'utf8', stdio: 'pipe', env });
}

/** Sources from an archive are no repository, and a machine that tests them may have no Git. */
function orNothing(run: () => string): string {
  try {
    return run();
  } catch {
    return '';
  }
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
