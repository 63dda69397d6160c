import { readFileSync } from 'node:fs';

/** The SQL of a script for psql, with the files that it includes by `\\ir` and without psql's other commands. */
export function psqlScript(url: URL): string {
  return readFileSync(url, 'utf8')
    .replaceAll(/^\\ir (\S+)$/gm, (_line, path: string) => psqlScript(new URL(path, url)))
    .replaceAll(/^\\.*$/gm, '');
}
